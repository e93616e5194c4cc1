"""Where the lines of a command come from: what is known of its input before it is read."""

from __future__ import annotations

import os
import select
import stat
import sys


def is_offered() -> bool:
    """Whether standard input is a pipe or a file with something in it, or yet to come."""
    if sys.stdin is None:  # closed, and its number may be that of another file by now
        return False
    try:
        facts = os.fstat(0)
    except OSError:
        return False
    if stat.S_ISFIFO(facts.st_mode):
        looking = select.poll()
        looking.register(0, select.POLLIN)
        # A pipe that has ended empty, as many a job runner gives, is no input.
        return all(what & select.POLLIN for _, what in looking.poll(0))
    return stat.S_ISREG(facts.st_mode) and facts.st_size > 0
