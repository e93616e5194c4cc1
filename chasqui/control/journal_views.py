"""A reading of the journal as it goes through a port."""

from __future__ import annotations

from typing import Final

from chasqui.control.journal_status import JournalStatus, LastEndStatus, ParkedStatus
from chasqui.control.safe_text import safe_line
from chasqui.engine.journal.view import JournalView, LastEnd

REASON: Final = 500  # characters
NAME: Final = 200


def journal_status(view: JournalView) -> JournalStatus:
    """Return a reading of a journal as it goes through a port."""
    end = view.last_end
    return JournalStatus(
        mode=view.mode,
        state=view.state,
        reason=safe_line(view.reason, REASON),
        path=safe_line(view.path, REASON),
        waiting=view.waiting,
        parked=view.parked,
        parked_types=tuple(
            ParkedStatus(
                type=safe_line(one.type, NAME), count=one.count, reason=safe_line(one.reason, NAME)
            )
            for one in view.parked_types
        ),
        size=view.size,
        unflushed=view.unflushed,
        opened=view.opened,
        last_end=None if end is None else _end(end),
    )


def _end(end: LastEnd) -> LastEndStatus:
    return LastEndStatus(
        epoch=end.epoch,
        pid=end.pid,
        started=end.started,
        stopped=end.stopped,
        is_clean=end.is_clean,
        interrupted=end.interrupted,
        requeued=end.requeued,
    )
