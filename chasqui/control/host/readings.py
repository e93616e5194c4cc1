"""Readings: one reading of the engine for all clients that ask for the same within 50 ms.

Each section of a snapshot is encoded once, when it has changed. A client gets those sections that
have changed since the revision of its last answer, joined from bytes. Revisions grow over all
queries, so that a number never stands for two different states of a section.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from chasqui.control.host.newer import Reads
from chasqui.control.port import Snapshot, ViewQuery

SHARED_SECONDS: Final = 0.05
QUERIES: Final = 64  # of which the last reading is kept; the least recently used goes first
FIELDS: Final = Snapshot.__struct_fields__


class SharedReading:
    """The last reading of one query: its values, and each as JSON with its revision."""

    __slots__ = ("at", "sections", "snapshot", "values")

    def __init__(self) -> None:
        self.at = float("-inf")
        self.snapshot = Snapshot(at=0.0)
        self.values: list[Any] = [Ellipsis] * len(FIELDS)
        self.sections: list[tuple[int, bytes]] = [(0, b"")] * len(FIELDS)


class Readings:
    """Reads a port for all clients of a host. Only the server's thread uses it.

    Args:
        port: to the engine.
        of_host: returns what the host itself puts into a snapshot, by field.
    """

    def __init__(self, port: Reads, of_host: Callable[[], Mapping[str, Any]]) -> None:
        self._port = port
        self._of_host = of_host
        self._read: OrderedDict[ViewQuery, SharedReading] = OrderedDict()
        self._revision = 0
        self._encoder = msgspec.json.Encoder()

    def expire(self) -> None:
        """Read again for the next client: something was changed."""
        for reading in self._read.values():
            reading.at = float("-inf")

    def answer(self, query: ViewQuery, since: int, now: float) -> bytes:
        """Return the JSON of a `SnapshotAnswer`: what has changed since a revision."""
        reading = self._fresh(query, now)
        changed = [part for revision, part in reading.sections if revision > since]
        return b'{"revision":%d,"sections":{%b}}' % (self._revision, b",".join(changed))

    def snapshot(self, query: ViewQuery, now: float) -> Snapshot:
        """Return a reading that is as fresh as those of `answer`."""
        return self._fresh(query, now).snapshot

    def _fresh(self, query: ViewQuery, now: float) -> SharedReading:
        reading = self._read.get(query)
        if reading is None:
            reading = self._read[query] = SharedReading()
            while len(self._read) > QUERIES:
                self._read.popitem(last=False)
        else:
            self._read.move_to_end(query)
        if now - reading.at >= SHARED_SECONDS:
            self._update(reading, self._port.snapshot(query))
            reading.at = now
        return reading

    def _update(self, reading: SharedReading, snapshot: Snapshot) -> None:
        self._revision += 1
        reading.snapshot = snapshot
        of_host = self._of_host()
        for at, name in enumerate(FIELDS):
            value = of_host[name] if name in of_host else getattr(snapshot, name)
            if value is not reading.values[at] and value != reading.values[at]:
                reading.values[at] = value
                part = b'"%b":%b' % (name.encode(), self._encoder.encode(value))
                reading.sections[at] = self._revision, part
