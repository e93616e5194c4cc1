"""A million rows scroll as a thousand do: no more are read than are near the screen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chasqui.control.fake import FakePort
from chasqui.control.port import Counts
from tests.console.rows import snapshot, waiting


class Rows(Sequence):  # type: ignore[type-arg]  # a test is not checked for what is in it
    """Rows that are made when they are read."""

    def __init__(self, count):
        self._count = count
        self.made = 0

    def __len__(self):
        return self._count

    def __getitem__(self, at):
        numbers = range(self._count)[at]
        self.made += len(numbers)
        return waiting(*(number + 1 for number in numbers))


def made_by(drive, count, keys):
    """Return how many rows a walk makes, and the number of the one it ends on."""
    port = FakePort(snapshot(counts=Counts(accepted=count, queued=count)))
    rows = Rows(count)
    port.backlog = rows  # type: ignore[assignment]
    found = []

    async def steps(console):
        await console.press("2")
        rows.made = 0
        await console.press(*keys)
        found.append(console.app.main.pane.selected_number)

    drive(port, steps)
    return rows.made, found[0]


@pytest.mark.parametrize(
    ("keys", "from_the_end"),
    [(("pagedown", "pagedown", "down"), False), (("end", "up", "pageup"), True)],
)
def test_a_million_rows_are_scrolled_by_reading_as_many_as_of_a_thousand(drive, keys, from_the_end):
    few, at = made_by(drive, 1_000, keys)
    many, far = made_by(drive, 1_000_000, keys)

    assert many <= few
    assert far == at + 999_000 * from_the_end
