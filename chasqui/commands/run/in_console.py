"""`run --console`: the console over the engine of a run, while its lines run.

Rows go where standard output leads, so keys and drawing use the terminal itself. The console has
the main thread, which alone can have the terminal's signals, and the run a thread of its own. Each
goes on without the other: a console that is left leaves the run at work, and one whose run has
ended stays until it is left.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec

from chasqui.commands import crash, exits
from chasqui.commands.appearance import appearance_of
from chasqui.commands.finishing import CAUSES
from chasqui.commands.given import Usage
from chasqui.commands.run.run import Run
from chasqui.commands.run.stop import RunStop
from chasqui.commands.session import CommandSession
from chasqui.commands.words import kept_while_drawn, say
from chasqui.console.ending import ConsoleExit
from chasqui.control.local import LocalPort
from chasqui.control.port import Command, CommandOutcome, Resume
from chasqui.control.safe_text import SafeText
from chasqui.control.switching import QUICK_TURNS
from chasqui.durations import duration
from chasqui.engine.config.arguments import capture_of
from chasqui.engine.logs.capture import PRINTS
from chasqui.errors import NoTerminal
from chasqui.plugins.engine import Engine

TERMINAL: Final = "/dev/tty"
OF_A_RUN: Final = "q leaves this console, and the run goes on; ctrl+c stops the run"
STOPS: Final = SafeText("the run is stopping: no other task starts")
CHANGED: Final = (signal.SIGTSTP, signal.SIGCONT, signal.SIGWINCH)
"""Signals that Textual handles, and leaves so."""


def parts(session: CommandSession) -> dict[str, Any]:
    """Return what an engine has for a console: its history, as its config bounds it, and prints.

    What bodies print cannot go to the terminal.
    """
    config = session.config
    capture = replace(capture_of(config.log), logging=True, prints=True)
    return {"capture": capture, "keep_history": config.history}


@contextlib.contextmanager
def terminal(reads: bool) -> Iterator[int]:
    """Open the terminal that the rows and the lines leave to the console.

    Args:
        reads: whether lines come from standard input.

    Raises:
        Usage: rows or lines have that terminal.
        NoTerminal: this process has none.
    """
    if os.isatty(1):
        raise Usage(
            "--console draws on the terminal, where the rows would go: send them to a file or a "
            "pipe, such as `> rows.jsonl`"
        )
    if reads and os.isatty(0):
        raise Usage("--console reads keys from the terminal: name a file of lines, or pipe them")
    try:
        if os.environ.get("TERM") == "dumb":
            raise OSError
        opened = os.open(TERMINAL, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        raise NoTerminal("--console needs a terminal; without it, the run is the same") from None
    try:
        yield opened
    finally:
        os.close(opened)


def show(
    session: CommandSession,
    engine: Engine,
    run: Run,
    stop: RunStop,
    feed: Callable[[], None],
    tty: int,
) -> int:
    """Show the console while a run is fed on a thread; return once the run has ended.

    Returns:
        The exit status of the console.
    """
    doing = RunInBackground(engine, stop, feed, run.finish)
    handlers = {number: signal.getsignal(number) for number in CHANGED}
    with kept_while_drawn(), QUICK_TURNS.needed():  # or bodies that compute would starve the keys
        doing.start()
        left = _shown(session, engine, stop, doing, tty)
    PRINTS.renew()
    for number, handler in handlers.items():
        signal.signal(number, handler)
    if left.message:
        say(left.message)
    if left.crash is not None:
        crash.tell("the console has failed", left.crash, session.folder)
    if (cause := CAUSES.get(left.reason)) is not None:
        signal.raise_signal(cause)
    if not doing.ended():
        if engine.state == "paused" and not stop.now():
            engine.resume()  # no console is there to do it
            say("the run was paused in the console; it goes on")
        if not stop.now():
            say("the run goes on; Ctrl+C stops it")
    doing.join()
    return exits.UNHEALTHY if left.crash is not None else exits.DONE


def _shown(
    session: CommandSession, engine: Engine, stop: RunStop, doing: RunInBackground, tty: int
) -> ConsoleExit:
    from chasqui.console.app import run_console

    port = RunPort(engine, stop, engine.plugins.problems())
    console, look = session.config.console, appearance_of(session.config.path, session.folder)
    look = look._replace(theme=console.theme, refresh=console.refresh, has_tour=False)
    try:
        return run_console(port, look, streams_taken=PRINTS.renew, program=doing, terminal=tty)
    except Exception as error:  # the run goes on all the same
        return ConsoleExit("crash", crash=error)


class RunPort(LocalPort):
    """The port to the engine of a run, which ends with the run, and remembers nothing."""

    def __init__(self, engine: Engine, stop: RunStop, problems: Sequence[str] = ()) -> None:
        super().__init__(engine, problems=problems, forgets=OF_A_RUN)
        self.caps = msgspec.structs.replace(self.caps, embedded=False)
        self._stop = stop

    def apply(self, command: Command) -> CommandOutcome:
        """Carry out a command, but start nothing while the run stops."""
        if isinstance(command, Resume) and self._stop.now():
            return CommandOutcome(ok=False, kind="refused", reason=STOPS)
        return super().apply(command)


class RunInBackground:
    """A run on a thread of its own; for a console it is the program around the engine."""

    def __init__(
        self,
        engine: Engine,
        stop: RunStop,
        feed: Callable[[], None],
        finish: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._stop = stop
        self._feed, self._finish = feed, finish
        self._error: BaseException | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="chasqui-run", daemon=True)

    def start(self) -> None:
        """Begin to feed the run."""
        self._thread.start()

    def join(self) -> None:
        """Wait until all that was accepted has ended; raises what feeding has raised."""
        while not self._over.wait(1.0):  # in turns: signals are handled between them
            pass
        if self._error is not None:
            raise self._error

    def stop(self) -> str:
        """Stop the run as an interrupt does, and say what is waited for."""
        if self._over.is_set():
            return self.ended()
        self._stop.interrupt()
        if self._stop.hurries:
            return "stopping at once: what runs is asked to stop"
        running, limit = self._engine.metrics().running, self._engine.shutdown_timeout
        within = "" if limit is None else f" within {duration(limit)}"
        tasks, them = ("task", "it") if running == 1 else ("tasks", "them")
        return f"stopping: {running:,} {tasks} may end{within}; ctrl+c again asks {them} to stop"

    def ended(self) -> str:
        """Say how the run has ended; empty while it goes on."""
        if not self._over.is_set():
            return ""
        if self._error is not None:
            return "the run has failed"
        return "the run has been stopped" if self._stop.now() else "the run has ended"

    def _work(self) -> None:
        try:
            self._feed()
            self._finish()
        except BaseException as error:  # it is raised where the run is waited for
            self._error = error
        self._over.set()
