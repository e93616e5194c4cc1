"""What a journal holds, as text for a person and as a record for a program."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from chasqui.commands.columns import aligned
from chasqui.control.safe_text import safe_line
from chasqui.durations import age
from chasqui.engine.journal.inspecting import JournalStats
from chasqui.sizes import size

STATES = ("queued", "scheduled", "completed", "failed", "cancelled")


def told(stats: JournalStats) -> Iterator[str]:
    """Give the lines for a person."""
    rows = [
        ("journal", safe_line(stats.path)),
        ("kind", "of a run" if stats.is_of_run else "of an engine"),
        ("open in", "no process" if stats.holder is None else f"process {stats.holder}"),
        ("size", f"{size(stats.size)}, and {size(stats.log_size)} of log"),
        ("lives", _lives(stats)),
        ("failures", f"{stats.failures:,} in the failure log"),
        ("waiting", _waiting(stats)),
    ]
    yield from aligned([row for row in rows if row[1]])
    yield ""
    head = ("type", *STATES)
    types = [
        (safe_line(name) or "(refused)", *(f"{counts.get(one, 0):,}" for one in STATES))
        for name, counts in stats.types.items()
    ]
    total = ("all", *(f"{stats.counts[one]:,}" for one in STATES))
    yield from aligned([head, *types, total])


def as_record(stats: JournalStats) -> dict[str, Any]:
    """Return it as an object for JSON."""
    record = stats._asdict()
    record["last"] = None if stats.last is None else stats.last._asdict()
    return record


def _lives(stats: JournalStats) -> str:
    last = stats.last
    if last is None:
        return ""
    now = time.time()
    if last.stopped is not None:
        how = f"ended in order {age(now - last.stopped)} ago"
    elif stats.holder is not None:
        how = f"began {age(now - last.started)} ago"
    else:
        how = f"began {age(now - last.started)} ago, and was killed or crashed"
    return f"{stats.lives:,}; the last one, process {last.pid}, {how}"


def _waiting(stats: JournalStats) -> str:
    if stats.oldest_waiting is None:
        return ""
    return f"the oldest since {age(time.time() - stats.oldest_waiting)}"
