"""Keys and strikes: what tells the tasks of a lane apart, and which values of it are held."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final, NamedTuple


class Key(NamedTuple):
    """What tells the tasks of a lane apart, such as a parameter."""

    name: str
    of: Callable[[Any], Hashable]
    """Returns the value of a work. It must not raise, and what it returns must be safe to hash."""


class Strikes:
    """The values that are struck in a lane; it never changes, another takes its place."""

    __slots__ = ("_groups", "listed")

    def __init__(self, listed: Iterable[tuple[Key, Hashable]] = ()) -> None:
        self.listed = tuple(listed)
        groups: dict[str, tuple[Callable[[Any], Hashable], set[Hashable]]] = {}
        for key, value in self.listed:
            groups.setdefault(key.name, (key.of, set()))[1].add(value)
        self._groups = tuple(groups.values())

    def hit(self, work: Any) -> bool:
        """Whether a work has a value that is struck."""
        return bool(self._groups) and any(of(work) in values for of, values in self._groups)

    def has(self, key: str, value: Hashable) -> bool:
        """Whether a value is struck."""
        # No generator: an interrupt while it is closed would be printed, and lost.
        return (key, value) in [(one.name, its) for one, its in self.listed]

    def plus(self, key: Key, value: Hashable) -> Strikes:
        """Return these and another."""
        return self if self.has(key.name, value) else Strikes((*self.listed, (key, value)))

    def minus(self, key: str, value: Hashable) -> Strikes:
        """Return these without one."""
        left = [(one, its) for one, its in self.listed if one.name != key or its != value]
        return Strikes(left) if left else NONE

    def cover(self, other: Strikes) -> bool:
        """Whether all that another has struck is struck here too."""
        mine = {(key.name, value) for key, value in self.listed}
        return mine.issuperset((key.name, value) for key, value in other.listed)

    def __bool__(self) -> bool:
        return bool(self.listed)


NONE: Final = Strikes()
