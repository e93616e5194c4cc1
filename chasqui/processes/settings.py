"""Settings: what a pool of processes takes, as in the table [pools.NAME.settings] of a config."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from chasqui import numbers
from chasqui.nearest import nearest
from chasqui.numbers import shown
from chasqui.sizes import bytes_in


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """How the children of a pool live."""

    memory: int = 0
    """The most bytes that a child may have; 0 for any number."""
    recycle_after: int = 0
    """After how many tasks a child is replaced; 0 for never."""
    recycle_memory: int = 0
    """With how many bytes a child is replaced once its task has ended; 0 for never."""
    kill_after: float = 1.0
    """Seconds that a body has to stop, once it was asked to, before its child is killed."""
    spawn: bool = False
    """Whether children begin as new interpreters, not as copies of one that has all imported."""

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Self:
        """Read a table.

        Raises:
            ValueError: with the first thing that is wrong in it.
        """
        known = [field.name for field in fields(cls)]
        for name in table:
            if name not in known:
                near = nearest(name, known)
                hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
                raise ValueError(f"unknown setting {name}; {hint}")
        found: dict[str, Any] = {}
        for name, value in table.items():
            if name in ("memory", "recycle_memory"):
                found[name] = _size(name, value)
            elif name == "recycle_after":
                found[name] = numbers.count(name, value, 0)
            elif name == "kill_after":
                found[name] = numbers.duration(name, value)
            elif type(value) is bool:
                found[name] = value
            else:
                raise ValueError(f"{name} must be true or false, got {shown(value)}")
        return cls(**found)


def _size(name: str, value: object) -> int:
    if type(value) is str:
        try:
            return bytes_in(value)
        except ValueError as error:
            raise ValueError(f"{name} {error}, got {shown(value)}") from None
    return numbers.count(name, value, 0)
