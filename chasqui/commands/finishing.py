"""Bringing an engine to its end once its console was left, and what of its work is not completed.

Signals are caught from before the console is shown until all is said. SIGTERM and a closed terminal
let the work drain within the engine's time, as leaving by Drain does; a further SIGINT or SIGTERM
waits for nothing more, and cancels what still waits, unless a journal keeps it for the next start.
A signal that the program was started to ignore stays ignored. What did not complete is named, and
kept to be run again; see `leftovers`.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Final

from chasqui.commands import exits
from chasqui.commands.leftovers import Leftover, of_failure, of_task
from chasqui.commands.words import say
from chasqui.engine.engine import BaseEngine
from chasqui.engine.failures.failure import OPEN
from chasqui.pool.ledger import Fate, Ledger
from chasqui.pool.signals import handle
from chasqui.pool.task import Task

ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
KEPT_CANCELLED: Final = 1000  # tasks cancelled before the end; of those since then all are kept
CAUSES: Final = {
    "sigint": signal.SIGINT,
    "sigterm": signal.SIGTERM,
    "sighup": signal.SIGHUP,
}
"""The signal behind a reason for which a console was left."""


class Finishing:
    """One engine's end. Make it before the engine starts, in the main thread."""

    def __init__(self, engine: BaseEngine) -> None:
        self._engine = engine
        self._caught: signal.Signals | None = None
        self._hurries = False
        self._bounds = False  # a shutdown of a client's is to take no longer than the engine's
        self._ends = False  # from then on every cancelled task is kept
        self._cancelled: deque[Task] = deque()
        self._before = 0  # tasks cancelled when the end began
        self._has_cut_off = False  # a drain was over before all that ran had ended
        engine.cancelled.keep = self._keep
        handle(ENDING, self._on_signal)

    @property
    def caught(self) -> signal.Signals | None:
        """The signal that ends the engine; None: none has come."""
        return self._caught

    def finish(self, reason: str, *, tells: bool = True) -> Ledger:
        """End what still runs and waits, as the console was left; say how far it is meanwhile.

        The reason ``client`` waits for a shutdown that is under way, with its own time.
        """
        engine = self._engine
        handle(ENDING, self._on_signal)  # the console had signals of its own
        asked = math.inf if reason == "client" else None
        self._bounds = reason == "client"
        self._ends = True
        self._caught = CAUSES.get(reason) or self._caught
        self._before = engine.metrics().cancelled
        done = threading.Event()
        reports: list[Ledger] = []

        def drain() -> None:
            reports.append(engine.shutdown(asked, drain=reason not in ("cancel", "abort")))
            done.set()

        threading.Thread(target=drain, name="chasqui-drain", daemon=True).start()
        shown = time.monotonic()
        hurried = False
        while not done.wait(0.05):
            if self._hurries and not hurried:
                hurried = True
                engine.shutdown(0, drain=engine.journal.mode != "off")
            elif self._caught and self._bounds:
                self._bounds = False
                threading.Thread(target=engine.shutdown, daemon=True).start()
            if tells and time.monotonic() - shown >= 1.0:
                shown = time.monotonic()
                now = engine.metrics()
                say(
                    f"draining: {now.running:,} running, {now.queued:,} queued (Ctrl+C ends it now)"
                )
        return reports[0]

    def status(self, ledger: Ledger, *, crashed: bool) -> int:
        """Return the exit status: that of a signal only where one came and work is left.

        What a signal or the end of a drain's time has cut short counts as left.
        """
        cut = self._caught is not None and ledger.cancelled > self._before
        is_whole = ledger.clean and not self._has_cut_off
        statuses = [exits.UNHEALTHY] if crashed or not is_whole else []
        if self._caught is not None and (cut or not ledger.clean):
            by_hand = self._caught is signal.SIGINT
            statuses.append(exits.INTERRUPTED if by_hand else exits.TERMINATED)
        return exits.combined(statuses)

    def leftovers(self, ledger: Ledger) -> Iterator[Leftover]:
        """Give what did not complete, that first of which a thread may still be at work.

        What the journal keeps is not among it, as the next start of the engine runs it: a file from
        which it could be run as well would have it run twice.
        """
        for fate, what in _not_ended(ledger):
            task = self._engine.pools.find(fate.number)
            if not self._keeps(task):
                yield _of_fate(fate, task, what)
        for failure in self._engine.failures:
            if failure.state in OPEN:
                yield of_failure(failure)
        while self._cancelled:
            yield of_task(self._cancelled.popleft(), "cancelled")

    def kept(self, ledger: Ledger) -> Iterator[Leftover]:
        """Give what did not complete and stays in the journal, the first as in `leftovers`."""
        for fate, what in _not_ended(ledger):
            task = self._engine.pools.find(fate.number)
            if self._keeps(task):
                yield _of_fate(fate, task, what)

    def _keeps(self, task: Task | None) -> bool:
        """Tell whether the journal keeps a task; one that is not found has ended since."""
        if self._engine.journal.mode == "off":
            return False
        from chasqui.engine.journal.task_rows import is_durable  # without a journal not needed

        return task is None or is_durable(task)

    def _keep(self, tasks: Sequence[Task]) -> None:
        self._cancelled.extend(tasks)
        self._has_cut_off = self._has_cut_off or self._engine.pools.is_cutting_off
        if self._ends or len(self._cancelled) <= KEPT_CANCELLED:
            return
        if self._engine.state in ("stopping", "stopped"):  # a shutdown that the console has begun
            self._ends = True
        else:
            while len(self._cancelled) > KEPT_CANCELLED:
                self._cancelled.popleft()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._ends and number != signal.SIGHUP:  # a terminal that is closed now ends no drain
            self._hurries = not self._bounds or self._caught is not None
            self._caught = signal.Signals(number)
        self._caught = self._caught or signal.Signals(number)


def _not_ended(ledger: Ledger) -> Iterator[tuple[Fate, str]]:
    yield from ((one, "abandoned") for one in ledger.abandoned)
    yield from ((one, "left") for one in ledger.left)


def _of_fate(fate: Fate, task: Task | None, what: str) -> Leftover:
    if task is not None:
        return of_task(task, what, f"on {fate.worker}" if fate.worker else "")
    # It has ended just now, past the last look at it.
    return Leftover(fate.number, fate.name, "", what, "", {"repr": "not known any more"}, True)
