"""Task: one accepted submission, and the handle that its submitter holds.

A task is as small as it can be, because a backlog may hold a million of them: what few tasks need
(a limit, a waiter, a callback, a progress) is in `Particulars`, made with the first of it.

Every field has a single owner at a time: the pool under its lock while the task waits, its worker
while it runs, and no thread once it is final. So a handle may be read from any thread, and a state
that reads as final has its result, error and times in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import Context as Variables
from types import GenericAlias, MappingProxyType
from typing import Any, Final

from chasqui import arguments, numbers, raised, slots
from chasqui.errors import Cancelled, PoolClosed, WaitTimeout
from chasqui.generic import Generic, T_co
from chasqui.pool.attempts import Attempt as Attempt
from chasqui.pool.attempts import Progress as Progress
from chasqui.pool.awaitable import AwaitableTask, refuse_asyncio
from chasqui.pool.lane import Lane
from chasqui.pool.particulars import Particulars as Particulars
from chasqui.pool.states import FINAL, STATES, TaskState
from chasqui.pool.task_pool import LoggedLine, TaskPool
from chasqui.pool.trace import Trace
from chasqui.pool.usage import TaskUsage
from chasqui.pool.work import Work, name_of

SHOWN: Final = 200  # characters of a name in a repr
NO_PARAMS: Final[Mapping[str, Any]] = MappingProxyType({})


class Task(AwaitableTask[T_co], Generic[T_co]):
    """A submission that was accepted: its number, state, times, result or error.

    ``Task[int]`` has an int as its result; it may be passed where a ``Task[object]`` is expected.
    Moments are seconds since the epoch; `waited` and `ran` are by a clock that never jumps.

    Examples: `chasqui-tui help pool` and `async`.
    """

    # Those annotated below are unset until there is something to say.
    __slots__ = (
        "__weakref__",
        "_claimed_at",
        "_ended_at",
        "_error",
        "_lane",
        "_more",
        "_pool",
        "_queued_at",
        "_result",
        "_trace",
        "_usage",
        "_worker",
        "number",
        "state",
        "variables",
        "work",
    )

    __class_getitem__ = classmethod(GenericAlias)  # type: ignore[var-annotated]

    number: int
    _claimed_at: float
    _ended_at: float
    _error: BaseException
    _lane: Lane
    _result: Any
    _trace: Trace
    _usage: TaskUsage
    _worker: str

    def __init__(
        self,
        pool: TaskPool,
        work: Work,
        variables: Variables | None,
        queued_at: float,
        lane: Lane,
    ) -> None:
        self.work = work
        self.variables = variables
        self.state: TaskState = "queued"
        self._pool = pool
        self._queued_at = queued_at
        self._lane = lane
        self._more: Particulars | None = None

    @property
    def name(self) -> str:
        """The name of its work; that of its class, where it has none or will not say."""
        return name_of(self.work)

    @property
    def type(self) -> str:
        """The full name of its task type; for a work without a type, the name of the work."""
        return self.name

    @property
    def params(self) -> Mapping[str, Any]:
        """The arguments of its work by their names; empty for a work that keeps none."""
        found = slots.stored(self.work, "params")
        return MappingProxyType(found) if type(found) is dict else NO_PARAMS

    @property
    def log(self) -> tuple[LoggedLine, ...]:
        """The lines that its body has logged and that are kept; see `Engine.task_log`."""
        return self._pool.log_of(self.number)

    @property
    def priority(self) -> int:
        """Higher starts first."""
        return 0 if self._more is None else self._more.priority

    @property
    def time_limit(self) -> float | None:
        """How long the body may run, in seconds; None without a limit."""
        return None if self._more is None else self._more.time_limit

    @property
    def attempts(self) -> int:
        """How often it was started."""
        if self._more is None and self.state == "queued":
            return 0  # for which an unset slot would take a microsecond, in each row of a list
        started = int(hasattr(self, "_claimed_at"))
        return started if self._more is None else max(started, self._more.attempt)

    @property
    def earlier(self) -> tuple[Attempt, ...]:
        """How the attempts before this one have ended."""
        return () if self._more is None else self._more.errors

    @property
    def due(self) -> float | None:
        """When a scheduled task is due, in seconds since the epoch; None in another state."""
        return self._at(None if self._more is None else self._more.due)

    @property
    def key(self) -> str | None:
        """The key that makes it the only one that waits or runs."""
        return None if self._more is None else self._more.key

    @property
    def submissions(self) -> int:
        """How many submissions of its key it stands for."""
        return 1 if self._more is None else self._more.submissions

    @property
    def worker(self) -> str | None:
        """The name of the worker that ran it, or runs it."""
        return getattr(self, "_worker", None)

    @property
    def progress(self) -> Progress | None:
        """How far its body says it is."""
        return None if self._more is None else self._more.progress

    @property
    def stop_asked(self) -> bool:
        """Whether its body was asked to stop."""
        return self._more is not None and self._more.stop_asked is not None

    @property
    def error(self) -> BaseException | None:
        """What its body raised, without the frames it came through; None unless it failed."""
        return getattr(self, "_error", None)

    @property
    def traceback(self) -> str | None:
        """The traceback of its error as text; None unless it failed."""
        error = self.error
        return None if error is None else self._trace.text(error)

    @property
    def usage(self) -> TaskUsage | None:
        """What its last attempt has used of the machine; None where that is not measured."""
        return getattr(self, "_usage", None)

    @property
    def done(self) -> bool:
        """Whether its state is final."""
        return self.state in FINAL

    @property
    def created(self) -> float:
        """When it was accepted."""
        moved = None if self._more is None else self._more.created
        return self._pool.epoch + (self._queued_at if moved is None else moved)

    @property
    def started(self) -> float | None:
        """When its body began; None when it did not."""
        return self._at(getattr(self, "_claimed_at", None))

    @property
    def finished(self) -> float | None:
        """When it became final; None before."""
        return self._at(getattr(self, "_ended_at", None))

    @property
    def waited(self) -> float | None:
        """Seconds in the backlog before the last start; None before it starts."""
        claimed = getattr(self, "_claimed_at", None)
        return None if claimed is None else claimed - self._queued_at

    @property
    def ran(self) -> float | None:
        """Seconds between start and end; None before it ends, or when it never started."""
        claimed, ended = getattr(self, "_claimed_at", None), getattr(self, "_ended_at", None)
        return None if claimed is None or ended is None else ended - claimed

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for a final state at most ``timeout`` seconds, and tell whether it came.

        Raises WouldDeadlock when called from a task, and no worker would be left to run this one.
        """
        timeout = numbers.wait("timeout", timeout)
        return self.state in FINAL or self._pool.handles.wait_for(self._pool, self, timeout)

    def result(self, timeout: float | None = None) -> T_co:
        """Wait for the end, and return what the work returned or raise what it raised.

        Raises:
            Cancelled: the task was cancelled.
            WaitTimeout: it did not end within ``timeout`` seconds.
            PoolClosed: the pool stopped and left it in its backlog.
            WouldDeadlock: called from a task, and no worker would be left to run this one.
        """
        if not self.wait(timeout):
            where = STATES[self.state].waits
            if where and self._pool.state == "stopped":
                raise PoolClosed(f"task {self.number} was left in the {where} of a stopped pool")
            told = f"task {self.number} ({self.name}) is {self.state} after {timeout} s"
            if self._pool.state == "new":
                told += f"; pool {self._pool.name!r} has not been started"
            raise WaitTimeout(told, timeout)
        if self.state == "cancelled":
            raise Cancelled(f"task {self.number} ({self.name}) was cancelled")
        if self.state == "failed" and (error := self.error) is not None:
            raise raised.without_frames(error)
        result: T_co = getattr(self, "_result", None)  # type: ignore[assignment]  # of no result
        return result

    def cancel(self) -> bool:
        """Cancel the task if it waits, ask it to stop if it runs; else return False."""
        return self._pool.handles.cancel(self._pool, self)

    def add_done_callback(self, callback: Callable[[Task[T_co]], object]) -> None:
        """Call back once the task is final, on the thread that ends it; log what that raises.

        Raises:
            TypeError: it is asyncio's own, whose code runs on the thread of its loop only. So
                ``asyncio.wait`` refuses tasks instead of waiting for ever.
        """
        callback = refuse_asyncio(arguments.function("callback", callback))
        self._pool.handles.add_done_callback(self._pool, self, callback)

    def remove_done_callback(self, callback: Callable[[Task[T_co]], object]) -> int:
        """Do not call back any more, and return how often a callback was removed.

        >>> from chasqui import Pool
        >>> task = Pool(workers=1).call(abs, -3)
        >>> task.add_done_callback(print)
        >>> task.remove_done_callback(print)
        1
        """
        return self._pool.handles.remove_done_callback(self._pool, self, callback)

    def _at(self, moment: float | None) -> float | None:
        return None if moment is None else self._pool.epoch + moment

    def __repr__(self) -> str:
        number = getattr(self, "number", "without a number")  # it has none until it is accepted
        return f"<Task {number} {self.name[:SHOWN]} {self.state}>"
