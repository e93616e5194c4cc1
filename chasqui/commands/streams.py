"""The standard streams of the process, also where its caller has closed them.

A closed descriptor's number is given to what is opened next: rows, or what a task prints, would go
into an unrelated file, and a run would wait for a pipe of its own. So the null device takes
such numbers first. That one was closed is known by Python's own mark: its stream is None, for the
input and the output, and a command that needs one of them says so. Words without a standard error
go nowhere, as with ``2>/dev/null``.
"""

from __future__ import annotations

import os
import sys
from typing import Final

STANDARD: Final = (0, 1, 2)


def occupy_closed() -> None:
    """Put the null device where a standard stream is closed; call before anything is opened."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    while (descriptor := os.open(os.devnull, os.O_RDWR)) in STANDARD:  # the lowest that is free
        os.set_inheritable(descriptor, True)  # as what stands there for a child should be
    os.close(descriptor)
    if sys.stderr is None:
        # Not None: print() takes that for standard output, where it would stand among the rows.
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123


def discard_output() -> None:
    """Have what Python still holds of the output go nowhere, since it cannot be written."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)
