"""The exit status of each error of a journal."""

from __future__ import annotations

import pytest

from chasqui.commands import exits
from chasqui.errors import (
    ChasquiError,
    JournalBusy,
    JournalCorrupt,
    JournalTooNew,
    JournalUnavailable,
    JournalUnsafe,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (JournalBusy("/x", 4121), 75),
        (JournalUnavailable("the disk is full"), 75),
        (JournalCorrupt("/x", "is damaged"), 2),
        (JournalTooNew("/x", 9, 1), 2),
        (JournalUnsafe("/x", "is a link"), 2),
    ],
)
def test_only_a_journal_that_may_be_free_later_is_busy(error: ChasquiError, status: int):
    assert status == exits.status_of(error)
