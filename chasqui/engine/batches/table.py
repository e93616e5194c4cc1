"""The batches of an engine: accepting them, listing the open ones, and what follows their end."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from functools import partial
from itertools import groupby
from typing import Any, Final
from weakref import WeakValueDictionary

from chasqui import arguments, numbers
from chasqui.engine.batches.batch import Batch
from chasqui.engine.batches.members import BatchState, Members
from chasqui.engine.events.event import Event
from chasqui.engine.policy.rules import Policy
from chasqui.engine.submission.entries import Entry, check_words, works_of
from chasqui.engine.submission.submitter import Submitter
from chasqui.engine.types.task_type import TypedWork
from chasqui.error_base import Refused
from chasqui.errors import BacklogFull, ChasquiError
from chasqui.pool.clock import Clock
from chasqui.pool.states import counts_of
from chasqui.pool.task import Task
from chasqui.pool.work import Work

SLICE: Final = 1000
"""How many tasks are accepted at a time; in between, others see how far the batch is."""


class BatchTable:
    """Accepts batches, and keeps track of those with open tasks."""

    def __init__(
        self, submitter: Submitter, publish: Callable[[Event], None], clock: Clock
    ) -> None:
        self._submitter = submitter
        self._publish = publish
        self._clock = clock
        self._numbers = itertools.count(1)
        # Weak: open tasks hold the members of their batch, and so does its handle.
        self._batches: WeakValueDictionary[int, Members] = WeakValueDictionary()

    def accept(
        self,
        entries: Iterable[Any],
        *,
        given: str = "entries",
        make: Callable[[Any], Work] | None = None,
        then: Entry | None = None,
        name: str = "",
        timeout: float | None = None,
        durable: bool = True,
        **policy: Any,
    ) -> Batch:
        """Accept a batch; see `Engine.batch`.

        Args:
            given: what errors call ``entries``.
            make: makes the work of one; None: as of any entry.
        """
        check_words(policy)
        name = arguments.text("name", name)
        timeout = numbers.wait("timeout", timeout)
        works = works_of(given, entries, make or self._submitter.entry)
        durable = self._submitter.durability.of_all(given, works, durable)
        follows = follow = None
        if then is not None:
            follows = self._follower(then, durable)
            # The thread that counts the last end has the variables of others, if any.
            follow = partial(copy_context().run, self._submit_next, follows, durable)
        # What is wrong with the policy or a type's pool is raised before anything is accepted.
        Policy(**policy)
        for one in {work.name: work for work in works}.values():
            self._submitter.pool_of(one, policy)
        members = Members(
            next(self._numbers),
            name,
            len(works),
            self._clock,
            lambda members: self._end_batch(members, follow),
            "" if follows is None else follows.name,
            self._report_not_followed,
        )
        self._batches[members.number] = members
        tasks: list[Task] = []
        deadline = None if timeout is None else self._clock.monotonic() + timeout
        try:
            for part in _parts(works):
                left = None if deadline is None else max(0.0, deadline - self._clock.monotonic())
                accepted = self._submitter.accept(part, left, policy, durable=durable)
                members.add(accepted)
                tasks += accepted
        except Refused as error:
            members.add(error.accepted)
            tasks += error.accepted
            got = f"{len(tasks):,} of the {len(works):,} tasks of batch {members.number} got in"
            error.args = (f"{error}; {got}",)
            error.accepted, error.batch = tuple(tasks), Batch(members, tasks)
            raise
        finally:
            members.close()
        return Batch(members, tasks)

    def states(self) -> tuple[BatchState, ...]:
        """List the batches that are open or whose handle is still held; see `Engine.batches`."""
        found = (reference() for reference in self._batches.valuerefs())
        return tuple(members.state() for members in found if members is not None)

    def cancel(self, number: int) -> int:
        """Cancel a batch by its number; see `Engine.cancel_batch`."""
        members = self._batches.get(arguments.number("number", number))
        return 0 if members is None else members.cancel()

    def report_left(self) -> None:
        """Report the batches that nothing will follow, because a pool has left tasks of theirs."""
        for reference in self._batches.valuerefs():
            members = reference()
            if members is not None and members.follows:
                members.report_left()

    def _report_not_followed(self, members: Members) -> None:
        from chasqui.engine.events.records import BatchNotFollowed

        self._publish(
            BatchNotFollowed(
                self._clock.time(), members.number, members.name, members.follows, members.refused
            )
        )

    def _follower(self, then: Entry, durable: bool) -> Work:
        try:
            work = self._submitter.entry(then)
            self._submitter.durability.of(work, durable)
            return work
        except TypeError as error:
            raise TypeError(f"then: {error}") from None

    def _end_batch(self, members: Members, follow: Callable[[], Task] | None) -> None:
        counts = members.counts()
        now = self._clock.time()
        if follow is not None:
            if members.total < members.size:
                members.refused = (
                    f"{members.size - members.total:,} of its tasks were never accepted"
                )
            else:
                try:
                    members.then = follow()
                except (
                    ChasquiError,
                    RuntimeError,
                ) as error:  # the latter: the machine has no more threads
                    members.refused = str(error)
        from chasqui.engine.events.records import BatchEnded

        self._publish(BatchEnded(now, members.number, members.name, **counts_of(counts)))
        if follow is not None and members.refused:
            self._report_not_followed(members)

    def _submit_next(self, work: Work, durable: bool) -> Task:
        submit = partial(self._submitter.submit, work, durable=durable)
        try:
            return submit(delay=0)  # through the schedule, so that a full backlog does not matter
        except BacklogFull:
            return submit(timeout=0)  # then the schedule is full


def _parts(works: list[Work]) -> Iterator[list[Work]]:
    """Split works into runs of one type, of at most `SLICE` works."""
    for _, run in groupby(works, key=lambda work: isinstance(work, TypedWork) and work.type):
        part = list(run)
        for first in range(0, len(part), SLICE):
            yield part[first : first + SLICE]
