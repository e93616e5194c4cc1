"""How keys move within a list."""

from __future__ import annotations

from chasqui.console.actions.action import Action

MOVING: tuple[Action, ...] = (
    Action("list.up", ("up", "k"), "", "the row above", where=("list",)),
    Action("list.down", ("down", "j"), "", "the row below", where=("list",)),
    Action("list.page_up", ("pageup", "ctrl+b"), "", "a page up", where=("list",)),
    Action("list.page_down", ("pagedown", "ctrl+f"), "", "a page down", where=("list",)),
    Action("list.first", ("home", "g"), "", "the first row", where=("list",)),
    Action("list.last", ("end", "G"), "", "the last row", where=("list",)),
)
