"""Chunks: the entries of a history, in the order of their end, bounded by number, age and bytes.

Workers append entries to one deque, which takes no lock. Every few dozen entries are joined into a
chunk. Memory that is written in order costs a task almost nothing, while 10,000 separate tuples
cost it half a microsecond in cache misses (measured on 3.11). A chunk is dropped as a whole, so up
to a chunk more than the bounds is kept in memory. A reader never sees more than the bounds.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice, repeat, starmap
from typing import Final

from chasqui.engine.failures.retention import DAY, Retention
from chasqui.engine.history.entry import HistoryEntry, packed, read, unpacked, written
from chasqui.pool import forking
from chasqui.pool.clock import Clock

FOLD: Final = 128  # entries that are closed into a chunk
LOOSE_BYTES: Final = 64 * 1024  # of large entries, after which they are closed at once
CHUNK: Final = 300  # bytes of a chunk without its entries, about


class Chunk:
    """Some entries, the oldest first."""

    __slots__ = ("_bounds", "_first", "_fresh", "_packed", "count", "last", "size")

    def __init__(self) -> None:
        self._fresh: list[bytes] = []
        self._packed: bytes | None = None
        self._bounds: tuple[int, int] | None = None
        self._first: float | None = None
        self.count = 0
        """How many; this and what follows are set by `close`."""
        self.size = 0
        """In bytes, about."""
        self.last = 0.0
        """When it was closed, in seconds since the epoch: after the last of its tasks ended."""

    @classmethod
    def of(cls, entries: Sequence[HistoryEntry]) -> Chunk:
        """Return a chunk that is closed already."""
        self = cls()
        self._packed = packed([written(entry) for entry in entries])
        self.count, self.size = len(entries), CHUNK + len(self._packed)
        self.last = max(entry.finished for entry in entries)
        return self

    def take(self, fresh: deque[bytes]) -> None:
        """Take all present entries by a single call of C code, so that no interrupt loses any."""
        self._fresh.extend(starmap(fresh.popleft, repeat((), len(fresh))))

    def close(self, now: float, kept: Chunks) -> None:
        """Join the entries, and add them to the sums of all; no call comes between the stores."""
        if not self._fresh:
            return  # another worker was quicker
        joined = packed(self._fresh)
        count, size = len(self._fresh), CHUNK + len(joined)
        kept._count += count
        kept._total += count
        kept._size += size
        self.count, self.size, self.last = count, size, now
        self._packed = joined
        self._fresh = []

    def entries(self) -> list[HistoryEntry]:
        """Return the entries."""
        fresh, joined = self._fresh, self._packed  # in this order: `close` empties the first last
        return read(list(fresh)) if joined is None else unpacked(joined)

    @property
    def length(self) -> int:
        """How many there are, closed or not."""
        return self.count or len(self._fresh)

    def older_than(self, moment: float) -> int:
        """Return how many tasks ended before a moment."""
        if self._first is None and self.count:
            self._first = min(entry.finished for entry in self.entries())
        if self._first is None or self._first >= moment:
            return 0
        return sum(entry.finished < moment for entry in self.entries())

    def find(self, number: int) -> HistoryEntry | None:
        """Return the entry of the task of this number."""
        bounds = self._bounds
        if bounds is not None and not bounds[0] <= number <= bounds[1]:
            return None
        entries = self.entries()
        if bounds is None and self.count:
            numbers = [entry.number for entry in entries]
            self._bounds = (min(numbers), max(numbers))
        return next((entry for entry in entries if entry.number == number), None)


class Chunks:
    """The entries of an engine's tasks that have ended; any thread."""

    def __init__(self, retention: Retention, clock: Clock) -> None:
        self.retention = retention
        self.fresh: deque[bytes] = deque()
        """Where entries are appended; `fold` takes them from there."""
        self._clock = clock
        self._lock = threading.RLock()  # guards all below, and taking from `fresh`
        forking.watch(self)
        self._closed: deque[Chunk] = deque()
        self._count = 0  # of the entries in chunks
        self._size = 0
        self._total = 0  # entries that were ever closed
        self._loose = 0
        self._closing = False

    @property
    def total(self) -> int:
        """How many entries there were ever."""
        return self._total + len(self.fresh)

    @property
    def size(self) -> int:
        """The bytes of what is closed, about."""
        return self._size

    def add(self, entry: bytes) -> None:
        """Append an entry that may be large, and see to the bounds."""
        self.fresh.append(entry)
        self._loose += len(entry)  # inexact when threads collide; it is only a hint
        if self._loose > LOOSE_BYTES or len(self.fresh) >= FOLD:
            self.fold()

    def fold(self) -> None:
        """Join the new entries into a chunk, and drop the oldest chunks beyond the bounds."""
        if len(self.fresh) >= FOLD or self._loose > LOOSE_BYTES:
            with self._lock:
                self._locked_close()

    def put_before(self, entries: Sequence[HistoryEntry], total: int) -> None:
        """Put entries of earlier lives before all others, the oldest first.

        Args:
            total: how many there were ever in those lives.
        """
        chunks = [Chunk.of(entries[start : start + FOLD]) for start in range(0, len(entries), FOLD)]
        with self._lock:
            self._closed.extendleft(reversed(chunks))
            self._count += len(entries)
            self._size += sum(chunk.size for chunk in chunks)
            self._total += total

    def newest(self) -> list[HistoryEntry]:
        """List the entries within the bounds, the newest first."""
        return self.numbered()[1]

    def numbered(self) -> tuple[int, list[HistoryEntry]]:
        """Return the same, and how many entries there were ever up to the first of these."""
        with self._lock:
            closed, fresh = self._locked_copy()
            total = self._total + len(fresh)
        found = [entry for chunk in closed for entry in chunk.entries()]
        found += read(fresh)
        del found[: -self.retention.keep]
        found.reverse()
        oldest = self._oldest()
        if found and found[-1].finished < oldest:
            found = [entry for entry in found if entry.finished >= oldest]
        return total, found

    def window(self, offset: int, limit: int) -> tuple[int, list[HistoryEntry]]:
        """Return how many entries are within the bounds, and some of them, the newest first.

        It reads only the chunks that it needs, however many there are.
        """
        with self._lock:
            closed, fresh = self._locked_copy()
        total = len(fresh) + sum([chunk.length for chunk in closed])
        too_old = closed[0].older_than(self._oldest()) if closed else 0  # others are newer
        total = max(0, min(total - too_old, self.retention.keep))
        last = min(offset + limit, total)
        found: list[HistoryEntry] = []
        passed = 0  # newer entries than those of the next chunk
        for count, entries in _newest_first(closed, fresh):
            if passed >= last:
                break
            if passed + count > offset:
                part = entries()
                part.reverse()
                found += part[max(0, offset - passed) : last - passed]
            passed += count
        return total, found

    def find(self, number: int) -> HistoryEntry | None:
        """Return the entry of the task of this number, if it is within the bounds."""
        with self._lock:
            closed, fresh = self._locked_copy()
        found = next((entry for entry in read(fresh) if entry.number == number), None)
        if found is None:
            found = _found(closed, number, self.retention.keep - len(fresh))
        return None if found is None or found.finished < self._oldest() else found

    # Inside; the lock is held no longer than it takes to copy references, for workers wait for it

    def _locked_copy(self) -> tuple[tuple[Chunk, ...], list[bytes]]:
        """Return the chunks, and the entries that are not in a chunk yet."""
        self._locked_trim()
        while True:
            try:
                return tuple(self._closed), list(self.fresh)
            except RuntimeError:  # a worker has appended meanwhile
                continue

    def _locked_close(self) -> None:
        if self._closing:
            return  # a signal handler in the middle of this; what it adds is closed the next time
        self._closing = True
        try:
            self._locked_take_all()
        finally:
            self._closing = False
        self._locked_trim()

    def _locked_take_all(self) -> None:
        chunk = self._closed[-1] if self._closed else None
        if chunk is None or chunk.count:
            chunk = Chunk()
            self._closed.append(chunk)  # before it takes the entries: readers must find them
        self._loose = 0
        chunk.take(self.fresh)
        chunk.close(self._clock.time(), self)

    def _locked_trim(self) -> None:
        closed, keep, most = self._closed, self.retention.keep, self.retention.keep_bytes
        oldest = self._oldest()
        while closed and (
            self._count - closed[0].count >= keep
            or self._size > most
            or (closed[0].count and closed[0].last < oldest)
        ):
            gone = closed[0]
            self._count -= gone.count
            self._size -= gone.size
            closed.popleft()  # last, and no call before it: an interrupt leaves the counts right

    def _oldest(self) -> float:
        return self._clock.time() - self.retention.keep_days * DAY


def _newest_first(
    closed: Sequence[Chunk], fresh: list[bytes]
) -> Iterator[tuple[int, Callable[[], list[HistoryEntry]]]]:
    """Yield how many entries a part has, and what reads them, the newest part first."""
    yield len(fresh), partial(read, fresh)
    for chunk in reversed(closed):
        yield chunk.length, chunk.entries


def _found(closed: Sequence[Chunk], number: int, left: int) -> HistoryEntry | None:
    """Return the entry of a number among so many of the newest."""
    for chunk in reversed(closed):
        if left <= 0:
            return None
        if chunk.find(number) is not None:
            kept = islice(reversed(chunk.entries()), left)
            return next((entry for entry in kept if entry.number == number), None)
        left -= chunk.count
    return None
