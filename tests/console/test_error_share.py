"""How the share of a type's tasks that failed is drawn."""

from __future__ import annotations

import pytest

from chasqui.console.model.format import UNICODE
from chasqui.console.model.types import COLUMNS, type_row
from tests.console import rows

ERR = [column.title for column in COLUMNS].index("ERR")


@pytest.mark.parametrize(
    ("share", "drawn"),
    [
        (None, ("–", "dim")),
        (0.0, ("0%", "dim")),
        (0.02, ("2%", "warn")),
        (0.49, ("49%", "warn")),
        (0.5, ("50%", "error")),
        (1.0, ("100%", "error")),
    ],
)
def test_a_share_that_failed_is_red_only_once_most_fail(share, drawn):
    row = type_row(rows.type_row("app.flaky", errors=share), UNICODE)

    assert drawn == row.cells[ERR][:2]
