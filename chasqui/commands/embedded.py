"""`chasqui.console(engine)`: the console of a script, in the script's own process."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import msgspec

from chasqui import arguments, numbers
from chasqui.commands.appearance import appearance_of
from chasqui.commands.console import check_terminal
from chasqui.commands.finishing import CAUSES
from chasqui.console import themes
from chasqui.control.local import LocalPort
from chasqui.control.read_only import ReadOnlyPort
from chasqui.control.switching import QUICK_TURNS
from chasqui.engine.engine import BaseEngine
from chasqui.engine.logs.capture import PRINTS
from chasqui.errors import ConsoleFailed


def console(
    engine: BaseEngine,
    *,
    theme: str = themes.DEFAULT,
    refresh: float = 4.0,
    read_only: bool = False,
    overrides: Path | None = None,
) -> None:
    """Open the console over an engine of this process, until it is left.

    Leaving does not stop the engine: the script goes on after this call. An engine that is new is
    started. A signal that ended the console is raised again after it.

    Args:
        theme: one of the console's themes or of Textual's.
        refresh: readings per second.
        read_only: whether the console may only look.
        overrides: the file that keeps changes of size and theme; None: they are not kept.

    Raises:
        TypeError, ValueError: an argument is of another kind, or makes no sense.
        NoTerminal: there is no terminal to draw on.
        RuntimeError: this is not the main thread, which alone can have the terminal's signals.
        ConsoleFailed: the console has failed; its cause is the error.

    >>> with chasqui.Engine(workers=4) as engine:  # doctest: +SKIP
    ...     chasqui.console(engine)
    """
    arguments.of_kind("engine", engine, BaseEngine, "an Engine")
    theme = arguments.text("theme", theme)
    refresh = numbers.within("refresh", refresh, 0.1, 60)
    read_only = arguments.flag("read_only", read_only)
    overrides = None if overrides is None else arguments.path("overrides", overrides)
    check_terminal()
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("a console needs the main thread; call chasqui.console there")
    from chasqui.console.app import run_console

    if engine.state == "new":
        engine.start()
    len(engine.types)  # imports the plugins now: that takes the standard streams for a while
    port = LocalPort(engine, overrides=overrides)
    port.caps = msgspec.structs.replace(port.caps, embedded=False)  # it ends with the script
    with QUICK_TURNS.needed():
        left = run_console(
            ReadOnlyPort(port) if read_only else port,
            appearance_of(None, Path())._replace(
                theme=theme, config_theme=theme, refresh=refresh, folder=None, has_tour=False
            ),
            streams_taken=PRINTS.renew,
        )
    PRINTS.renew()
    if left.crash is not None:
        raise ConsoleFailed("the console has failed") from left.crash
    cause = CAUSES.get(left.reason)
    if cause is not None:
        signal.raise_signal(cause)
