"""The column of pools is there only where there are several."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.console.model.format import ASCII, UNICODE
from chasqui.console.model.workers import NAMED_WITH_POOL, worker_cells
from chasqui.control.port import PoolRow, WorkerRow
from chasqui.control.safe_text import SafeText
from tests.console.operator import prod
from tests.console.rows import NOW

POOLS = tuple(PoolRow(name=SafeText(name), workers=4, queue_size=500) for name in ("cpu", "io"))


@pytest.mark.parametrize("keys", [("2",), ("2", "c"), ("3",), ("5",)], ids="".join)
@pytest.mark.parametrize("pools", [(), POOLS], ids=["one pool", "two pools"])
def test_the_column_of_pools_is_there_only_where_there_are_several(drive, keys, pools):
    async def steps(console):
        await console.press(*keys, "z")
        await console.tick(2)
        table = console.app.main.pane.table.region
        assert bool(pools) == ("POOL" in console.lines[table.y].split())

    port = prod()
    port.now = msgspec.structs.replace(port.now, pools=pools)
    drive(port, steps, (220, 24))


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_a_worker_of_a_pool_with_a_long_name_keeps_its_own(glyphs):
    row = WorkerRow(name=SafeText("Größe-très-longue/w03"), state="idle", since=NOW)
    cell = worker_cells(row, NOW, glyphs, pace=0.0, left=None, named=True).cells[3]
    for room in range(8, NAMED_WITH_POOL + 1):
        shown = next(text for text in cell.shorter if len(text) <= room)
        assert shown.endswith("/w03")
        assert len(shown) == room
