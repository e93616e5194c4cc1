"""Windows: the order in which what waits is served, for those who look.

Workers must rest meanwhile, unless queues are copied.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from chasqui.pool.lane import Queue
from chasqui.pool.task import Task
from chasqui.pool.values import Line


def in_turn(
    rings: Iterable[Iterable[Queue]], queued: Mapping[int, Task], *, is_copied: bool = False
) -> Iterator[Task]:
    """Give all that waits in the order in which it will start, as far as it is known now.

    Args:
        rings: the queues of each level, the highest first.
        is_copied: as in `served`; a task that moves meanwhile may then come twice or not at all.
    """
    for ring in rings:
        yield from turns([served(queue, queued, is_copied=is_copied) for queue in ring])


def served(queue: Queue, queued: Mapping[int, Task], *, is_copied: bool = False) -> Iterator[Task]:
    """Give the tasks of a lane in a priority: values take turns, and what is struck is last.

    Args:
        is_copied: copy each queue in one step, so that no worker has to rest.
    """
    keys = queue.lane.keys
    lines: list[Iterator[Task]] = []
    parked: list[Iterator[Task]] = []
    if keys is not None:
        struck = {id(line) for line in keys.parked()}
        for line in keys.lines():
            if line.priority == queue.priority:
                (parked if id(line) in struck else lines).append(_live(line, queued, is_copied))
    if keys is not None and keys.has_lifted(queue.lane.strikes):
        lines, parked = [*parked, *lines], []
    yield from turns(lines)
    yield from _live(queue, queued, is_copied)
    for tasks in parked:
        yield from tasks


def _live(queue: Queue | Line, queued: Mapping[int, Task], is_copied: bool) -> Iterator[Task]:
    numbers = queue.copy() if is_copied else queue
    return (task for number in numbers if (task := queued.get(number)) is not None)


def turns(waiting: list[Iterator[Task]]) -> Iterator[Task]:
    """Give the tasks of queues that take turns."""
    while waiting:
        left = []
        for tasks in waiting:
            task = next(tasks, None)
            if task is not None:
                left.append(tasks)
                yield task
        waiting = left


def rounds(ring: Iterable[Queue], offset: int) -> Iterator[int]:
    """Give the numbers of queues that take turns, from the ``offset``-th on.

    Indexing a deque costs its distance from the nearer end in blocks of 64, which is far less than
    walking there when the window is deep in a long backlog.
    """
    queues = [queue for queue in ring if queue]
    rounds = range(max(map(len, queues), default=0))
    turn = bisect_right(
        rounds, offset, key=lambda one: sum(min(len(queue), one) for queue in queues)
    )
    turn = max(0, turn - 1)
    skip = offset - sum(min(len(queue), turn) for queue in queues)
    while queues := [queue for queue in queues if len(queue) > turn]:
        for queue in queues[skip:]:
            yield queue[turn]
        skip, turn = 0, turn + 1
