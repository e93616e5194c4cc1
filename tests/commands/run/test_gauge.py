"""How a run goes, by fake clocks: its rate, what is left of the input, and which lines run."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pytest

from chasqui import Engine
from chasqui.commands.run import expected, gauge
from chasqui.commands.run.expected import Expected
from chasqui.commands.run.gauge import Gauge, LinesOfTasks, RecentRate
from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.run.reached import Reached


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_rate_is_of_the_last_half_minute():
    clock = Clock()
    rate = RecentRate(clock)
    for second in range(100):
        clock.now += 1
        found = rate.of(min(second, 50) * 10)  # ten a second, and none after 50 seconds

    assert 0 == found


def test_the_rate_is_not_known_at_once():
    clock = Clock()
    rate = RecentRate(clock)
    clock.now += 0.5

    assert rate.of(100) is None
    clock.now += 1.5
    assert 100 == rate.of(200)


def accept(lines: LinesOfTasks, line: int, task: int) -> None:
    of_number: Any = SimpleNamespace(number=task)
    lines.accepted(LineKey(line), of_number)


def test_a_task_is_known_by_its_line_though_others_were_refused():
    lines = LinesOfTasks()
    for line, task in ((1, 1), (2, 2), (5, 3), (6, 4), (9, 5)):
        accept(lines, line, task)

    assert [None, 1, 2, 5, 6, 9] == [lines.line_of(task) for task in range(6)]


def test_of_very_many_gaps_the_oldest_are_forgotten(monkeypatch):
    monkeypatch.setattr(gauge, "MOST_GAPS", 10)
    lines = LinesOfTasks()
    for task in range(1, 101):
        accept(lines, 2 * task, task)

    assert (None, 200, 198) == (lines.line_of(1), lines.line_of(100), lines.line_of(99))
    assert len(lines._gaps) <= 10


@pytest.mark.parametrize(
    ("data", "nul", "count"),
    [(b"", False, 0), (b"a\nb\n", False, 2), (b"a\nb", False, 2), (b"a\nb\0c", True, 2)],
)
def test_the_lines_of_a_file_are_counted(tmp_path, data, nul, count):
    (tmp_path / "in").write_bytes(data)

    assert count == Expected([str(tmp_path / "in")], nul=nul).left(0)


def test_several_files_are_counted_together_and_what_was_read_is_not_left(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text("1\n2\n3")
    left = Expected([str(tmp_path / "a"), str(tmp_path / "b")])

    assert [6, 4, 0] == [left.left(read) for read in (0, 2, 9)]


def test_what_is_no_regular_file_of_a_moderate_size_is_not_counted(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "in").write_text("1\n2\n3")
    monkeypatch.setattr(expected, "COUNTED", 4)

    for name in ("pipe", "in", "none"):
        assert Expected([str(tmp_path / name)]).left(0) is None
    assert Expected().left(0) is None


def test_what_is_left_is_what_waits_and_what_is_unread_at_the_present_rate(tmp_path):
    (tmp_path / "in").write_text("x\n" * 100)
    clock, reached = Clock(), Reached()
    with Engine(workers=1, plugins=["demo"]) as engine:
        found = Gauge(
            engine, Expected([str(tmp_path / "in")]), LinesOfTasks(), reached, clock=clock
        )
        for _ in range(10):
            engine.submit(engine.type("demo.sleep").work_from_text({"seconds": "0"}, "demo.sleep"))
        engine.shutdown()
        clock.now += 2
        reached.read = 20
        now = found.look()

    assert (10, 0, 5.0) == (now.completed, now.running, now.rate)
    assert (10 / 90, 16.0) == (now.share, now.left)
