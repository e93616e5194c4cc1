"""The page of keys is made from the table of actions, so that it lists each with its id.

`python -m tests.help.test_keys` writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import chasqui.help
from chasqui.console.actions.action import PANES, Action, Place
from chasqui.console.actions.table import ACTIONS

FILE = Path(chasqui.help.__file__).parent / "keys.md"
FIRST = "## Everywhere\n"  # what stands before it is written by hand
TITLES: dict[Place, str] = {
    "main": "Everywhere",
    "list": "In every list",
    "detail": "In the details of a task",
    "form": "In a form",
    "batch": "Where a file is submitted",
}


def page() -> str:
    """Return the page."""
    places: list[Place] = ["main", "list", *PANES, "detail", "form", "batch"]
    by_hand, first, _ = FILE.read_text().partition(FIRST)
    assert first
    return by_hand + "\n".join(filter(None, map(_section, places)))


def _section(place: Place) -> str:
    lines = [_line(action) for action in ACTIONS if place in action.where]
    if not lines:
        return ""
    title = TITLES.get(place, place.capitalize())
    return f"## {title}\n\n| key | does | id |\n|---|---|---|\n" + "".join(lines)


def _line(action: Action) -> str:
    keys = " ".join(f"`{key}`" for key in _keys(action))
    return f"| {keys} | {action.help} | `{action.id}` |\n".replace("||", "| |")


def _keys(action: Action) -> Iterator[str]:
    is_named = action.shown and " " not in action.shown
    return iter((action.shown, *action.keys[1:]) if is_named else action.keys)


def test_the_page_has_each_action_with_its_keys_and_its_id():
    """Run ``python -m tests.help.test_keys`` after a change of an action."""
    assert page() == FILE.read_text()


if __name__ == "__main__":
    FILE.write_text(page())
