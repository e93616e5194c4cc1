"""How each screen of the console is opened, from its main screen over the port of `whole`.

`screens()` finds every screen, so a test that goes all ways notices a new one.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple

from textual.screen import Screen
from textual.widgets import Input, OptionList, TextArea

from chasqui.console import screens as home
from chasqui.console.screens.batch import BatchScreen
from chasqui.console.screens.confirm import ConfirmScreen, TypedConfirm
from chasqui.console.screens.copy_menu import CopyMenu
from chasqui.console.screens.editor import EditorScreen
from chasqui.console.screens.help import HelpScreen
from chasqui.console.screens.host_log import HostLogScreen
from chasqui.console.screens.leave import LeaveScreen, ShutdownChoice, StopScreen
from chasqui.console.screens.limits import LimitsScreen
from chasqui.console.screens.main import MainScreen
from chasqui.console.screens.name_filter import NameFilterScreen
from chasqui.console.screens.options import OptionsScreen
from chasqui.console.screens.palette import PaletteScreen
from chasqui.console.screens.priority import PriorityScreen
from chasqui.console.screens.settings import SettingsScreen
from chasqui.console.screens.shutdown import ShutdownScreen
from chasqui.console.screens.skipped import SkippedScreen
from chasqui.console.screens.submit import SubmitScreen
from chasqui.console.screens.task_detail import TaskDetailScreen
from chasqui.console.screens.type_page import TypePage
from chasqui.console.screens.type_picker import FileTypePicker, TypePicker
from chasqui.console.screens.worker_detail import WorkerDetailScreen
from tests.console.conftest import Console
from tests.console.whole import LISTED, Whole


class Way(NamedTuple):
    """A way to a screen."""

    name: str
    keys: tuple[str, ...]
    screen: type[Screen[Any]] = MainScreen
    """The one that is on top then."""
    types: bool = False
    """Whether a text is typed there."""
    before: Callable[[Whole], None] = Whole.running
    """How the engine is."""
    of_a_run: bool = False
    """Whether the engine belongs to a run, which the console may stop."""


class AtWork:
    """A run that goes on."""

    def stop(self) -> str:
        """Take no note."""
        return "stopping"

    def ended(self) -> str:
        """Go on."""
        return ""


LISTS: Final = ("workers", "backlog", "finished", "failures", "metrics", "events")
WAYS: Final[tuple[Way, ...]] = (
    *(Way(pane, (str(at),)) for at, pane in enumerate(LISTS, 1)),
    *(Way(f"{pane} zoomed", (str(at), "z", "down")) for at, pane in enumerate(LISTS, 1)),
    *(Way(f"filter of {pane}", (str(at), "/"), types=True) for at, pane in enumerate(LISTS, 1)),
    Way("backlog of a lane", ("2", "home", "enter")),
    Way("failures one by one", ("4", "c")),
    Way("failures of a kind", ("4", "enter")),
    Way("what can be undone", ("4",), before=Whole.undoable),
    Way("what another client has changed", (), before=Whole.changed),
    *(Way(f"one of the {name}", (), before=partial(Whole.with_one, name=name)) for name in LISTED),
    Way("a filter not understood", ("2", "/", "x", "enter")),
    Way("another size", ("1", "]")),
    Way("all but looking refused", ("p",), before=Whole.limited),
    Way("a refusal", ("p",)),
    Way("an export that is refused", ("4", "E")),
    Way("detail of a running task", ("1", "home", "down", "down", "enter"), TaskDetailScreen),
    Way("detail of a waiting task", ("2", "home", "down", "enter"), TaskDetailScreen),
    Way("detail of a failed task", ("3", "end", "enter"), TaskDetailScreen),
    Way("detail of a failed tree", ("3", "home", "down", "enter", "end"), TaskDetailScreen),
    Way("detail of a completed task", ("3", "home", "enter"), TaskDetailScreen),
    Way("log of a task", ("3", "home", "enter", "l"), TaskDetailScreen),
    Way("search in a task", ("3", "home", "enter", "/"), TaskDetailScreen, types=True),
    Way("worker", ("1", "home", "down", "enter"), WorkerDetailScreen),
    Way("type page", ("5", "home", "enter"), TypePage),
    Way("limits", ("5", "home", "m"), LimitsScreen, types=True),
    Way("limits refused", ("5", "home", "m", "9", "enter"), LimitsScreen, types=True),
    Way("settings", ("comma",), SettingsScreen),
    Way("settings from the head of a pool", ("1", "home", "enter"), SettingsScreen),
    *(Way(f"setting {at}", ("comma", *["down"] * at), SettingsScreen) for at in range(8)),
    Way("a setting changed", ("comma", "enter"), SettingsScreen, types=True),
    Way("reset of a breaker", ("5", "home", "b"), ConfirmScreen),
    Way("stop of a running task", ("1", "home", "down", "down", "x"), ConfirmScreen),
    Way("retry of a kind", ("4", "r"), ConfirmScreen),
    Way("discard of all", ("4", "X"), TypedConfirm, types=True),
    Way("cancel of a lane", ("2", "home", "x"), ConfirmScreen),
    Way("what was skipped", ("4", "r", "y"), SkippedScreen),
    Way("copy of a task", ("3", "home", "y"), CopyMenu),
    Way("types", ("s",), TypePicker, types=True),
    Way("types of a file", ("B",), FileTypePicker, types=True),
    Way("a file to submit", ("B", "enter"), BatchScreen, types=True),
    Way("options of a file", ("B", "enter", "f4"), OptionsScreen, types=True),
    Way("a priority", ("2", "home", "down", "o"), PriorityScreen, types=True),
    Way("the name of a filter", ("2", "/", "x", "ctrl+s"), NameFilterScreen, types=True),
    Way("form", ("s", "enter"), SubmitScreen, types=True),
    Way("form refused", ("s", "enter", "ctrl+s"), SubmitScreen, types=True),
    Way("choices of a form", ("s", "enter", "tab", "enter"), SubmitScreen),
    Way("form of a finished task", ("3", "home", "e"), SubmitScreen, types=True),
    Way("form of an unknown type", ("3", "home", "e"), before=Whole.of_unknown_types),
    Way("edit and retry", ("4", "c", "e"), SubmitScreen, types=True),
    Way("editor", ("s", "enter", "ctrl+e"), EditorScreen, types=True),
    Way("help", ("?",), HelpScreen),
    Way("log of the host", ("L",), HostLogScreen),
    Way("backlog by task", ("2", "c")),
    Way("palette", (":",), PaletteScreen, types=True),
    Way("number", ("#",), PaletteScreen, types=True),
    Way("leave", ("q",), LeaveScreen),
    Way("shut down", ("Q",), ShutdownChoice),
    Way("stop a run", ("Q",), StopScreen, of_a_run=True),
    Way("shutdown", ("Q",), ShutdownScreen, before=Whole.stopping),
    Way("deadline", ("Q", "t"), ShutdownScreen, types=True, before=Whole.stopping),
    Way("ledger", ("Q",), ShutdownScreen, before=Whole.stopped),
)


def screens() -> set[type[Screen[Any]]]:
    """Return the screens of the console that are not there for others to be made of."""
    for module in pkgutil.iter_modules(home.__path__):
        importlib.import_module(f"{home.__name__}.{module.name}")
    found: set[type[Screen[Any]]] = set()
    ahead: list[type[Screen[Any]]] = [Screen]
    while ahead:
        kind = ahead.pop()
        own = [one for one in kind.__subclasses__() if one.__module__.startswith("chasqui.")]
        ahead += kind.__subclasses__()
        if not own and kind.__module__.startswith("chasqui."):
            found.add(kind)
    return found


def has_rows(screen: SettingsScreen) -> bool:
    """Tell whether the settings have been read."""
    return screen.query_one(OptionList).option_count > 0


async def go(console: Console, whole: Whole, way: Way) -> None:
    """Go a way from the main screen."""
    way.before(whole)
    console.app.session.program = AtWork() if way.of_a_run else None
    whole.port.changed()
    await console.tick()
    for key in way.keys:
        await console.press(key)
        if isinstance(console.top, SettingsScreen):  # its rows are read on a thread
            await console.until(partial(has_rows, console.top))
    await console.tick()
    assert isinstance(console.top, way.screen), f"{way.name}: {console.top}\n{console.text}"
    assert way.types == isinstance(console.top.focused, Input | TextArea), way.name


async def back(console: Console, whole: Whole) -> None:
    """Go back to the main screen, with nothing typed and nothing zoomed."""
    whole.running()
    for _ in range(9):
        if isinstance(console.top, MainScreen) and console.app.main.prompt is None:
            break
        await console.press("escape")
    await console.press("escape", "escape")  # the filter, the kind or the zoom
    assert isinstance(console.top, MainScreen)
    assert console.app.main.prompt is None
