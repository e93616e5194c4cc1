"""The numbers of tasks, where pools count together or tasks are restored with older numbers.

Numbers only grow. No lock is taken, because a signal handler may interrupt any of this and use the
pools as well. Numbers come from a counter, and a jump replaces it by another that starts higher:

1. The jump closes the old counter.
2. After taking a number, a thread looks whether its counter is closed, and if so takes another from
   the next counter. So every number that counts was taken before its counter closed.
3. The next counter starts no lower than what the closed one gives after that. Several threads may
   make it at the same time: the first to put it in place wins, and all use that.
"""

from __future__ import annotations

from itertools import count

from chasqui.arguments import of_kind


class _Counter:
    """A counter, and the next one once it is closed."""

    __slots__ = ("_next", "closed", "first", "least", "numbers")

    def __init__(self, first: int) -> None:
        self.first = first
        self.numbers = count(first)
        self.closed = False
        self.least = first
        """What the next counter starts with at least."""
        self._next: dict[str, _Counter] = {}

    def after(self) -> _Counter:
        """Return the counter that follows this closed one."""
        start = max(next(self.numbers), self.least)
        return self._next.setdefault("next", _Counter(start))


class Numbering:
    """Gives out numbers, each once and higher than those given out before.

    Args:
        first: the first number.
        is_shared: whether several pools take numbers, and name their workers apart.
    """

    __slots__ = ("_counter", "is_shared")

    def __init__(self, first: int = 1, *, is_shared: bool = True) -> None:
        self._counter = _Counter(first)
        self.is_shared = is_shared

    def take(self) -> int:
        """Return the next number."""
        counter = self._counter
        while True:
            number = next(counter.numbers)
            if not counter.closed:
                return number
            counter = self._counter = counter.after()

    @property
    def last(self) -> int:
        """The highest number that was given out; none is taken to learn it."""
        # Its text is all that a counter says of where it is: `count(8)` gives 8 next.
        return int(repr(self._counter.numbers)[len("count(") : -1]) - 1

    def jump(self, number: int) -> None:
        """Have every number that is taken from now on be higher than this one."""
        counter = self._counter
        while counter.first <= number:
            counter.least = number + 1
            counter.closed = True
            counter = self._counter = counter.after()


def check_numbering(numbers: Numbering | None) -> Numbering | None:
    """Return what gives out numbers, None for none; raises TypeError for anything else."""
    return numbers if numbers is None else of_kind("numbers", numbers, Numbering, "a Numbering")
