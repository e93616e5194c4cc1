"""What is marked in the lists of an engine: which of it is left, and all of it by number.

A mark that was set by hand is looked up at every reading. The set of a token may have a million
tasks, so it is gone through aside; see `Lookup`. Nothing is acted on here: an action counts what is
left of the marks first, and then names what was counted.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from chasqui.control.backlog_pages import BacklogPages
from chasqui.control.lookup import Lookup
from chasqui.control.marked_records import Marked, MarkedView
from chasqui.control.number_sets import NumberSets, SetGone
from chasqui.control.port import FailureRow, LaneRow, Page, TaskRow, ViewQuery
from chasqui.engine.engine import BaseEngine
from chasqui.engine.failures.groups import FailureGroup

IsThere = Callable[[int], bool]
NOTHING: Final = Marked()


class MarkedRows:
    """The marks of the clients of one engine, which hold them themselves. Any thread."""

    def __init__(self, engine: BaseEngine, sets: NumberSets, backlog: BacklogPages) -> None:
        self._engine = engine
        self._sets = sets
        self._backlog = backlog
        self._left: Lookup[array[int]] = Lookup("chasqui-marks")

    def views(
        self,
        query: ViewQuery,
        waiting: Page[TaskRow] | None,
        lanes: Page[LaneRow] | None,
        failures: Page[FailureRow] | None,
        kinds: Sequence[FailureGroup] | None,
    ) -> Mapping[str, Any]:
        """Say what has become of the marks of a query, and which rows of these pages have one.

        Args:
            kinds: the groups of failures that are listed; None: they were not asked for.
        """
        views: dict[str, MarkedView] = {}
        if (marked := query.backlog_marked) != NOTHING:
            shown = [row.number for row in waiting.rows] if waiting else []
            shown += [row.number for lane in (lanes.rows if lanes else ()) for row in lane.first]
            views["backlog_marked"] = self._view(
                "backlog", marked, shown, self._backlog.has, self._waits
            )
        if (marked := query.failures_marked) != NOTHING:
            shown = [row.number for row in failures.rows] if failures else []
            view = self._view("failures", marked, shown, self._has_failure, self._has_failure)
            listed = None if kinds is None else {kind.id for kind in kinds}
            gone = () if listed is None else [one for one in marked.groups if one not in listed]
            views["failures_marked"] = _with(view, gone_groups=tuple(gone))
        return views

    def numbers(self, marked: Marked) -> list[int]:
        """Return the numbers of all that is marked, but those of groups, in order.

        Raises:
            SetGone: the set of the token is no longer held.
        """
        named = () if marked.token is None else self._sets.named(marked.token)
        return sorted({*marked.numbers, *named}.difference(marked.without))

    def _view(
        self, name: str, marked: Marked, shown: Iterable[int], has: IsThere, has_counted: IsThere
    ) -> MarkedView:
        """Say what is left of the marks of a list.

        Args:
            has: tells whether the list has what was marked by hand.
            has_counted: the same for what was counted, none of which is in the journal only.
        """
        view = MarkedView(
            gone=tuple(number for number in marked.numbers if not has(number)),
            token=marked.token,
        )
        if marked.token is None:
            return view
        work = partial(self._still_there, marked.token, has_counted)
        try:
            # What is in a list changes all the time: the moment serves as its revision.
            left = self._left.read((name, marked.token), time.monotonic_ns(), work)
        except SetGone:
            return _with(view, lost=True)
        if left is None:
            return view
        taken = set(_among(left, marked.without))
        here = tuple(number for number in _among(left, shown) if number not in taken)
        return _with(view, total=len(left) - len(taken), here=here)

    def _still_there(self, token: str, is_there: IsThere) -> array[int]:
        return array("q", sorted(filter(is_there, self._sets.named(token))))

    def _waits(self, number: int) -> bool:
        return self._backlog.find(number) is not None

    def _has_failure(self, number: int) -> bool:
        failure = self._engine.failures.find(number)
        return failure is not None and failure.state != "discarded"


def _with(view: MarkedView, **more: object) -> MarkedView:
    return msgspec.structs.replace(view, **more)


def _among(numbers: array[int], wanted: Iterable[int]) -> Iterator[int]:
    """Return which of these are among the numbers, which are in order."""
    for number in wanted:
        at = bisect_left(numbers, number)
        if at < len(numbers) and numbers[at] == number:
            yield number
