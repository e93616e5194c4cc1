"""Batching: how an engine accepts a batch, and what it does at its end."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final
from weakref import WeakValueDictionary

from chasqui import arguments, numbers
from chasqui.engine.accepting import Accepting
from chasqui.engine.batch import Batch
from chasqui.engine.entries import Entry, check_words, entry_of, works_of
from chasqui.engine.events import BatchEnded, BatchNotFollowed
from chasqui.engine.members import BatchState, Members
from chasqui.engine.policy import Policy
from chasqui.engine.tasktype import TypedWork
from chasqui.errors import BacklogFull, ChasquiError, PoolClosed, WouldDeadlock
from chasqui.pool.task import Task
from chasqui.pool.work import Work

SLICE: Final = 1000
"""How many tasks are accepted between two looks that others can have at a batch being filled."""


class Batching(Accepting):
    """The part of an engine that has batches."""

    _batch_numbers: Iterator[int]
    _batches: WeakValueDictionary[int, Members]

    def _start_batching(self) -> None:
        self._batch_numbers = itertools.count(1)
        # Weak: the tasks that have not ended hold the members of their batch, and its handle does.
        self._batches = WeakValueDictionary()

    def batch(
        self,
        entries: Iterable[Entry],
        *,
        then: Entry | None = None,
        name: str = "",
        timeout: float | None = None,
        **policy: Any,
    ) -> Batch:
        """Accept many tasks that are watched, waited for and cancelled together.

        All are validated before the first is accepted. Waiting for room takes at most ``timeout``
        seconds (None: for ever).

        Args:
            entries: works, types that need no parameters, or pairs of a type and its parameters.
            then: what to run, once, when every task is final, however they ended; a task that will
                be tried again is not. It starts even while the backlog is full, and not at all
                when the engine is stopping by then or leaves a task in its backlog, which
                `Batch.refused` and the log say.
            name: shown in consoles and logs.
            policy: as in `submit`, for every task of the batch.

        Raises:
            UnknownType, InvalidParameters: as `submit`; nothing was accepted.
            BacklogFull, PoolClosed, WouldDeadlock: it stopped early. The error's ``batch`` has
                what got in, and is not followed by ``then``.
        """
        check_words(policy)
        timeout = numbers.wait("timeout", timeout)
        works = works_of("entries", entries, self._entry)
        follows = None if then is None else self._follower(then)
        Policy(**policy)  # raises before anything is accepted
        members = Members(
            next(self._batch_numbers),
            name,
            len(works),
            self.clock,
            lambda members: self._end_batch(members, follows),
            "" if follows is None else follows.name,
            self._tell_not_followed,
        )
        self._batches[members.number] = members
        tasks: list[Task] = []
        deadline = None if timeout is None else self.clock.monotonic() + timeout
        try:
            for part in _parts(works):
                left = None if deadline is None else max(0.0, deadline - self.clock.monotonic())
                accepted = self._accept_many(part, left, policy)
                members.add(accepted)
                tasks += accepted
        except (BacklogFull, PoolClosed, WouldDeadlock) as error:
            members.add(error.accepted)
            tasks += error.accepted
            got = f"{len(tasks):,} of the {len(works):,} tasks of batch {members.number} got in"
            raise type(error)(f"{error}; {got}", tasks, Batch(members, tasks)) from None
        finally:
            members.close()
        return Batch(members, tasks)

    def batches(self) -> tuple[BatchState, ...]:
        """List the batches with tasks that have not ended, or with a handle that somebody holds."""
        found = (reference() for reference in self._batches.valuerefs())
        return tuple(members.state() for members in found if members is not None)

    def cancel_batch(self, number: int) -> int:
        """Cancel a batch by its number, as `Batch.cancel`; 0 when there is none of it."""
        members = self._batches.get(arguments.number("number", number))
        return 0 if members is None else members.cancel()

    def _tell_not_followed(self, members: Members) -> None:
        self.bus.publish(
            BatchNotFollowed(
                self.clock.time(), members.number, members.name, members.follows, members.refused
            )
        )

    def _follower(self, then: Entry) -> Work:
        try:
            return self._entry(then)
        except TypeError as error:
            raise TypeError(f"then: {error}") from None

    def _entry(self, entry: Entry) -> Work:
        return entry_of(self._registry, entry)

    def _end_batch(self, members: Members, follows: Work | None) -> None:
        counts = members.counts()
        now = self.clock.time()
        if follows is not None:
            if members.total < members.size:
                members.refused = (
                    f"{members.size - members.total:,} of its tasks were never accepted"
                )
            else:
                try:
                    members.then = self._submit_next(follows)
                except (ChasquiError, RuntimeError) as error:  # the latter: no thread to be had
                    members.refused = str(error)
        self.bus.publish(
            BatchEnded(
                now, members.number, members.name, counts.completed, counts.failed, counts.cancelled
            )
        )
        if follows is not None and members.refused:
            self._tell_not_followed(members)

    def _submit_next(self, work: Work) -> Task:
        try:
            return self.submit(work, delay=0)  # by the schedule, so that a full backlog takes it
        except BacklogFull:
            return self.submit(work, timeout=0)  # then it is the schedule that is full


def _parts(works: list[Work]) -> Iterator[list[Work]]:
    """Split works into runs of one type, of a size at which others may look in between."""
    for _, run in groupby(works, key=lambda work: isinstance(work, TypedWork) and work.type):
        part = list(run)
        for first in range(0, len(part), SLICE):
            yield part[first : first + SLICE]
