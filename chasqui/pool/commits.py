"""Commits: where a decision about a pool is stored, so that no signal handler can split it.

A signal handler may call any method of a pool in the middle of any other on the same thread, and
the re-entrant lock lets it in. It may also raise, as `KeyboardInterrupt` does. CPython runs
handlers when a function begins, when a call returns or a loop turns back, and never between plain
stores. So code that decides something:

1. takes a turn: ``pool.turn`` becomes an object of its own (`take_turn`, `locked_freeze`);
2. looks at what it must know, with calls and loops as it likes;
3. calls a function of this module, which checks that ``pool.turn`` is still that object, stores all
   that was decided, and returns True. If it returns False, something else came between: the caller
   begins again at 1.

A handler may come as the function of step 3 begins, which is before its check, and after its last
store, and nowhere between. `tests/pool/test_commits.py` reads this file for it: after the check
there is no call, no loop and no property. Growing a dict, a list or a deque by an operator is no
call. Where C code must be called, it is called last.

Every commit of a decision that could be undone by another ends all turns, or is made under its own
turn. Code that releases the lock in the middle of a turn (`locked_sleep_on`) or lets workers go on
(`locked_thaw`) ends the turn as well.

The caller holds the lock. `intake.submit` makes the stores of `accept` itself, because a call more
would cost it 5 %. The worker loop stores what its own worker decides: no handler runs there, and
`chasqui.pool.state` says how readers see it.
"""

from __future__ import annotations

from chasqui.pool.claim import Claim
from chasqui.pool.lane import Lane, Queue
from chasqui.pool.ledger import Ledger
from chasqui.pool.notice import Notice
from chasqui.pool.numbering import Numbering
from chasqui.pool.particulars import Particulars
from chasqui.pool.state import State
from chasqui.pool.task import Task
from chasqui.pool.values import Line
from chasqui.pool.wakeup import Wakeup


def take_turn(pool: State) -> object:
    """Begin a decision; a turn that was under way ends."""
    turn = pool.turn = object()
    return turn


def accept(
    pool: State,
    turn: object,
    fresh: dict[int, Task],
    queue: Queue,
    numbers: list[int],
    accepted: int,
    claim: Claim | None = None,
    task: Task | None = None,
) -> bool:
    """Accept tasks into the backlog, and settle the claim by ``task`` if there is one.

    First the index, because running out of memory for it has changed nothing. Then the count. The
    queue is last: a worker takes a number from it without the lock, and must find it in the index.
    ``accepted`` is the new count.
    """
    if not (pool.is_open and pool.turn is turn) or (
        claim is not None and (claim.task is not None or claim.closed)
    ):
        return False
    pool.queued |= fresh
    pool.accepted = accepted
    queue += numbers
    if claim is not None:
        claim.task = task
    return True


def schedule(
    pool: State,
    turn: object,
    number: int,
    task: Task,
    more: Particulars,
    alarm: int,
    claim: Claim | None = None,
    notice: Notice | None = None,
) -> bool:
    """Accept a task that waits for its time, and settle the claim by it if there is one.

    It gets its number with that. The order is that of `accept`. It is announced by the notice if it
    has no alarm yet.
    """
    if not (pool.is_open and pool.turn is turn) or (
        claim is not None and (claim.task is not None or claim.closed)
    ):
        return False
    lane = task._lane
    task.number = number
    pool.scheduled[number] = task
    pool.accepted += 1
    lane.scheduled += 1
    more.alarm = alarm
    if claim is not None:
        claim.task = task
    if notice is not None and not alarm:
        notice.tasks = (task,)
    return True


def number_by(pool: State, turn: object, numbering: Numbering) -> bool:
    """Take the numbers of tasks from here from now on; they follow those given out so far."""
    if pool.turn is not turn:
        return False
    pool.numbers = numbering
    return True


def close_claim(pool: State, claim: Claim, error: Exception | None = None) -> bool:
    """Settle a claim without a task; False when it has been settled.

    It needs no turn, and ends that of a submission for this claim.
    """
    if claim.task is not None or claim.closed:
        return False
    pool.turn = None
    claim.error = error
    claim.closed = True
    return True


# Waiting tasks


def put_off(pool: State, task: Task, more: Particulars, due: float) -> bool:
    """Put a task that has failed into the schedule, to be tried again.

    On its worker's thread or the timer's, where no handler runs; so it needs no turn.
    """
    lane = task._lane
    pool.scheduled[task.number] = task
    lane.scheduled += 1
    more.due = due
    task.state = "scheduled"
    return True


def move(
    pool: State, turn: object, task: Task, more: Particulars, fresh: Task, due: float, alarm: int
) -> bool:
    """Have a task that waits for its time do the work of another, at another time."""
    if pool.turn is not turn or not pool.is_open or task.number not in pool.scheduled:
        return False
    task.work = fresh.work
    task.variables = fresh.variables
    more.due = due
    more.alarm = alarm
    return True


def come_due(
    pool: State, turn: object, task: Task, more: Particulars, queue: Queue, now: float
) -> bool:
    """Move a task from the schedule to the backlog.

    It is in both before it is in one, so that it is never in none. The queue is last, as in
    `accept`.
    """
    if pool.turn is not turn:
        return False
    lane, number = task._lane, task.number
    pool.queued[number] = task
    del pool.scheduled[number]
    lane.scheduled -= 1
    task._queued_at = now
    more.due = None
    more.alarm = 0
    task.state = "queued"
    queue += (number,)
    return True


def reprioritize(
    pool: State,
    turn: object,
    task: Task,
    more: Particulars,
    queue: Queue,
    priority: int,
    source: Queue | Line,
) -> bool:
    """Have a task of the backlog wait in the queue of another priority; workers must rest.

    What has no memory for it has changed nothing. The number is taken out of its former place by
    the last call, which is C code that compares numbers, so no handler runs in it.
    """
    if pool.turn is not turn or task.number not in pool.queued:
        return False
    number = task.number
    queue += (number,)
    more.priority = priority
    source.remove(number)
    return True


def drop(pool: State, turn: object, waits: dict[int, Task], task: Task, now: float) -> bool:
    """Cancel a task that waits in this index; False when it no longer does, or the pool has ended.

    Workers must rest. First the tombstone: `Backlog.wanted` must not count it as a task that is
    held. A task that the ledger calls left stays so.
    """
    if pool.turn is not turn or task.number not in waits or pool.ledger is not None:
        return False
    lane = task._lane
    lane.tombstones += waits is pool.queued
    lane.scheduled -= waits is pool.scheduled
    lane.dropped += 1
    del waits[task.number]
    pool.dropped += 1
    task._ended_at = now
    task.state = "cancelled"
    return True


def sweep(pool: State, turn: object, queue: Queue | Line, live: list[int], tombstones: int) -> bool:
    """Have a queue hold these numbers and no tombstones; workers must rest.

    The queue is filled anew by the one call, which is C code, so no handler runs in it.
    """
    if pool.turn is not turn:
        return False
    lane = queue.lane
    lane.tombstones -= tombstones
    queue.__init__(live)  # type: ignore[misc]
    return True


def clear_shed(pool: State, turn: object, lane: Lane, shed: int) -> bool:
    """Forget the tombstones that workers have passed over; workers must rest."""
    if pool.turn is not turn:
        return False
    lane.tombstones -= shed
    lane.shed.clear()
    return True


def close(
    pool: State, awaited: Task | None, *, drain: bool, deadline: float | None, has_time: bool
) -> bool:
    """Accept no more, and begin the end or sharpen it: cancelling stays, the deadline comes nearer.

    It needs no turn, and ends all. ``awaited`` comes before ``stopping``: a worker that sees that
    the pool stops would else leave before what is scheduled. Without time until the deadline a
    pause stays, so that nothing starts that it held back.
    """
    pool.turn = None
    pool.is_open = False
    pool.awaited = awaited
    if deadline is not None and (pool.deadline is None or deadline < pool.deadline):
        pool.deadline = deadline
    pool.stopping = "cancel" if pool.stopping == "cancel" or not drain else "drain"
    pool.paused = pool.paused and not has_time
    return True


def write_ledger(pool: State, turn: object, ledger: Ledger) -> bool:
    """Write the ledger, once; workers must rest. A task cancelled after it is still left."""
    if pool.turn is not turn or pool.ledger is not None:
        return False
    pool.ledger = ledger
    return True


def attach(pool: State, wakeup: Wakeup) -> bool:
    """Have a shutdown woken when something changes."""
    pool.wakeups = (*pool.wakeups, wakeup)
    return True


def detach(pool: State, before: tuple[Wakeup, ...], left: tuple[Wakeup, ...]) -> bool:
    """Have only these woken; False when others were attached or detached since ``before``.

    The tuple is its own turn: every change replaces it.
    """
    if pool.wakeups is not before:
        return False
    pool.wakeups = left
    return True
