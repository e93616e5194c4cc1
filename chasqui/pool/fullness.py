"""Fullness: for how long submissions have found a backlog full.

A pool may be short of workers although no submitter waits long: where several take turns, each is
let in soon, and the backlog is full again at once. So the backlog is timed, not the submitters. It
counts as full without a break while a submitter waits, and for `LULL_SECONDS` after one did. For as
long as nine tenths of it are taken it may be full for longer without one, up to `UNWANTED_SECONDS`:
a backlog that was filled once keeps no submitter waiting.

The pool's lock guards it.
"""

from __future__ import annotations

from typing import Final

LULL_SECONDS: Final = 1.0  # a producer needs that long, at times, to make its next piece of work

UNWANTED_SECONDS: Final = 10.0  # a producer that comes more rarely is not held up by much


class Fullness:
    """Since when a backlog has been full."""

    __slots__ = ("_seen", "_since", "_wanted")

    def __init__(self) -> None:
        self._since: float | None = None
        self._wanted = 0.0  # when a submission last found it full
        self._seen = 0.0  # when it was last seen to be full

    def found(self, now: float, *, others_wait: bool) -> None:
        """Note that a submission finds no room."""
        if self._since is None or (not others_wait and now - self._seen > LULL_SECONDS):
            self._since = now
        self._seen = self._wanted = now

    def left(self, now: float) -> None:
        """Note that a submission has waited until now."""
        self._seen = self._wanted = now

    def seconds(self, now: float, *, queued: int, size: int, waits: bool) -> float:
        """Return for how long it has been full; 0 when it is not. It is looked at with this."""
        if self._since is None:
            return 0.0
        if waits:
            self._wanted = now
        if waits or (queued > 0.9 * size and now - self._wanted <= UNWANTED_SECONDS):
            self._seen = now
        elif now - self._seen > LULL_SECONDS:
            self._since = None
            return 0.0
        return now - self._since
