"""Awaiting: telling a client how tasks ended, as soon as they have.

The callback of a task runs on the thread that ended it, so it only puts the task into a queue and
wakes the server. Nothing that a client does can hold up a worker. A result may be huge, so it is
turned into JSON aside, and one that no reply has room for is described instead.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Final

import msgspec

from chasqui.control.host.connection import Connection
from chasqui.control.host.faults import internal
from chasqui.control.host.service import Service
from chasqui.control.safe_text import safe_block, safe_line
from chasqui.control.wire.frames import PART_BYTES
from chasqui.control.wire.messages import WireError
from chasqui.control.wire.working import AwaitAnswer, FateErrorRecord, FateRecord
from chasqui.engine.failures.failure import details_of, message_of
from chasqui.engine.types.task_type import is_typed
from chasqui.engine.values.marks import plain
from chasqui.foreign import kind_of, without
from chasqui.pool.states import FINAL
from chasqui.pool.task import Task

FATE_BYTES: Final = 1024 * 1024
"""How long the fate of one task may be as JSON."""
UNREAD_BYTES: Final = 64 * 1024
"""Fates are held back while a client has so much to read."""
AGAIN_SECONDS: Final = 0.1


class Awaited:
    """The tasks of one request.

    Args:
        tasks: by number; None for those of which nothing is known.
        wake: has the server's thread look at it.
    """

    def __init__(self, tasks: dict[int, Task | None], wake: Callable[[], object]) -> None:
        self._wake = wake
        self._ended: deque[Task] = deque()
        self._unknown = [number for number, task in tasks.items() if task is None]
        self._open = {number for number, task in tasks.items() if task is not None}
        for task in tasks.values():
            if task is not None:
                task.add_done_callback(self._take)

    def _take(self, task: Task) -> None:
        self._ended.append(task)
        self._wake()

    @property
    def is_over(self) -> bool:
        """Whether all have been told of."""
        return not self._open and not self._ended and not self._unknown

    @property
    def has_more(self) -> bool:
        """Whether some have ended, or are unknown, and were not told of."""
        return bool(self._ended or self._unknown)

    def take(self) -> bytes:
        """Return the JSON of an `AwaitAnswer` with some of those, no longer than a part."""
        fates = [msgspec.json.encode(FateRecord(number=number)) for number in self._unknown]
        self._unknown = []
        size = sum(map(len, fates))
        while self._ended and size < PART_BYTES // 2:
            task = self._ended.popleft()
            self._open.discard(task.number)
            fates.append(bounded(task))
            size += len(fates[-1])
        return b'{"fates":[%b]}' % b",".join(fates)

    def rest(self) -> AwaitAnswer:
        """Return those that have not ended."""
        return AwaitAnswer(open=tuple(sorted(self._open)))


class Awaiting:
    """A request that awaits tasks, from its first answer to its last. On the server's thread.

    Args:
        tasks: by number; None for those of which nothing is known.
        kept: those that are kept for this client, to be kept again if they do not end in time.
    """

    def __init__(
        self,
        service: Service,
        client: Connection,
        id: int,
        tasks: dict[int, Task | None],
        kept: dict[int, Task],
    ) -> None:
        self._service = service
        self._client = client
        self._id = id
        self._kept = kept
        self._makes = False  # whether an answer is being made aside
        self._is_late = False
        client.open[id] = self._stop
        self._awaited = Awaited(tasks, lambda: service.loop.post(self.go_on))

    def go_on(self) -> None:
        """Send what there is, unless the client does not read or an answer is being made."""
        if self._makes or not self._is_open:
            return
        if self._awaited.has_more:
            if self._client.unsent < UNREAD_BYTES:
                self._makes = True
                self._service.looking.put(self._make)
            else:
                self._service.loop.later(AGAIN_SECONDS, self.go_on)
        elif self._is_late or self._awaited.is_over:
            self._end()

    def late(self) -> None:
        """Send what has ended, and then end it: its time is over."""
        self._is_late = True
        self.go_on()

    @property
    def _is_open(self) -> bool:
        # The client may have used the number again for another request.
        return self._client.open.get(self._id) == self._stop

    def _stop(self) -> None:
        self._is_late = True

    def _make(self) -> None:
        answer: bytes | WireError
        try:
            answer = self._awaited.take()
        except Exception as error:
            answer = internal(error)
        self._service.loop.post(lambda: self._deliver(answer))

    def _deliver(self, answer: bytes | WireError) -> None:
        self._makes = False
        if not self._is_open:
            return
        if isinstance(answer, WireError):
            self._client.refuse(self._id, answer)
        else:
            self._client.answer(self._id, answer, more=not self._awaited.is_over)
            self.go_on()

    def _end(self) -> None:
        rest = self._awaited.rest()
        again = {number: self._kept[number] for number in rest.open if number in self._kept}
        self._client.kept.update(again)
        self._client.answer(self._id, rest)


def bounded(task: Task) -> bytes:
    """Return the JSON of how a task ended, without values that are too long for a reply."""
    fate = fate_of(task)
    data = msgspec.json.encode(fate)
    if len(data) > FATE_BYTES:
        told = {"repr": f"too long to be sent: {len(data):,} bytes as JSON"}
        fate = msgspec.structs.replace(fate, result=None if fate.result is None else told)
        if fate.error is not None and fate.error.details is not msgspec.UNSET:
            brief = msgspec.structs.replace(fate.error, details=told)
            fate = msgspec.structs.replace(fate, error=brief)
        data = msgspec.json.encode(fate)
    if len(data) > FATE_BYTES:
        data = msgspec.json.encode(msgspec.structs.replace(fate, params=told))
    return data


def fate_of(task: Task) -> FateRecord:
    """Say how a task ended; whatever its values do, there is an answer."""
    state = task.state if task.state in FINAL else "left"
    try:
        params: Any = task.work.params_as_json() if is_typed(task.work) else {}
        result = plain(task.result()) if task.state == "completed" else None
    except BaseException as broken:  # of a value of the task, which is not the host's trouble
        why = str(safe_line(without("row", broken)))
        params, result = {"repr": why}, {"repr": why}
    error, details = None, details_of(task)
    told = msgspec.UNSET if details is None else details
    if task.state == "cancelled" and details is not None:
        kind, message = safe_line("Cancelled"), safe_block("cancelled")
        error = FateErrorRecord(type=kind, message=message, details=told)
    elif task.error is not None:
        kind, message = safe_line(kind_of(task.error)), safe_block(message_of(task))
        error = FateErrorRecord(type=kind, message=message, details=told)
    return FateRecord(
        number=task.number,
        type=safe_line(task.name),
        params=params,
        state=state,
        attempts=task.attempts,
        result=result,
        error=error,
        waited=task.waited,
        ran=task.ran,
    )
