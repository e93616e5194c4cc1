"""The terms of a filter: the fields, the kind of each, and the operators that it allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from chasqui.pool.states import STATES as TASK_STATES

MATCHING: Final = ("=", "!=", "~", "!~")
Kind = Literal["name", "text", "error", "state", "number", "duration", "size", "age"]

FIELDS: Final[Mapping[str, Kind]] = {
    "type": "name",
    "state": "state",
    "err": "error",
    "age": "age",
    "attempt": "number",
    "number": "number",
    "group": "name",
    "key": "text",
    "params": "text",
    "plugin": "name",
    "pool": "name",
    "priority": "number",
    "ran": "duration",
    "cpu": "duration",
    "mem": "size",
    "waited": "duration",
    "worker": "name",
}
"""What each field holds: a name is a text that many records share; a state is read as a tuple of
words, an age as the moment it began."""

STATES: Final = ("new", "seen", "retried", "discarded", *TASK_STATES)
ORDERING: Final = ("<", "<=", ">", ">=")
OPERATORS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "name": MATCHING,
    "text": MATCHING,
    "error": MATCHING,
    "state": MATCHING,
    "number": ("=", "!=", *ORDERING),
    "duration": ORDERING,
    "size": ORDERING,
    "age": ORDERING,
}


@dataclass(frozen=True, slots=True)
class Term:
    """A condition; ``field`` is "" for a word that may be anywhere."""

    field: str
    operator: str
    values: tuple[str, ...]
    negated: bool = False

    @property
    def kind(self) -> Kind:
        """The kind of its field."""
        return FIELDS.get(self.field, "error")

    @property
    def turned(self) -> bool:
        """Whether it is negated."""
        return self.negated != self.operator.startswith("!")
