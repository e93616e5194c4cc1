"""Findings about the journal: it cannot be written, tasks are parked, the last run was killed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chasqui.engine.metrics.findings import Finding, finding
from chasqui.engine.metrics.reading import Reading

NAMED: Final = 3  # types with parked tasks; the console lists all of their tasks
NEWS_SECONDS: Final = 600.0  # for which the end of the engine before is news


def of_journal(reading: Reading) -> Iterator[Finding]:
    """Give the findings, the worst first; none about a closed journal."""
    journal = reading.journal
    if journal.state == "degraded":
        text = "journal: {reason}"
        if journal.unflushed:
            text += "; {journal.unflushed:ends} of tasks not written yet"
        yield finding("journal", text, reading, pool="", reason=journal.reason)
    if journal.state in ("off", "closed"):
        return
    for one in journal.parked_types[:NAMED]:
        text = "{type}: {parked.count:tasks} in the journal, {reason}"
        yield finding("parked", text, reading, pool="", type=one.type, reason=one.reason)
    end = journal.last_end
    if end is not None and not end.is_clean and reading.at - journal.opened < NEWS_SECONDS:
        text = (
            "journal: the engine before this one (pid {pid}) ended without shutdown; "
            "{journal.last_end.interrupted} interrupted, {journal.last_end.requeued} requeued"
        )
        yield finding("killed", text, reading, pool="", pid=str(end.pid))
