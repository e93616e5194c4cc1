"""Dispatcher: feeds a pool or an engine in batches, from lists, iterables and queues.

A batch goes when it is full, or when its oldest work has waited `max_wait`. Readers stop while the
target can take no more, and for good when it is closed; what it has not taken is reported.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import GenericAlias
from typing import Any, Self, overload

from chasqui import foreign, loggers, numbers
from chasqui.error_base import Refused
from chasqui.errors import InvalidParameters, PoolClosed, PoolForked
from chasqui.generic import Generic, W_contra
from chasqui.keywords import hinting
from chasqui.pool import forking
from chasqui.pool.answers import Answers, refusal_of
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.complaint import complain
from chasqui.pool.dispatch_report import DispatchReport as DispatchReport
from chasqui.pool.locks import Condition
from chasqui.pool.pool import Pool
from chasqui.pool.sources import ReadableQueue, works_in
from chasqui.pool.target import TypeTarget, WorkTarget, WorkType, batches_of, door_of
from chasqui.pool.work import Executes

log = loggers.named("chasqui.pool")


@hinting
class Dispatcher(Generic[W_contra]):
    """Submit works in batches.

    An object that is not a work is refused: the report has its error, and the other works go on. A
    ``with`` block starts the dispatcher and shuts it down. Example: `chasqui-tui help dispatcher`.

    Args:
        target: a pool, or an engine together with ``type``.
        type: for an engine, the task type or its name; works are mappings of its parameters.
        batch_size: how many works make a full batch.
        max_wait: seconds after which a partial batch is submitted too.
    """

    __class_getitem__ = classmethod(GenericAlias)  # type: ignore[var-annotated]

    @overload
    def __init__(
        self: Dispatcher[Executes[Any]],
        target: Pool,
        *,
        batch_size: int = ...,
        max_wait: float = ...,
        clock: Clock = ...,
    ) -> None: ...
    @overload
    def __init__(
        self: Dispatcher[Mapping[str, Any]],
        target: TypeTarget,
        *,
        type: str | WorkType,
        batch_size: int = ...,
        max_wait: float = ...,
        clock: Clock = ...,
    ) -> None: ...
    @overload
    def __init__(
        self,
        target: WorkTarget[W_contra],
        *,
        batch_size: int = ...,
        max_wait: float = ...,
        clock: Clock = ...,
    ) -> None: ...
    def __init__(
        self,
        target: Any,
        *,
        type: str | WorkType | None = None,
        batch_size: int = 50,
        max_wait: float = 0.05,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        batch_size = numbers.count("batch_size", batch_size)
        max_wait = numbers.duration("max_wait", max_wait)
        self._submit, self._check, self._check_all = door_of(target, type)
        self._batch_size = batch_size
        self._max_wait = max_wait
        self._clock = clock
        # The lock guards all below: the buffer between readers and the thread that submits.
        self._lock = threading.RLock()
        self._changed = Condition(self._lock)
        forking.watch(self)
        self._buffer: list[Any] = []
        self._oldest = 0.0  # monotonic: when the buffer's first work came
        self._readers: list[threading.Thread] = []
        self._flusher: threading.Thread | None = None
        self._process = 0  # that started it: in a forked child no thread would submit
        self._closing = False
        self._deadline: float | None = None
        self._answers = Answers()

    def start(self) -> None:
        """Start dispatching; PoolClosed when it was started already or shut down."""
        with self._lock:
            if self._process or self._closing:
                raise PoolClosed("this dispatcher was started already, or has been shut down")
            self._process = os.getpid()
            self._flusher = threading.Thread(
                target=self._flush_batches, name="chasqui-dispatcher", daemon=True
            )
        self._flusher.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._process == os.getpid():  # a child that leaves the block has nothing to shut down
            self.shutdown()

    def forked(self) -> None:
        """Have nothing waited for that is in the parent."""
        self._changed = Condition(self._lock)

    def dispatch_batch(self, works: Iterable[W_contra]) -> int:
        """Submit these works now, waiting for room, and return how many were accepted.

        Raises:
            PoolClosed: the dispatcher is not running, or its target closed on the way; the error's
                ``accepted`` holds the tasks that got in.
            TypeError: some are no works; each is named, and nothing was accepted.
        """
        self._check_running()
        accepted: list[Any] = []
        for batch in batches_of(self._check_all(works), self._batch_size):
            try:
                tasks = self._submit(batch)
            except Refused as error:
                self._count(len(error.accepted))
                error.accepted = (*accepted, *error.accepted)
                raise
            self._count(len(tasks))
            accepted += tasks
        return len(accepted)

    def process(self, source: Iterable[W_contra] | ReadableQueue[W_contra]) -> None:
        """Submit, in the background, what an iterable yields or a queue holds.

        An iterable is read to its end; a queue is read until `shutdown`, then emptied. When the
        target is closed reading stops, and what was read is in the report's ``left``.
        """
        works = works_in(source, is_over=self._is_over, is_closing=lambda: self._closing)
        reader = threading.Thread(
            target=self._read, args=(works,), name="chasqui-dispatcher-reader", daemon=True
        )
        with self._lock:
            self._check_running()
            self._readers.append(reader)
        reader.start()

    def shutdown(self, timeout: float | None = None) -> DispatchReport:
        """Read the sources to their end, submit the last partial batch, and report.

        At the deadline reading stops, and what was read but not accepted is in ``left``; a batch
        that waits for room then is in ``unsettled``.
        """
        timeout = numbers.wait("timeout", timeout)
        self._check_fork()
        with self._lock:
            self._closing = True
            if timeout is not None:
                self._deadline = self._clock.monotonic() + timeout
            self._changed.notify_all()
            self._locked_await_end()
            self._changed.notify_all()
            return self._answers.report(self._buffer)

    def _locked_await_end(self) -> None:
        while self._busy() and not self._late():
            self._clock.wait(self._changed, self._deadline)

    def _check_running(self) -> None:
        if self._closing:
            raise PoolClosed("this dispatcher has been shut down; make a new one")
        if self._answers.are_over:
            raise PoolClosed("the target is closed; shutdown() reports what was not accepted")
        if self._flusher is None:
            raise PoolClosed("this dispatcher is not running; call start() first")
        self._check_fork()

    def _check_fork(self) -> None:
        if self._process not in (0, os.getpid()):
            raise PoolForked("this dispatcher belongs to the parent process; make a new one here")

    def _count(self, accepted: int) -> None:
        with self._lock:
            self._answers.accepted += accepted

    def _read(self, works: Iterator[Any]) -> None:
        """Move works from a source into the buffer, while the buffer has room."""
        try:
            for work in works:
                try:
                    self._check(work)
                except TypeError as error:  # it alone: those beside it are submitted
                    log.error("dispatcher: %s", error)
                    with self._lock:
                        self._answers.left([work], error)
                else:
                    self._put(work)
                if self._is_over():
                    break
        except BaseException as error:  # whatever it is, it is the source's
            complain(log, error, "dispatcher: a source raised")
            with self._lock:
                self._answers.errors.append(error)
        with self._lock:
            self._readers.remove(threading.current_thread())
            self._changed.notify_all()

    def _put(self, work: Any) -> None:
        with self._lock:
            is_late = self._answers.are_reported
            if not self._buffer:
                self._oldest = self._clock.monotonic()
            self._buffer.append(work)
            self._changed.notify_all()
            self._locked_await_room()
        if is_late:
            self._answers.warn_of_late()

    def _locked_await_room(self) -> None:
        while len(self._buffer) > self._batch_size and not self._is_over():
            self._clock.wait(self._changed, self._deadline)

    def _flush_batches(self) -> None:
        while (batch := self._next_batch()) is not None:
            self._submit_read(batch)
        with self._lock:
            self._flusher = None
            self._changed.notify_all()

    def _submit_read(self, batch: Sequence[Any], others: Iterable[Any] = ()) -> None:
        """Submit what was read; what the target does not take now is put back, with the others."""
        try:
            accepted = len(self._submit(batch))
        except BaseException as error:
            if len(batch) > 1 and foreign.is_a(error, InvalidParameters):
                rest = iter(batch)  # nothing was accepted, and some of it may be right
                for one in rest:  # which ends where the rest is put back
                    self._submit_read([one], rest)
                return
            refusal = refusal_of(error)
            self._answers.tell(refusal, len(batch))
            with self._lock:
                if back := self._answers.refused(batch, refusal, self._clock.monotonic()):
                    self._buffer[:0] = [*back, *others]
                    self._oldest = -math.inf  # due as soon as the target is tried again
                self._changed.notify_all()
        else:
            with self._lock:
                self._answers.took(accepted, len(batch))

    def _next_batch(self) -> Sequence[Any] | None:
        """Wait until a batch is due and take it; None when there will be no more."""
        with self._lock:
            return self._locked_next_batch()

    def _locked_next_batch(self) -> Sequence[Any] | None:
        size = self._batch_size
        while not self._is_over():
            ending = self._closing and not self._readers
            due = self._deadline
            if self._buffer:
                due = self._answers.again
                if len(self._buffer) < size and not ending:
                    due = max(due, self._oldest + self._max_wait)
                if self._clock.monotonic() >= due:
                    batch, self._buffer = self._buffer[:size], self._buffer[size:]
                    self._answers.away = batch
                    self._changed.notify_all()
                    return batch
            elif ending:
                return None
            self._clock.wait(self._changed, due)
        return None

    def _busy(self) -> bool:
        return bool(self._readers) or (self._flusher is not None and self._flusher.is_alive())

    def _late(self) -> bool:
        return self._deadline is not None and self._clock.monotonic() >= self._deadline

    def _is_over(self) -> bool:
        return self._answers.are_over or self._late()
