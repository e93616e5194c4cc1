"""The column of pools is there only where there are several."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.control.port import PoolRow
from chasqui.control.safe_text import SafeText
from tests.console.operator import prod

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
