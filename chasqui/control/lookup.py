"""Results that are slow to compute, for a reader who must not wait long.

A result is computed on its own thread, and again whenever its input has changed, but for no more
than a small share of the time. A reader waits for `PATIENCE` seconds, which is mostly enough, and
otherwise gets the last result.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")

PATIENCE = 0.02
REST = 20  # a result is valid for so many times as long as it took to compute


@dataclass(frozen=True, slots=True)
class Found(Generic[Result]):
    """A result, its question, and the revision of its input."""

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
        """Return the result for a key, in the worst case that of an earlier revision.

        None means that the result is still being computed. What ``work`` raises is raised
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
