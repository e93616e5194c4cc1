"""Where workers have processes, columns say which, how busy each is and how much memory it has."""

from __future__ import annotations

from chasqui.console.model.workers import cpu_text, memory_text
from chasqui.control.fake import FakePort
from chasqui.control.port import PoolRow, ProgressView, WorkerRow
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW, snapshot, workers

CPU = PoolRow(name=SafeText("cpu"), workers=2, busy=2, queue_size=100, queued=3)
DEFAULT = PoolRow(name=SafeText("default"), workers=1, busy=0, queue_size=100)
BURNS = {"state": "running", "type": SafeText("demo.burn")}


def worker(name: str, **more) -> WorkerRow:
    pool = SafeText(name.partition("/")[0])
    made = {"name": SafeText(name), "pool": pool, "state": "idle", "since": NOW - 72, **more}
    return WorkerRow(**made)


def with_processes() -> FakePort:
    """A console over a pool of threads and one of processes."""
    progress = ProgressView(done=354.0, total=980.0)
    rows = [
        worker("default/w01"),
        worker(
            "cpu/w01", task=382, progress=progress, pid=24046, cpu=0.98, memory=22 << 20, **BURNS
        ),
        worker("cpu/w02", task=383, pid=4_194_303, cpu=3.97, memory=1_609_000_000, **BURNS),
        worker("cpu/w03", pid=24051),
    ]
    pools = (DEFAULT, CPU)
    return FakePort(snapshot(name=SafeText("prod"), pools=pools, workers=4, busy=2), workers=rows)


def test_at_eighty_columns_a_row_has_the_cpu_and_the_memory_of_its_process(drive):
    async def steps(console):
        row = console.row("cpu/w01")
        assert ["98%", "22.0", "MiB"] == row.split()[-3:]
        assert "397%" in console.row("cpu/w02") and "1.50 GiB" in console.row("cpu/w02")
        assert "default/w01" in console.text and "PROGRESS" in console.text
        await console.press("end")
        assert "pid 24051" in console.lines[-2]

    drive(with_processes(), steps)


def test_a_wide_row_has_the_number_of_the_process_too(drive):
    async def steps(console):
        assert "24046" in console.row("cpu/w01")

    drive(with_processes(), steps, (132, 30))


def test_the_page_of_an_idle_worker_names_its_process(drive):
    async def steps(console):
        await console.press("end", "enter")
        assert "pid 24051" in console.text

    drive(with_processes(), steps)


def test_without_processes_there_are_no_columns_of_them(drive):
    async def steps(console):
        assert "FAILED" in console.text
        assert "CPU" not in console.text and "PID" not in console.text

    drive(FakePort(snapshot(), workers=workers(3)), steps, (132, 30))


def test_absurd_figures_of_a_host_are_shown_within_bounds():
    absurd = worker("cpu/w01", pid=1, cpu=1e308, memory=1 << 4000)
    assert ("99900%", "1,048,576 GiB") == (cpu_text(absurd), memory_text(absurd))
    negative = worker("cpu/w01", pid=1, cpu=-1e308, memory=-1)
    assert ("0%", "") == (cpu_text(negative), memory_text(negative))
