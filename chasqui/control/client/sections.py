"""A reading put together from what has changed in it since the one before.

A revision belongs to a query, and to the connection on which it was given. So the last reading of
each of a few queries is kept, and all are forgotten with the connection.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec

from chasqui.control.port import Snapshot, ViewQuery
from chasqui.control.wire.looking import SnapshotAnswer
from chasqui.control.wire.messages import WireError

KEPT: Final = 8
"""Queries: a console has one for each set of visible panes and scroll position."""


class Held(NamedTuple):
    """The last reading of a query."""

    revision: int = 0
    values: Mapping[str, Any] = {}


class Sections:
    """The last readings of one connection. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[ViewQuery, Held] = OrderedDict()

    def of(self, query: ViewQuery) -> Held:
        """Return the last reading of a query: its revision is what to ask from."""
        with self._lock:
            return self._held.get(query, Held())

    def snapshot(self, query: ViewQuery, base: Held, answer: SnapshotAnswer) -> Snapshot:
        """Return the reading that an answer makes of the one that was asked from.

        Raises:
            WireError: the answer was not understood.
        """
        decoders = _decoders()
        try:
            changed = {
                name: decoders[name].decode(data)
                for name, data in answer.sections.items()
                if name in decoders  # a newer host may have more
            }
            values = {**base.values, **changed}
            snapshot = Snapshot(**values)
        except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
            raise WireError("internal", f"the host's reading was not understood: {error}") from None
        with self._lock:
            if answer.revision >= self._held.get(query, Held()).revision:
                self._held[query] = Held(answer.revision, values)
                self._held.move_to_end(query)
                while len(self._held) > KEPT:
                    self._held.popitem(last=False)
        return snapshot


@cache
def _decoders() -> Mapping[str, msgspec.json.Decoder[Any]]:
    return {
        field.name: msgspec.json.Decoder(field.type) for field in msgspec.structs.fields(Snapshot)
    }
