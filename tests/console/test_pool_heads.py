"""Where an engine has several pools, each has a head, and its workers are below it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.console.model import pool_heads
from chasqui.console.model.crew import Beside
from chasqui.console.model.format import UNICODE
from chasqui.control.fake import FakePort
from chasqui.control.port import CrewView, PoolRow, PoolSize, Resize, Window, WorkerRow
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW, sizes, snapshot

CPU = PoolRow(name=SafeText("cpu"), workers=2, busy=1, queue_size=10, queued=10, full_for=65.0)
IO = PoolRow(name=SafeText("io"), workers=3, busy=0, queue_size=1000, queued=7, scheduled=2)
SIZE = PoolSize(pool=IO.name, workers=3, configured=5)


def worker(pool: str, number: int, **more) -> WorkerRow:
    return WorkerRow(
        **{
            "name": SafeText(f"{pool}-w{number:02}"),
            "state": "idle",
            "since": NOW - number,
            "pool": SafeText(pool),
            **more,
        }
    )


def two_pools(**now) -> FakePort:
    at_work = {"state": "running", "task": 382, "type": SafeText("files.archive")}
    rows = [worker("cpu", 1, **at_work), worker("cpu", 2), *[worker("io", n) for n in (1, 2, 3)]]
    of = snapshot(pools=(CPU, IO), workers=5, busy=1, settings=sizes(cpu=2, io=3), **now)
    return FakePort(of, workers=rows, crew=CrewView(sizes=(SIZE,)))


def at(console, words):
    return next(at for at, line in enumerate(console.lines) if words in line)


def test_each_pool_has_a_head_with_what_is_busy_and_what_waits_above_its_workers(drive):
    async def steps(console):
        cpu, io = at(console, "10 wait FULL"), at(console, "7 wait")
        assert "cpu" in console.lines[cpu] and "1/2 busy" in console.lines[cpu]
        assert "1m05s" in console.lines[cpu]
        assert "io" in console.lines[io] and "0/3 busy" in console.lines[io]
        assert "≠" in console.lines[io] and "config says 5: = resets" in console.lines[io]
        assert "files.archive" in console.lines[cpu + 1]
        assert cpu + 3 == io
        assert "io-w01" in console.lines[io + 1]
        assert "≠ 3 workers" not in console.text

    drive(two_pools(), steps, (132, 30))


def test_a_single_pool_has_no_head(drive):
    async def steps(console):
        assert "wait" not in "\n".join(console.lines[2:8])
        assert "files.archive" in console.text

    rows = [worker("", 1, state="running", task=382, type=SafeText("files.archive"))]
    drive(FakePort(snapshot(), workers=rows), steps, (132, 30))


def test_a_head_is_no_task_and_its_keys_are_about_its_pool(drive):
    async def steps(console):
        await console.press("home", "x")
        assert "a pool is no task" in console.lines[-2]
        await console.press("l")
        assert "no task is selected" in console.lines[-2]
        await console.press("]")
        assert "asked for 3 workers in pool cpu" in console.lines[-2]
        await console.press("down", "down", "down")
        assert "pool io  0 of 3 workers busy  7 of 1,000 wait" in console.lines[-2]
        await console.press("=")
        assert "asked for 5 workers in pool io, as the config says" in console.lines[-2]
        await console.press("enter")
        assert "SettingsScreen" == type(console.app.screen).__name__

    port = two_pools()
    drive(port, steps, (132, 30))
    assert [Resize(workers=3, pool="cpu"), Resize(workers=5, pool="io")] == port.commands


def test_enter_on_a_worker_below_a_head_opens_its_task(drive):
    async def steps(console):
        await console.press("home", "down", "enter")
        assert [382] == [number for number, _ in port.asked_details[:1]]

    port = two_pools()
    drive(port, steps, (132, 30))


def test_the_cursor_stays_on_its_pool_when_workers_come_above_it(drive):
    async def steps(console):
        await console.press("home", "down", "down", "down")
        port.workers.insert(2, worker("cpu", 3))
        port.changed()
        await console.tick(2)
        assert "pool io" in console.lines[-2]

    port = two_pools()
    drive(port, steps, (132, 30))


def test_a_filter_that_finds_no_worker_leaves_no_head_alone(drive):
    async def steps(console):
        await console.press("slash", *"type=nothing", "enter")
        assert "No worker matches the filter." in console.text
        assert "10 wait FULL" not in console.text

    port = two_pools()
    port.narrowed["type=nothing"] = ()
    drive(port, steps, (132, 30))


def test_without_a_key_that_resets_the_head_only_says_the_config():
    head = Beside(("pool", 0, "io"), IO)
    told = [cell.text for cell in pool_heads.head_cells(head, IO, SIZE, UNICODE, "").cells]
    assert "7 wait · config says 5" in told


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4), st.integers(0, 12), st.integers(1, 6))
def test_every_window_shows_the_same_lines_as_the_whole_list(sizes, offset, limit):
    pools = [msgspec.structs.replace(IO, name=SafeText(f"p{n}")) for n in range(len(sizes))]
    rows = [worker(f"p{at}", n) for at, size in enumerate(sizes) for n in range(size)]
    heads = pool_heads.heads_of(pools)
    whole, first = pool_heads.woven(rows, 0, len(rows), heads if rows else ())
    assert 0 == first
    if not rows:
        return
    assert len(whole) == len(rows) + len(heads)

    window = Window(offset=offset, limit=limit)
    wanted = pool_heads.asked(window, len(heads))
    some = rows[wanted.offset : wanted.offset + wanted.limit]
    lines, first = pool_heads.woven(some, wanted.offset, len(rows), heads)
    assert lines == whole[first : first + len(lines)]
    if some:
        assert first <= offset
        assert first + len(lines) >= min(offset + limit, len(whole))


@pytest.mark.parametrize("pools", [("cpu", "cpu"), ("", "cpu")])
def test_pools_whose_names_are_alike_have_heads_of_their_own(pools):
    rows = [msgspec.structs.replace(CPU, name=SafeText(name)) for name in pools]
    heads = pool_heads.heads_of(rows)
    lines, _ = pool_heads.woven([worker("cpu", 1), worker("io", 1)], 0, 2, heads)
    assert 2 == len({head.key for head in heads})
    assert [*heads] == [line for line in lines if isinstance(line, Beside)]
