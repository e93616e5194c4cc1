"""Wait until a descriptor can be read, whatever its number.

``select`` takes no descriptor over 1,023, and a program that has many files open has such.
"""

from __future__ import annotations

import select
from collections.abc import Iterable


def readable(descriptors: Iterable[int], timeout: float | None = None) -> list[int]:
    """Wait until some of the descriptors can be read, or have ended, and return those.

    ``timeout`` is in seconds; after it the list is empty. None waits without end.
    """
    waiting = select.poll()
    for descriptor in descriptors:
        waiting.register(descriptor, select.POLLIN)
    return [one for one, _ in waiting.poll(None if timeout is None else timeout * 1000)]
