"""`chasqui-tui` alone: the console over an engine of its own process."""

from __future__ import annotations

import os
import sys
import threading
import time
from argparse import Namespace

from chasqui.commands import exits
from chasqui.commands.session import Session, open_trusted_session
from chasqui.commands.words import say
from chasqui.control.local import LocalPort
from chasqui.engine.capture import PRINTS
from chasqui.engine.engine import Engine
from chasqui.errors import ChasquiError
from chasqui.pool.ledger import Ledger
from chasqui.pool.signals import STOP_SIGNALS, handle

LEAST_SWITCH_INTERVAL = 0.001  # seconds: with the default of 5 ms, CPU-bound tasks starve the keys


class NoTerminal(ChasquiError):
    """The console was started without a terminal to draw on."""


def execute(args: Namespace) -> int:
    """Open the console, and return the exit status once it is left."""
    check_terminal()
    session = open_trusted_session(args)
    session.plugins.load()
    return serve(session, session.engine())


def check_terminal() -> None:
    """Raise NoTerminal unless there is one to draw on."""
    if not (os.isatty(0) and os.isatty(1)) or os.environ.get("TERM") == "dumb":
        raise NoTerminal(
            "the console needs a terminal; without one, use `chasqui-tui run` (see --help)"
        )


def serve(session: Session, engine: Engine, *, remember: bool = True) -> int:
    """Show the console over an engine, then bring the engine to its end.

    With ``remember``, what is changed there counts from then on, for `run` as well.
    """
    from chasqui.console.app import run_console

    sys.setswitchinterval(LEAST_SWITCH_INTERVAL)
    engine.start()
    overrides = session.overrides if remember else None
    port = LocalPort(engine, problems=session.plugins.problems(), overrides=overrides)
    console = session.config.console
    # The console puts streams of its own in the place of the standard ones while it is shown.
    left = run_console(
        port, theme=console.theme, refresh=console.refresh, streams_taken=PRINTS.renew
    )
    PRINTS.renew()
    if left.message:
        say(left.message)
    ledger = _end(engine, left.reason)
    say(str(ledger))
    return _status(ledger, left.reason)


def _end(engine: Engine, reason: str) -> Ledger:
    """Finish the drain that the operator left running, in plain text; Ctrl+C ends it."""
    done = threading.Event()
    reports: list[Ledger] = []

    def drain() -> None:
        reports.append(engine.shutdown(drain=reason not in ("cancel", "abort")))
        done.set()

    def hurry(_number: int, _frame: object) -> None:
        engine.shutdown(0, drain=False)

    handle(STOP_SIGNALS, hurry)
    threading.Thread(target=drain, name="chasqui-drain", daemon=True).start()
    shown = time.monotonic()
    while not done.wait(0.1):
        if time.monotonic() - shown >= 1.0:
            shown = time.monotonic()
            now = engine.metrics()
            say(f"draining: {now.running:,} running, {now.queued:,} queued (Ctrl+C ends it now)")
    return reports[0]


def _status(ledger: Ledger, reason: str) -> int:
    if not ledger.clean:
        return exits.TERMINATED if reason in ("sigterm", "sighup") else exits.INTERRUPTED
    return exits.UNHEALTHY if reason == "crash" else exits.DONE
