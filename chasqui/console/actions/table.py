"""Every action of the console in one table; bindings, key bar and help are made from it.

A key is unique within a place. Dangerous actions change or end work: a read-only console hides them
from the key bar and dims them in the help.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding, BindingType

from chasqui.console.actions.action import Action, Place
from chasqui.console.actions.named.backlog import BACKLOG
from chasqui.console.actions.named.batch import BATCH
from chasqui.console.actions.named.detail import DETAIL
from chasqui.console.actions.named.engine import ENGINE
from chasqui.console.actions.named.everywhere import EVERYWHERE
from chasqui.console.actions.named.failures import FAILURES
from chasqui.console.actions.named.filtering import FILTERING
from chasqui.console.actions.named.finished import FINISHED
from chasqui.console.actions.named.form import FORM
from chasqui.console.actions.named.marking import MARKING
from chasqui.console.actions.named.moving import MOVING
from chasqui.console.actions.named.tasks import TASKS
from chasqui.console.actions.named.types import TYPES
from chasqui.console.actions.named.workers import WORKERS

ACTIONS: tuple[Action, ...] = (
    *ENGINE,
    *TASKS,
    *BACKLOG,
    *FINISHED,
    *FAILURES,
    *FILTERING,
    *MARKING,
    *TYPES,
    *WORKERS,
    *EVERYWHERE,
    *MOVING,
    *DETAIL,
    *FORM,
    *BATCH,
)
"""In the order of the key bar."""

DANGEROUS = frozenset(action.id for action in ACTIONS if action.dangerous)
OF_THE_ROW = frozenset(
    {
        *(action.id for action in (*TASKS, *TYPES) if not action.id.startswith("metrics.")),
        "failures.retry",
        "failures.discard",
        "failures.edit",
        "finished.edit",
    }
)
"""What is done to the selected row, which stays selected from then on."""
HELD = OF_THE_ROW - {"type.pause"} | {"list.mark"}
"""What is done to the row that was seen under the cursor; a pause asks for its key again."""
TOO_SMALL = ("engine.pause", "engine.shutdown", "app.leave")
"""What still works when the terminal is too small to show anything."""


def bindings_for(*places: Place, namespace: str = "") -> list[BindingType]:
    """Return the key bindings of these places, for the namespace that carries them out.

    Bindings of the main screen and its lists have priority over other widgets. So each key finds
    the screen as the key before it left it, even in a burst, and what follows a ``/`` goes to the
    prompt that it opens. While a prompt is open, `MainScreen.check_action` blocks all of them.
    """
    return [
        Binding(
            textual_keys(action.keys),
            namespace + action.call,
            show=False,
            id=action.id,  # by which a keymap gives it other keys
            priority="form" not in places,
        )
        for action in ACTIONS
        if set(action.where) & set(places)
    ]


def textual_keys(keys: Iterable[str]) -> str:
    """Return keys as Textual has them in a binding."""
    return ",".join("comma" if key == "," else key for key in keys)
