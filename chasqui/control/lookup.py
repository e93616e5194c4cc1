"""Results that are slow to compute, for readers who must not wait long.

A result is computed on its own thread, and again whenever its input has changed, but for no more
than a small share of the time. A reader waits for `PATIENCE` seconds, which is mostly enough, and
otherwise gets the last result.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")

PATIENCE = 0.02
KEPT = 8  # results: of as many readers who ask for something else each
REST = 20  # a result is valid for so many times as long as it took to compute


@dataclass(frozen=True, slots=True)
class Found(Generic[Result]):
    """A result, and the revision of its input, which grows."""

    revision: int
    result: Result
    good_until: float  # time.monotonic()


class Lookup(Generic[Result]):
    """The last results of one kind of question, one computed at a time. Any thread."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._changed = threading.Condition()  # guards the three below
        self._found: OrderedDict[Hashable, Found[Result]] = OrderedDict()
        self._is_asked = False
        self._error: tuple[Hashable, Exception] | None = None

    def read(self, key: Hashable, revision: int, work: Callable[[], Result]) -> Result | None:
        """Return the result for a key, in the worst case that of an earlier revision.

        None means that the result is still being computed. What ``work`` raises is raised here,
        once.
        """
        patient_until = time.monotonic() + PATIENCE
        with self._changed:
            while self._is_wanted(key, revision):
                self._raise_for(key)
                if not self._is_asked:
                    self._begin(key, revision, work)
                left = patient_until - time.monotonic()
                if not self._changed.wait_for(lambda: not self._is_asked, left):
                    break
            found = self._found.get(key)
            return None if found is None else found.result

    def _raise_for(self, key: Hashable) -> None:
        if self._error is not None and self._error[0] == key:
            error = self._error[1]
            self._error = None
            raise error

    def _is_wanted(self, key: Hashable, revision: int) -> bool:
        found = self._found.get(key)
        if found is None:
            return True
        self._found.move_to_end(key)
        return found.revision < revision and time.monotonic() >= found.good_until

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
            found = Found(revision, result, ended + REST * (ended - began))
        except Exception as raised:  # the reader raises it
            error = raised
        with self._changed:
            if found is not None:
                self._found[key] = found
                self._found.move_to_end(key)
                while len(self._found) > KEPT:
                    self._found.popitem(last=False)
            self._error = (key, error) if error is not None else None
            self._is_asked = False
            self._changed.notify_all()
