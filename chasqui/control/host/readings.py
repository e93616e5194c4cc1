"""Readings: one reading of the engine for all clients that ask for the same within 50 ms.

A reading that is slow to make is shared for longer, up to a second, so that readings take no more
than a small part of the thread's time. A client that has just changed something gets a new one in
any case.

Each section of a snapshot is encoded once, when it has changed. A client gets those sections that
have changed since the revision of its last answer, joined from bytes. Revisions grow over all
queries, so that a number never stands for two different states of a section.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from math import inf
from time import thread_time
from typing import Any, Final

import msgspec

from chasqui.control.host.newer import Reads
from chasqui.control.port import Snapshot, ViewQuery
from chasqui.control.wire.parts import split

SHARED_SECONDS: Final = 0.05
SHARE: Final = 160.0  # a reading is shared for so many times as long as it took
LIGHT_SECONDS: Final = 0.25  # but no longer than this
HEAVY_SHARE: Final = 50.0  # unless that is not so many times: a query takes 2 % of the thread
HEAVY_SECONDS: Final = 1.0  # and that no longer than this
QUERIES: Final = 64  # of which the last reading is kept; the least recently used goes first
FIELDS: Final = Snapshot.__struct_fields__


class SharedReading:
    """The last reading of one query: its values, and each as JSON with its revision."""

    __slots__ = ("answered", "at", "good_for", "parts", "sections", "snapshot", "values")

    def __init__(self) -> None:
        self.at = -inf
        self.good_for = SHARED_SECONDS
        self.snapshot = Snapshot(at=0.0)
        self.values: list[Any] = [Ellipsis] * len(FIELDS)
        self.sections: list[tuple[int, bytes]] = [(0, b"")] * len(FIELDS)
        self.answered = -1, -1
        """Since which revision, and at which, the last answer was made."""
        self.parts: Sequence[bytes] = ()
        """The last answer. Clients mostly ask since the same revision, and splitting is slow."""


class Readings:
    """Reads a port for all clients of a host. Only the server's thread uses it.

    Args:
        port: to the engine.
        of_host: returns what the host itself puts into a snapshot, by field.
        cpu: returns the CPU time of the thread.
    """

    def __init__(
        self,
        port: Reads,
        of_host: Callable[[], Mapping[str, Any]],
        cpu: Callable[[], float] = thread_time,
    ) -> None:
        self._port = port
        self._cpu = cpu
        self._of_host = of_host
        self._read: OrderedDict[ViewQuery, SharedReading] = OrderedDict()
        self._revision = 0
        self._encoder = msgspec.json.Encoder()

    def answer(
        self, query: ViewQuery, since: int, now: float, after: float = -inf
    ) -> Sequence[bytes]:
        """Return the parts of a `SnapshotAnswer`'s JSON: what has changed since a revision.

        Args:
            after: the moment after which the reading must have been made.
        """
        reading = self._fresh(query, now, after)
        if reading.answered != (since, self._revision):
            changed = [part for revision, part in reading.sections if revision > since]
            answer = b'{"revision":%d,"sections":{%b}}' % (self._revision, b",".join(changed))
            reading.answered, reading.parts = (since, self._revision), tuple(split(answer))
        return reading.parts

    def snapshot(self, query: ViewQuery, now: float, after: float = -inf) -> Snapshot:
        """Return a reading that is as fresh as those of `answer`."""
        return self._fresh(query, now, after).snapshot

    def _fresh(self, query: ViewQuery, now: float, after: float) -> SharedReading:
        reading = self._read.get(query)
        if reading is None:
            reading = self._read[query] = SharedReading()
            while len(self._read) > QUERIES:
                self._read.popitem(last=False)
        else:
            self._read.move_to_end(query)
        if now - reading.at >= reading.good_for or reading.at <= after:
            began = self._cpu()
            self._update(reading, self._port.snapshot(query))
            reading.at = now
            took = self._cpu() - began
            good_for = min(max(SHARE * took, SHARED_SECONDS), LIGHT_SECONDS)
            reading.good_for = max(good_for, min(HEAVY_SHARE * took, HEAVY_SECONDS))
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
