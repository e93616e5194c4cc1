"""The menu of what to copy of a task; a letter chooses."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from chasqui.console.model.copying import Copyable
from chasqui.console.screens.dialog import ChoiceDialog
from chasqui.control.port import TaskDetail

SHOWN = 40  # characters of a part
WORDS = ("A letter copies what it stands for; Esc goes back.",)
FILE = "file"


class CopyMenu(ChoiceDialog):
    """What to copy; its result is the name of a part, or `FILE`."""

    def __init__(self, detail: TaskDetail, parts: Sequence[Copyable]) -> None:
        choices = [(part.key, part.name, f"{part.name:11}{_shown(part.text)}") for part in parts]
        choices.append(("f", FILE, f"{FILE:11}all of it as JSON, in a file"))
        super().__init__(f"Copy of task {detail.number}, {detail.type}", WORDS, choices)

    def on_key(self, event: events.Key) -> None:
        """Choose by key."""
        if self.key_answer(event.key):
            event.stop()


def _shown(text: str) -> str:
    first, *more = text.split("\n")
    shown = first if len(first) <= SHOWN else first[: SHOWN - 1] + "…"
    if not more:
        return shown
    lines = f"{len(more) + 1:,} lines"
    return lines if first == "{" else f"{shown}  {lines}"  # the bracket of JSON says nothing
