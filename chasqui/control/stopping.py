"""A shutdown requested through a port: it runs on its own thread, and can be made stricter."""

from __future__ import annotations

import threading

from chasqui import numbers
from chasqui.control import views
from chasqui.control.port import CommandOutcome, LedgerView, Shutdown, ShutdownView
from chasqui.control.safe_text import SafeText
from chasqui.engine.engine import BaseEngine
from chasqui.pool.ledger import Ledger

SHARPNESS = {"drain": 0, "cancel": 1, "abort": 2}


class Stopping:
    """The shutdown of one engine."""

    def __init__(self, engine: BaseEngine) -> None:
        self._engine = engine
        self._lock = threading.Lock()  # guards the three below, which the shutdown's threads write
        self._command: Shutdown | None = None
        self._deadline: float | None = None  # of the engine's clock; None: no limit
        self._ledger: Ledger | None = None

    @property
    def is_ending(self) -> bool:
        """Whether a shutdown has begun and has no ledger yet."""
        with self._lock:
            return self._command is not None and self._ledger is None

    def begin(self, command: Shutdown) -> CommandOutcome:
        """Begin a shutdown, or make the present one stricter; a gentler one is refused."""
        if command.timeout is not None:
            numbers.duration("timeout", command.timeout)
        with self._lock:
            present = self._command
            timeout = 0.0 if command.mode == "abort" else command.timeout
            if timeout is None:
                timeout = self._engine.shutdown_timeout
            begun = self._engine.clock.monotonic()
            deadline = None if timeout is None else begun + timeout
            if present and not self._is_stricter(command, present, deadline):
                return CommandOutcome(
                    ok=False, reason=SafeText(f"already stopping: {present.mode}")
                )
            self._command = Shutdown(mode=command.mode, timeout=timeout)
            self._deadline = deadline
        threading.Thread(
            target=self._run,
            args=(timeout, command.mode == "drain"),
            name="chasqui-shutdown",
            daemon=True,
        ).start()
        return CommandOutcome(ok=True)

    def _is_stricter(self, command: Shutdown, present: Shutdown, deadline: float | None) -> bool:
        """Tell whether a command ends more than the present one, or the same sooner.

        One without a time of its own never ends the same sooner: it asks for what is under way.
        """
        if command.mode != present.mode:
            return SHARPNESS[command.mode] > SHARPNESS[present.mode]
        if command.timeout is None or deadline is None or command.mode == "abort":
            return False
        return self._deadline is None or deadline < self._deadline

    def view(self, now: float) -> ShutdownView | None:
        """Return its progress."""
        with self._lock:
            command = self._command
            if command is None:
                return None
            left = None if self._deadline is None else max(0.0, self._deadline - now)
            return ShutdownView(mode=command.mode, remaining=left, timeout=command.timeout)

    def ledger(self) -> LedgerView | None:
        """Return its ledger, once it has ended."""
        with self._lock:
            report = self._ledger
        return None if report is None else views.ledger(report)

    def _run(self, timeout: float | None, drain: bool) -> None:
        report = self._engine.shutdown(timeout, drain=drain)
        with self._lock:
            self._ledger = report
