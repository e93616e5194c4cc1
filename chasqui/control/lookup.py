"""Results that take time to work out, for a reader who must not wait for long.

A result is worked out on a thread of its own, again whenever what it rests on has changed, but for
no more than a small share of the time. A reader waits for `PATIENCE` seconds, which is enough for
most, and else gets the last one meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from chasqui.dataclass import dataclass

Result = TypeVar("Result")

PATIENCE = 0.02
REST = 20  # times as long as a result took to work out it is good for, whatever changes


@dataclass(frozen=True, slots=True)
class Found(Generic[Result]):
    """A result, what it answers, and what it rests on."""

    key: Hashable
    revision: int
    result: Result
    good_until: float  # time.monotonic()


class Lookup(Generic[Result]):
    """The last result of one kind of question; for one reader."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._changed = threading.Condition()  # guards the three below
        self._found: Found[Result] | None = None
        self._is_asked = False
        self._error: Exception | None = None

    def read(self, key: Hashable, revision: int, work: Callable[[], Result]) -> Result | None:
        """Return the result for a key, at the worst that of an earlier revision.

        None means that the result is still being worked out. What ``work`` raises is raised
        here, once.
        """
        with self._changed:
            if self._is_wanted(key, revision):
                if not self._is_asked:
                    self._begin(key, revision, work)
                self._changed.wait_for(lambda: not self._is_asked, PATIENCE)
            error, self._error = self._error, None
            if error is not None:
                raise error
            found = self._found
            return found.result if found is not None and found.key == key else None

    def _is_wanted(self, key: Hashable, revision: int) -> bool:
        found = self._found
        if found is None or found.key != key:
            return True
        return found.revision != revision and time.monotonic() >= found.good_until

    def _begin(self, key: Hashable, revision: int, work: Callable[[], Result]) -> None:
        self._is_asked = True
        threading.Thread(
            target=self._run, args=(key, revision, work), name=self._name, daemon=True
        ).start()

    def _run(self, key: Hashable, revision: int, work: Callable[[], Result]) -> None:
        began = time.monotonic()
        found: Found[Result] | None = None
        error: Exception | None = None
        try:
            result = work()
            ended = time.monotonic()
            found = Found(key, revision, result, ended + REST * (ended - began))
        except Exception as raised:  # the reader raises it
            error = raised
        with self._changed:
            self._found, self._error = found or self._found, error
            self._is_asked = False
            self._changed.notify_all()
