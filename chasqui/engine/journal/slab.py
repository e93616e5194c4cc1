"""The slab: which tasks run at this moment, where it is found after a crash.

A file beside the journal, mapped into memory, so that noting a start or an end is no call of the
system; what was noted is in the file also when the process is killed in the next instant. It does
not survive a power cut: then tasks that ran are run again, and are not told so.

It names three kinds of tasks: those that run; those whose ends were noted here and are perhaps not
in the journal yet, the last 16,384 of them; and those that an earlier life had named and that are
still open. An end that waits to be written is one of the last 10,000, since workers wait when there
are more. What the journal calls final is final, whatever the slab says.
"""

from __future__ import annotations

import os
import struct
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from mmap import mmap
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from chasqui.engine.journal.crash import crash_at
from chasqui.pool import forking

MAGIC: Final = 0x3142414C53514843  # "CHQSLAB1"
SLOTS: Final = 1024
SLOT_BYTES: Final = 64
RING: Final = 16_384
HEADER: Final = struct.Struct("<Q16sQQ")  # the magic, the journal, the epoch, how many are carried
SLOT: Final = struct.Struct("<QQQQ")  # number, attempt, start, and the three of them by XOR
NUMBER: Final = struct.Struct("<Q")  # in the ring with its attempt in the upper bits
BITS: Final = 48
LARGEST: Final = (1 << BITS) - 1
MOST: Final = (1 << 64 - BITS) - 1
FREE: Final = bytes(SLOT.size)
SLOTS_AT: Final = 64
RING_AT: Final = SLOTS_AT + SLOTS * SLOT_BYTES
CARRIED_AT: Final = RING_AT + RING * NUMBER.size


def slab_of(journal: Path) -> Path:
    """Return where the slab of a journal is."""
    return journal.with_name(journal.name + ".slab")


class InFlight(NamedTuple):
    """A task that was running."""

    number: int
    attempt: int
    started_us: int


class SlabReading(NamedTuple):
    """What a slab names."""

    epoch: int
    """The life of the engine that wrote it; 0 if there is none that can be read."""
    running: tuple[InFlight, ...]
    attempts: Mapping[int, int]
    """The last attempt of each task that runs, or has ended as the journal may not know."""
    carried: frozenset[int]
    """Tasks that were named when this slab was made."""

    def may_have_run(self, number: int, attempt: int) -> bool:
        """Tell whether a task may have run and the journal does not know how that ended.

        Args:
            attempt: the last attempt that the journal knows of.
        """
        return number in self.carried or self.attempts.get(number, 0) > attempt


NOTHING: Final = SlabReading(0, (), {}, frozenset())


class Slab:
    """The slab of a life of an engine. Any thread may call; each method is short."""

    def __init__(self, memory: mmap) -> None:
        self._memory = memory
        self._slots: dict[int, int] = {}
        self._free = deque(range(SLOTS_AT, RING_AT, SLOT_BYTES))
        self._turns = count()
        forking.watch(self)

    @classmethod
    def create(
        cls, path: Path, journal: str, epoch: int, carried: frozenset[int] = frozenset()
    ) -> Slab:
        """Put a new slab in the place of the one of the life before.

        Args:
            journal: its UUID.
            epoch: the number of this life.
            carried: tasks that the slab before named and that are still open; this one names them
                until the next.
        """
        new = path.with_name(path.name + ".new")
        with suppress(FileNotFoundError):
            new.unlink()
        header = HEADER.pack(MAGIC, UUID(journal).bytes, epoch, len(carried))
        try:
            memory = cls._written(new, header, carried)
        except OSError:
            new.unlink(missing_ok=True)
            raise
        crash_at("slab-written")
        new.replace(path)
        crash_at("slab-created")
        return cls(memory)

    @staticmethod
    def _written(new: Path, header: bytes, carried: frozenset[int]) -> mmap:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(new, flags, 0o600), "r+b") as file:
            file.write(header)
            # Written, not skipped: to write to a page that has no place on a full disk is a SIGBUS
            file.write(bytes(CARRIED_AT - HEADER.size))
            file.write(b"".join(map(NUMBER.pack, sorted(carried))))
            file.flush()
            return mmap(file.fileno(), CARRIED_AT)

    @staticmethod
    def read(path: Path, journal: str) -> SlabReading:
        """Return what a slab names; nothing if there is none, or none of this journal."""
        try:
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW), "rb") as file:
                data = file.read()
        except FileNotFoundError:
            return NOTHING
        if len(data) < CARRIED_AT:
            return NOTHING
        magic, owner, epoch, carried = HEADER.unpack_from(data)
        whole = len(data) == CARRIED_AT + carried * NUMBER.size
        if magic != MAGIC or owner != UUID(journal).bytes or not whole:
            return NOTHING
        running = []
        for at in range(SLOTS_AT, RING_AT, SLOT_BYTES):
            *ran, check = SLOT.unpack_from(data, at)
            # Else it is free, or the kill came while it was written, and the body had not begun
            if ran[0] and ran[0] ^ ran[1] ^ ran[2] == check:
                running.append(InFlight(*ran))
        attempts = {ran.number: ran.attempt for ran in running}
        for (ended,) in NUMBER.iter_unpack(data[RING_AT:CARRIED_AT]):
            number, attempt = ended & LARGEST, ended >> BITS
            attempts[number] = max(attempt, attempts.get(number, 0))
        attempts.pop(0, None)
        rest = frozenset(number for (number,) in NUMBER.iter_unpack(data[CARRIED_AT:]))
        return SlabReading(epoch, tuple(running), attempts, rest)

    @property
    def running(self) -> int:
        """How many tasks it names as running."""
        return len(self._slots)

    def begin(self, number: int, attempt: int, started_us: int) -> None:
        """Note that the body of a task begins, before it does."""
        at = self._slots.get(number, 0)
        if not at and self._free:
            at = self._free.popleft()
        self._slots[number] = at
        if not at:  # more than 1,024 run at once
            return self.finished(number, attempt)
        SLOT.pack_into(self._memory, at, number, attempt, started_us, number ^ attempt ^ started_us)
        crash_at("slab-begun")
        return None

    def finished(self, number: int, attempt: int) -> None:
        """Note that an attempt has ended, before that is handed to the committer."""
        if number in self._slots:  # else it never ran
            at = RING_AT + next(self._turns) % RING * NUMBER.size
            NUMBER.pack_into(self._memory, at, min(attempt, MOST) << BITS | number)

    def end(self, number: int) -> None:
        """Forget that a task runs, after its end was handed to the committer."""
        at = self._slots.pop(number, 0)
        if at:
            self._memory[at : at + SLOT.size] = FREE
            self._free.append(at)
            crash_at("slab-ended")

    def forked(self) -> None:
        """Write no more into the file, which is the parent's: this is a forked child."""
        self._memory = mmap(-1, CARRIED_AT)
