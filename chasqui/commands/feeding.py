"""Feeding a host: lines become tasks in batches, and each is acknowledged by its number.

One batch is on its way while the next one is made. So nothing is read ahead beyond two batches, the
order of the lines is that of the tasks, and a feeder that is stopped knows which lines are in. When
the backlog is full the host keeps a batch waiting for a moment and then gives the rest of it back;
it is sent again for as long as the feeder is willing to wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from chasqui.control.client.client import Client
from chasqui.control.client.pending import Pending
from chasqui.control.intake.lines import InputLine
from chasqui.control.intake.tasks import MakeTask, Unsendable
from chasqui.control.wire.frames import REQUEST_BYTES
from chasqui.control.wire.messages import ErrorRecord, WireError
from chasqui.control.wire.working import TASKS, SubmitAnswer
from chasqui.errors import BacklogFull, ChasquiError

ROOM_SECONDS: Final = 0.5
"""How long the host keeps a batch waiting for room: then it is known how much of it is in, which is
also how long a feeder that is stopped waits for that."""
ENVELOPE: Final = 4096
"""Bytes of a request beside its tasks."""
SAY_SECONDS: Final = 1.0
"""Without room for so long, a person is told once what the feeder waits for."""
AGAIN_SECONDS: Final = 0.05
"""Between two tries at a host that has too much to do."""
LATER: Final = ("full", "busy")
"""Kinds of errors after which the same request may succeed."""


class TasksArgs(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The arguments of ``submit``, its tasks encoded already."""

    tasks: list[msgspec.Raw]
    wait_room: float
    keep: bool = False
    reason: str = ""


class Offer(NamedTuple):
    """A task on its way: the line that it is of, its text, and its JSON."""

    line: int
    text: str
    data: bytes


class Feeder:
    """Feeds one host.

    Args:
        make: makes a task of a line; raises ChasquiError for one that cannot be.
        accepted: is called with pairs of a line and the number of its task, in order.
        refused: is called with the line, its text, and why it is not a task.
        stopped: whether to stop; what is on its way is still acknowledged.
        waiting: is called once, with the host's reason, when there is no room for some time.
        patience: for how many seconds to wait for room; None: for ever.
        keep: whether the host keeps the tasks until they are awaited.
    """

    def __init__(
        self,
        client: Client,
        make: MakeTask,
        *,
        accepted: Callable[[Sequence[tuple[int, int]]], object],
        refused: Callable[[int, str | None, ErrorRecord | ChasquiError], object],
        stopped: Callable[[], bool],
        waiting: Callable[[str], object],
        patience: float | None = None,
        keep: bool = False,
        reason: str = "",
    ) -> None:
        self._client = client
        self._make = make
        self._accepted = accepted
        self._refused = refused
        self._stopped = stopped
        self._waiting: Callable[[str], object] | None = waiting
        self._why, self._is_busy = "", False
        self._patience = patience
        self._keep = keep
        self._reason = reason
        self._offers: list[Offer] = []
        self._pending: Pending[SubmitAnswer] | None = None
        self._moved = self._sent = time.monotonic()
        self.settled = 0
        """All lines up to this one are acknowledged or refused."""
        self.unsettled: tuple[int, int] | None = None
        """The first and the last line that were sent and are not answered."""

    def feed(self, lines: Sequence[InputLine]) -> bool:
        """Send some lines once those before are settled; tell whether to go on.

        Raises:
            BacklogFull: there was no room for longer than the patience lasts.
            WireError: the host cannot be fed any more.
        """
        for batch in self._batches(lines):
            self.settle()
            if self._stopped():
                return False
            self._send(batch)
        return True

    def settle(self) -> None:
        """Wait until all that was sent is acknowledged, or given back to a feeder that stops.

        Raises:
            BacklogFull, WireError: as `feed`.
        """
        while self._pending is not None:
            try:
                answer: SubmitAnswer | None = self._pending.result()
            except WireError as error:
                if error.kind not in LATER:
                    raise
                answer = None
            rest = self._offers if answer is None else self._sorted(answer)
            self.settled = rest[0].line - 1 if rest else self._offers[-1].line
            self._offers, self._pending, self.unsettled = rest, None, None
            if not rest or self._stopped():
                return
            self._wait_on(rest)
            self._send(rest)

    def _batches(self, lines: Sequence[InputLine]) -> Iterator[list[Offer]]:
        """Make tasks of lines, as many together as a request takes."""
        batch: list[Offer] = []
        size = 0
        for line in lines:
            offer = self._made(line)
            if offer is None:
                continue
            if len(batch) == TASKS or size + len(offer.data) > REQUEST_BYTES - ENVELOPE:
                yield batch
                batch, size = [], 0
            batch.append(offer)
            size += len(offer.data) + 1
        if batch:
            yield batch

    def _made(self, line: InputLine) -> Offer | None:
        number, text = line.number, line.given
        try:
            if line.problem:
                raise Unsendable(line.problem)
            data = _encoder.encode(self._make(line))
            if len(data) > REQUEST_BYTES - ENVELOPE:
                most = REQUEST_BYTES - ENVELOPE
                raise Unsendable(f"is a task of {len(data):,} bytes; a host takes {most:,}")
        except ChasquiError as error:
            self._refused(number, text, error)
            return None
        return Offer(number, text or "", data)

    def _send(self, batch: list[Offer]) -> None:
        self._offers = batch
        self.unsettled = (batch[0].line, batch[-1].line)  # before: an interrupt may come at once
        self._sent = time.monotonic()
        tasks = [msgspec.Raw(offer.data) for offer in batch]
        room = ROOM_SECONDS if self._patience is None else min(ROOM_SECONDS, self._patience)
        args = TasksArgs(tasks=tasks, wait_room=room, keep=self._keep, reason=self._reason)
        self._pending = self._client.begin("submit", args, SubmitAnswer)

    def _sorted(self, answer: SubmitAnswer) -> list[Offer]:
        """Pass on what was accepted and refused; return what found no room."""
        rest: list[Offer] = []
        done: list[tuple[int, int]] = []
        for offer, result in zip(self._offers, answer.results, strict=True):
            if isinstance(result, int):
                done.append((offer.line, result))
            elif result.kind in LATER:
                rest.append(offer)
                self._why, self._is_busy = result.message, result.kind == "busy"
            else:
                self._refused(offer.line, offer.text, result)
        if len(rest) < len(self._offers):
            self._moved = time.monotonic()
        if done:
            self._accepted(done)
        return rest

    def _wait_on(self, rest: list[Offer]) -> None:
        """Raise BacklogFull if the patience is over; rest a moment if the host is busy."""
        waited = time.monotonic() - self._moved
        if self._patience is not None and waited >= self._patience:
            if self._is_busy:
                raise BacklogFull(f"nothing was accepted for {waited:,.1f} s: {self._why}")
            raise BacklogFull(f"the backlog has had no room for {waited:,.1f} s")
        if self._waiting is not None and self._why and waited >= SAY_SECONDS:
            what = "trying again until it can" if self._is_busy else "waiting for room"
            self._waiting(f"{self._why}: {what}")
            self._waiting = None
        if time.monotonic() - self._sent < ROOM_SECONDS / 2:  # the host did not wait: it is busy
            time.sleep(AGAIN_SECONDS)


_encoder = msgspec.json.Encoder()
