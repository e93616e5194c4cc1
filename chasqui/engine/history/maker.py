"""Making the entry of a task that has ended, so that none of its objects live on.

Most tasks have few parameters, which are numbers and short texts. A worker writes these unchanged,
and results of the same kinds if the type keeps results. Everything else, such as errors and larger
parameters, goes into a `Whole`.

Values that were written unchanged are masked when they are read. A secret is never among them,
since it is not a text.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any, Final

from chasqui import foreign, loggers
from chasqui.engine.failures.failure import message_of
from chasqui.engine.history.entry import PARAMS_BYTES, RESULT_BYTES, Whole, beginning, utf8
from chasqui.engine.history.parts import has_few_parts
from chasqui.engine.policy.rules import Keep
from chasqui.engine.types.task_type import TypedWork, is_typed
from chasqui.pool.complaint import complain
from chasqui.pool.state import State
from chasqui.pool.states import TaskState
from chasqui.pool.task import Task

log = loggers.named(__name__)

LARGE: Final = 4096  # bytes of an entry; a larger one needs care
TEXT: Final = 1024  # characters of the name of a work
QUICK: Final = ("integer", "number", "boolean", "text", "path")
"""The kinds of parameters that need no care, nor do lists of these."""
STAMPS: Final = (b"\xd6\xff", b"\xd7\xff", b"\xc7\x0c\xff")
"""What a moment begins with in MessagePack, which has no time zones: it needs care."""
SIMPLE: Final = (type(None), bool, int, float, str, list, tuple, dict)
"""The classes of results that may need none."""
UNWRITABLE: Final = (OverflowError, UnicodeEncodeError, TypeError)
"""Why something cannot be written as it is, such as an integer of 2^64."""

Make = Callable[[Task, float], bytes | None]


class EntryMaker:
    """Makes the entries of the tasks of one engine, on any thread.

    Args:
        keep_of: returns what a typed work's type keeps.
    """

    def __init__(self, keep_of: Callable[[TypedWork], Keep]) -> None:
        self._keep_of = keep_of
        self._keeps: dict[Any, Keep] = {}  # by type
        self._quick: set[Any] = set()  # the types with parameters that need no care, nor results
        self._encoder: Callable[[Any], bytes] | None = None

    def for_worker(self, pool: State, lane: str, worker: str) -> Make:
        """Return the function that makes the entries of a lane's plain tasks that have ended well.

        It is for one worker: it writes behind what all its entries begin with. It returns None for
        a type that keeps nothing, and never raises.
        """
        import msgspec  # 12 ms, and it is imported already where a task has a type

        quick, careful = self._quick, self._careful
        known: Any = None  # the type of the lane's tasks, if all of its parameters are quick
        entry = bytearray(beginning(pool.name, lane, worker))
        measures = pool.backend.capabilities.measures_memory
        start, encode_into = len(entry), msgspec.msgpack.Encoder(enc_hook=_hook).encode_into

        def make(task: Task, now: float) -> bytes | None:
            nonlocal known
            work: Any = task.work
            if type(work) is TypedWork:
                if work.type is known:
                    rest: tuple[Any, ...] = (
                        task.number,
                        work.params,
                        task._queued_at,
                        task._claimed_at,
                        now,
                        pool._epoch,
                    )
                    if measures:
                        rest += _used(task)
                    try:
                        encode_into(rest, entry, start)
                    except Exception:  # such as an integer of 2^64
                        del entry[start:]
                        return careful(pool, lane, task, now)
                    if len(entry) < LARGE:
                        return bytes(entry)
                    del entry[start:]  # or its memory is kept until the next task of the lane
                elif work.type in quick:  # from now on; it is so once the first was made with care
                    known = work.type
            return careful(pool, lane, task, now)

        return make

    def keeps_result(self, task: Task) -> bool:
        """Whether the type of a task keeps results."""
        return self._keep(task) == "result"

    def completed(self, pool: State, task: Task, now: float) -> bytes | None:
        """Return the entry of a task that has ended well; otherwise as `whole`."""
        more = task._more
        if more is not None and (more.attempt > 1 or more.key or more.created is not None):
            return self.whole(pool, task, "completed", now)
        return self._careful(pool, task._lane.name, task, now)

    def whole(self, pool: State, task: Task, state: TaskState, now: float) -> bytes | None:
        """Return the entry of any task; None for a type that keeps nothing."""
        keep = self._keep(task)
        return None if keep == "none" else self._written(pool, task, state, now, keep)

    def _written(self, pool: State, task: Task, state: TaskState, now: float, keep: Keep) -> bytes:
        try:
            whole = self._whole(task, state, keep)
        except BaseException as broken:  # whatever it is, it is not the worker's
            foreign.let_through(broken)
            note = f"it could not be described: {foreign.kind_of(broken)}"
            whole = Whole(task.name, state, task.attempts, None, None, {}, True, note=note)
        claimed = getattr(task, "_claimed_at", None)
        epoch, worker, queued = pool.epoch, task.worker, task._queued_at
        rest = task.number, whole, queued, claimed, now, epoch, *_used(task)
        try:
            return self._encode((pool.name, whole.type, worker, rest))
        except UNWRITABLE:  # a name or a message that is not UTF-8
            rest = rest[0], Whole(*map(utf8, whole)), *rest[2:]
            return self._encode((utf8(pool.name), utf8(whole.type), utf8(worker), rest))

    def _careful(self, pool: State, lane: str, task: Task, now: float) -> bytes | None:
        """Return the entry of a plain task that has ended well, and that may be anything."""
        try:
            return self._with_care(pool, lane, task, now)
        except BaseException as error:  # it must not end the worker; the task has ended well
            complain(log, error, "pool %s: task %s: not recorded", pool.name, task.number)
            return None

    def _with_care(self, pool: State, lane: str, task: Task, now: float) -> bytes | None:
        keep, work = self._keep(task), task.work
        if keep == "none":
            return None
        facts: Any = None
        results: tuple[Any, ...] = ()
        if not is_typed(work):
            facts = task.name[:TEXT]
        elif keep == "facts" and lane:
            facts = self._raw(work)
        elif lane:
            result = getattr(task, "_result", None)
            if type(result) in SIMPLE and self._packed(result, RESULT_BYTES):
                facts, results = self._raw(work), (result,)
        if facts is not None:
            times = task._queued_at, task._claimed_at, now
            used = _used(task)[1:]
            rest = task.number, facts, *times, pool._epoch, results, *used
            try:
                return self._encode((pool.name, lane, task._worker, rest))
            except UNWRITABLE:
                pass
        return self.whole(pool, task, "completed", now)

    def _whole(self, task: Task, state: TaskState, keep: Keep) -> Whole:
        more, result, notes = task._more, None, []
        params: Any = self._raw(task.work)
        is_raw = params is not None
        if not is_raw:
            from chasqui.engine.history.writing import params_of

            params, note = params_of(task)
            notes.append(note)
        has_result = state == "completed" and keep == "result"
        if has_result:
            from chasqui.engine.history.writing import result_of

            result, note = result_of(getattr(task, "_result", None))
            notes.append(note)
        failed = state == "failed"
        return Whole(
            task.name,
            state,
            task.attempts,
            None if more is None else more.created,
            None if more is None else more.key,
            params,
            is_raw,
            has_result,
            result,
            foreign.kind_of(task.error) if failed else "",
            message_of(task) if failed else "",
            "; ".join(filter(None, notes)),
        )

    def _raw(self, work: Any) -> dict[str, Any] | None:
        """Return the arguments of a work, if they need no care."""
        if not is_typed(work):
            return {}
        given: dict[str, Any] = work.params
        return given if self._packed(given, PARAMS_BYTES) else None

    def _packed(self, value: Any, most: int) -> bool:
        """Tell whether a value can be written as it is, within so many bytes.

        Trying to write it is many times faster than looking at its parts, even if it fails.
        """
        try:
            if not has_few_parts(value, most):
                return False
            packed = self._encode(value)
        except Exception:  # the value is another's; it is described with care then
            return False
        return len(packed) <= most and not any(stamp in packed for stamp in STAMPS)

    def _keep(self, task: Task) -> Keep:
        work = task.work
        if not is_typed(work):
            return "facts"
        keep = self._keeps.get(work.type)
        if keep is None:
            keep, fields = self._keep_of(work), work.type.parameters.fields
            if keep == "facts" and all(map(_is_quick, fields)):
                self._quick.add(work.type)
            self._keeps[work.type] = keep
        return keep

    @property
    def _encode(self) -> Callable[[Any], bytes]:
        encode = self._encoder
        if encode is None:
            import msgspec  # 12 ms, and not before the first task has ended

            encode = self._encoder = msgspec.msgpack.Encoder(enc_hook=_hook).encode
        return encode


def _used(task: Task) -> tuple[Any, ...]:
    """Return what comes after the epoch in the entry of a task whose usage was measured."""
    usage = task.usage
    return () if usage is None else ((), usage)


def _is_quick(field: Any) -> bool:
    return field.kind in QUICK or (field.kind == "list" and field.item_kind in QUICK)


def _hook(value: Any) -> str:
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError
