"""The processes below another, and what they leave, as /proc shows them."""

from __future__ import annotations

from pathlib import Path


def below(process: int) -> list[int]:
    """List the children of a process, their children, and so on."""
    found, waiting = [], [process]
    while waiting:
        children = children_of(waiting.pop())
        found += children
        waiting += children
    return found


def zygote_of(host: int) -> int:
    """Return the process that makes the children of a host; 0 while it has none."""
    for child in children_of(host):
        if b"zygote" in words_of(child):
            return child
    return 0


def children_of(process: int) -> list[int]:
    """List the children of a process."""
    found: list[int] = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [int(word) for word in thread.read_text().split()]
        except OSError:
            continue
    return found


def words_of(process: int) -> bytes:
    """Return the command line of a process; nothing when it is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def lives(process: int) -> bool:
    """Tell whether a process runs, and has not only ended without being reaped."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
