"""Puts the stand-in in the place of ThreadPoolExecutor, when somebody first asks for that.

Not before: the hooks that run at the exit of a program run in the reverse order of their coming,
and Chasqui's must come when the original's would.
"""

from __future__ import annotations

import concurrent.futures as module
from typing import Any

original = module.__getattr__


def stand_in_or_original(name: str) -> Any:
    """Resolve a name of `concurrent.futures`."""
    if name != "ThreadPoolExecutor":
        return original(name)
    from tests.conformance.stand_in import ThreadPoolExecutor

    vars(module)[name] = ThreadPoolExecutor
    return ThreadPoolExecutor


vars(module)["__getattr__"] = stand_in_or_original
