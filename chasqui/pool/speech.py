"""Speech: whose body the calling thread runs, and who listens to what bodies say.

Nothing is done for a task that says nothing. What a worker runs is known from its own record, and
an asyncio body hands itself on, as a context variable, to the threads of `asyncio.to_thread`. A
body's other threads say whose they are by the body's own ``ctx.log``.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol
from weakref import WeakKeyDictionary, ref

from chasqui.pool import deadlock, forking

if TYPE_CHECKING:
    from chasqui.pool.backend import Worker
    from chasqui.pool.task import Task, TaskPool


class Speaker(NamedTuple):
    """A task's body, in one of its attempts."""

    task: Task
    attempt: int


class Listener(Protocol):
    """Who hears what the bodies of a pool's tasks log."""

    level: int
    """The lowest level of `logging` that it wants to hear."""

    def hear(self, speaker: Speaker, level: int, logger: str, text: str) -> None:
        """Hear a line; called on any thread, and must not raise."""
        ...


_listeners: Final[WeakKeyDictionary[TaskPool, Listener]] = WeakKeyDictionary()
# Weak, since a task that a body submits inherits its variables, and would keep the body's alive.
_handed_on: Final[ContextVar[tuple[ref[Task], int] | None]] = ContextVar("body", default=None)


# In a forked child nothing listens to the bodies of the parent any more.
forking.in_child(_listeners.clear)


def listen(pool: TaskPool, listener: Listener) -> None:
    """Have a listener hear what the bodies of a pool say from now on."""
    _listeners[pool] = listener


def ignore(pool: TaskPool) -> None:
    """Have nobody hear what the bodies of a pool say from now on."""
    _listeners.pop(pool, None)


def listener_of(task: Task) -> Listener | None:
    """Return who hears what a task's body says."""
    return _listeners.get(task._pool)


def speaker() -> Speaker | None:
    """Return whose body the calling thread runs, if it runs one."""
    worker = deadlock.worker_here()
    task = None if worker is None else worker.task
    if worker is not None and task is not None:
        return Speaker(task, _attempt(task, worker))
    handed_on = _handed_on.get()
    if handed_on is None or (task := handed_on[0]()) is None:
        return None
    return Speaker(task, handed_on[1])


def hand_on(task: Task) -> None:
    """Have threads that take over the caller's context variables speak for a task."""
    _handed_on.set((ref(task), task.attempts))


def _attempt(task: Task, worker: Worker) -> int:
    """Return which attempt a worker runs: one that was given up may still be in an earlier one."""
    if task.worker == worker.name:
        return task.attempts
    own = [one.number for one in task.earlier if one.worker == worker.name]
    return max(own, default=task.attempts)
