"""Which rows of a list are marked: by number or by group, never by position.

So a mark stays with its row wherever that goes, and goes when the row leaves the list. Rows that
are marked by hand are known one by one. Those that `*` marks may be a million: they are held by the
engine under a token, and a reading says which of them are on screen.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from chasqui.control.port import MARKS, CommandOutcome, Marked, MarkedView


class Marks:
    """The marks of one list."""

    def __init__(self) -> None:
        self._by_hand: dict[Hashable, None] = {}
        self.last: Hashable | None = None
        """The row that was marked last, from which a range begins."""
        self._hold(None, 0)

    def _hold(self, token: str | None, count: int) -> None:
        """Mark what a token names, and no longer what another one did."""
        self._token = token
        self._counted = count  # of the token's, those that are left and still marked
        self._here: frozenset[int] = frozenset()  # of the token's, those that were read last
        self._without: dict[Hashable, None] = {}  # of the token's, those that were unmarked

    def __len__(self) -> int:
        return len(self._by_hand) + self._counted

    def __contains__(self, key: Hashable) -> bool:
        return key in self._by_hand or (key in self._here and key not in self._without)

    def is_only(self, key: Hashable) -> bool:
        """Tell whether a row is marked and no other: what a key acts on is then in view there."""
        return len(self) == 1 and key in self

    @property
    def words(self) -> str:
        """What a question calls them."""
        return "the marked one" if len(self) == 1 else "those that are marked"

    @property
    def asked(self) -> Marked:
        """What names them to the port."""
        return Marked(
            numbers=tuple(key for key in self._by_hand if isinstance(key, int)),
            groups=tuple(key for key in self._by_hand if isinstance(key, str)),
            token=self._token,
            without=tuple(key for key in self._without if isinstance(key, int)),
        )

    @property
    def numbers(self) -> tuple[int, ...] | None:
        """The numbers of the marked tasks; None if only the engine knows all of them."""
        return self.asked.numbers if self._token is None else None

    def toggle(self, key: Hashable) -> bool:
        """Mark a row, or take its mark away; False: there are too many marks already."""
        if key in self._by_hand:
            del self._by_hand[key]
        elif key not in self:
            return self.add([key])
        elif len(self._without) < MARKS:
            self._without[key] = None
            self._counted -= 1
        else:
            return False
        return True

    def add(self, keys: Iterable[Hashable]) -> bool:
        """Mark rows, in this order; False, with no row marked, if they are too many."""
        new = [key for key in keys if key not in self]
        again = [key for key in new if key in self._without]
        by_hand = dict.fromkeys(key for key in new if key not in self._without)
        if len(self._by_hand) + len(by_hand) > MARKS:
            return False
        for key in again:
            del self._without[key]
            self._counted += 1
        self._by_hand.update(by_hand)
        self.last = new[-1] if new else self.last
        return True

    def take(self, counted: CommandOutcome) -> None:
        """Mark what was counted, and nothing else."""
        self.clear()
        if counted.token:
            self._hold(counted.token, counted.count)
        else:
            self._by_hand = dict.fromkeys(counted.numbers)

    def clear(self) -> bool:
        """Take all marks away; tell whether there were any."""
        had = len(self) > 0
        self._by_hand.clear()
        self._hold(None, 0)
        self.last = None
        return had

    def follow(self, view: MarkedView) -> None:
        """Take the marks of what has left the list away.

        The view may be about marks as they were a moment ago: what was gone then is gone now.
        """
        for key in (*view.gone, *view.gone_groups):
            self._by_hand.pop(key, None)
        if self._token is None or view.token != self._token:
            return
        if view.lost or view.total == 0:
            self._hold(None, 0)
        elif view.total is not None:
            self._counted, self._here = view.total, frozenset(view.here)
