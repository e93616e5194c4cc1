"""The keys that actions have: those of the table, and those that a config gives them instead.

A setting that cannot be used is left out, and named with its file; the action then keeps its key.
So two actions never have the same key in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final, NamedTuple

from chasqui.console.actions.action import PANES, Action, Place
from chasqui.nearest import nearest

CONTEXTS: Final[Sequence[frozenset[Place]]] = (
    *(frozenset[Place]({"main", "list", pane}) for pane in PANES),
    frozenset[Place]({"detail", "list"}),
    frozenset[Place]({"form"}),
    frozenset[Place]({"batch"}),
)
"""The places whose keys work at the same time."""
UNBOUND: Final = "unbound"  # the name of no key
_SPELT = {
    "esc": "escape",
    "return": "enter",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "del": "delete",
    "ins": "insert",
}
_WORDS = """
escape enter tab space backspace delete insert home end pageup pagedown up down left right
f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12
"""
_NAMED = frozenset(_WORDS.split())
_HOLDING = re.compile(r"((?:ctrl|shift|alt)\+)*", re.IGNORECASE)


class SaidKeys(NamedTuple):
    """The table [console.keys] of a file."""

    file: str
    table: Mapping[str, object]
    """The keys of actions by their ids; an id that was not quoted is a table in a table."""


class _Wanted(NamedTuple):
    keys: tuple[str, ...]
    file: str


class Keymap:
    """The actions with the keys that count."""

    def __init__(self, actions: Sequence[Action], said: Sequence[SaidKeys] = ()) -> None:
        self._default = actions
        wanted, problems = _read(actions, said)
        self.actions = _mapped(actions, wanted)
        """In the order of the key bar."""
        while (clash := _clash(self.actions, wanted)) is not None:
            problems.append(clash.said)
            for id in clash.ids:
                wanted.pop(id, None)
            self.actions = _mapped(actions, wanted)
        self.problems = tuple(problems)
        """A line for each setting that cannot be used."""
        self._wanted = wanted

    def key(self, id: str) -> str:
        """Return the key of an action as people read it; empty if it has none."""
        return next((action.key for action in self.actions if action.id == id), "")

    def named(self, id: str) -> str:
        """Return what carries out an action, for a sentence: its key, else the palette."""
        return self.key(id) or "the palette"

    @property
    def changed(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of the actions that a config gives others; none: the action has no key."""
        return {id: wanted.keys for id, wanted in self._wanted.items()}


def keys_of(app: object) -> Keymap:
    """Return the keys of the console that an app shows."""
    keys = getattr(getattr(app, "session", None), "keys", None)
    return keys if isinstance(keys, Keymap) else Keymap(())


def key_name(typed: str) -> str | None:
    """Return the name of a key as it is spelt here; None if there is no such key."""
    if len(typed) == 1:
        return typed if typed.isprintable() and typed != " " else None
    found = _HOLDING.match(typed)
    holding = found[0].lower() if found else ""
    last = typed[len(holding) :]
    if len(last) != 1:
        last = _SPELT.get(last.lower(), last.lower())
    elif "ctrl" in holding:  # which no terminal tells from one with shift
        last = last.lower()
    known = last in _NAMED or (holding and len(last) == 1 and last.isprintable() and last != " ")
    return holding + last if known else None


class _Clash(NamedTuple):
    ids: tuple[str, str]
    said: str


def _clash(actions: Sequence[Action], wanted: Mapping[str, _Wanted]) -> _Clash | None:
    """Find two actions that would have the same key in one place."""
    for one, other in combinations(actions if wanted else (), 2):
        shared = set(one.keys) & set(other.keys)
        files = [wanted[action.id].file for action in (one, other) if action.id in wanted]
        meet = any(set(one.where) & at and set(other.where) & at for at in CONTEXTS)
        if shared and files and meet and one.id != other.id:
            what = f"{one.id} and {other.id} would both have the key {min(shared)}"
            todo = "both keep their own; give one of them another"
            where = " and ".join(dict.fromkeys(files))
            return _Clash((one.id, other.id), f"{where}: console.keys: {what}; {todo}")
    return None


def _mapped(actions: Sequence[Action], wanted: Mapping[str, _Wanted]) -> tuple[Action, ...]:
    changed = {id.partition(".")[0] for id in wanted}
    return tuple(
        replace(action, keys=wanted[action.id].keys, shown="")
        if action.id in wanted
        # A name for the keys of several actions, such as "[ ]", is right while none has changed.
        else replace(action, shown="")
        if " " in action.shown and action.id.partition(".")[0] in changed
        else action
        for action in actions
    )


def _read(
    actions: Sequence[Action], said: Sequence[SaidKeys]
) -> tuple[dict[str, _Wanted], list[str]]:
    """Return what is wanted by the id of the action, and what cannot be used."""
    known = {action.id for action in actions}
    wanted: dict[str, _Wanted] = {}
    problems: list[str] = []
    for file, table in said:
        for id, keys in _flat(table):
            if id not in known:
                near = nearest(id, known, cutoff=0.5)
                hint = f"did you mean {near}?" if near else "`chasqui-tui help keys` lists them"
                problems.append(f"{file}: console.keys: there is no action {id!r}; {hint}")
                continue
            names = [key_name(key) for key in keys.split()] if isinstance(keys, str) else [None]
            if None in names:
                problems.append(
                    f"{file}: console.keys: {id}: {keys!r} is no key; name keys such as "
                    '"P", "f5", "ctrl+t", several with blanks between them, or "" for none'
                )
                continue
            wanted[id] = _Wanted(tuple(name for name in names if name), file)
    return wanted, problems


def _flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value
