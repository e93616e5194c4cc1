"""Crash points: named places where a test kills the process, as a power cut or an operator may.

The environment variable CHASQUI_CRASH_AT names a point, or a point and a count: ``commit:7`` kills
the process the seventh time it gets there. It is read once, so that a point costs next to nothing.
"""

from __future__ import annotations

import os
import signal
from typing import Final

_wanted, _, _count = os.environ.get("CHASQUI_CRASH_AT", "").partition(":")
_left: Final = [int(_count or 1)]


def crash_at(name: str) -> None:
    """Kill this process, without any last words, if this is the place to do so."""
    if name == _wanted:
        _left[0] -= 1
        if _left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
