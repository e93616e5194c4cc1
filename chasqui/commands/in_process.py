"""The console over an engine of its own process, which ends with it.

So it is for `chasqui-tui demo`, for ``--here``, and where a host cannot have a socket.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from chasqui.commands import crash
from chasqui.commands.appearance import appearance_of
from chasqui.commands.finishing import Finishing
from chasqui.commands.leftovers import keep_and_tell, tell_kept
from chasqui.commands.processors import with_workers, workers
from chasqui.commands.session import CommandSession, open_trusted_session
from chasqui.commands.words import say
from chasqui.console.ending import ConsoleExit
from chasqui.control.local import LocalPort
from chasqui.control.switching import QUICK_TURNS
from chasqui.engine.engine import BaseEngine
from chasqui.engine.logs.capture import PRINTS

FORGETS = "the demo remembers nothing: workers, theme, tasks and failures end with it"


def execute(args: Namespace) -> int:
    """Open the console over an engine made here, and return the exit status once it is left."""
    session = open_trusted_session(args)
    session = session._replace(config=with_workers(session.config, workers()))
    session.plugins.load()
    return show(session, session.hosted())


def show(session: CommandSession, engine: BaseEngine, *, remember: bool = True) -> int:
    """Show the console over an engine, then bring the engine to its end.

    With ``remember``, what is changed there counts from then on, for `run` as well, and what did
    not complete is kept to be run again.
    """
    finishing = Finishing(engine)
    engine.start()
    with QUICK_TURNS.needed():  # or tasks that compute would starve the keys
        left = _show(session, engine, session.overrides if remember else None)
    PRINTS.renew()
    if left.message:
        say(left.message)
    if left.crash is not None:
        crash.tell("the console has failed", left.crash, session.folder)
    ledger = finishing.finish(left.reason)
    say(str(ledger))
    tell_kept(finishing.kept(ledger), ledger.kept, engine.journal.path)
    keep_and_tell(finishing.leftovers(ledger), session.folder if remember else None, session.named)
    return finishing.status(ledger, crashed=left.reason == "crash")


def _show(session: CommandSession, engine: BaseEngine, overrides: Path | None) -> ConsoleExit:
    from chasqui.console.app import run_console

    port = LocalPort(
        engine,
        problems=session.plugins.problems(),
        overrides=overrides,
        config=session.config.base,
        forgets="" if overrides else FORGETS,
    )
    console, look = session.config.console, appearance_of(session.config.path, session.folder)
    look = look._replace(theme=console.theme, refresh=console.refresh)
    try:
        # The console puts streams of its own in the place of the standard ones while it is shown.
        return run_console(port, look, streams_taken=PRINTS.renew)
    except Exception as error:  # the engine is brought to its end all the same
        return ConsoleExit("crash", crash=error)
