"""What a task has used is in its record, its rows and its page, and a filter finds it."""

from __future__ import annotations

import pytest

from chasqui import Engine, task
from chasqui.commands.rows import row_of
from chasqui.control.local import LocalPort
from chasqui.control.port import ViewQuery, Window
from chasqui.engine.history import rows
from tests.present import present
from tests.processes import bodies
from tests.waiting import until

WAIT = 30
MIB = 1024 * 1024


@task
def here() -> int:
    return 1


def test_what_tasks_used_is_wherever_they_are_shown(engine):
    eaten, quick, failed = (
        engine.call(bodies.eats, 64),
        engine.call(bodies.add, 1),
        engine.call(bodies.fails, "own"),
    )
    assert eaten.wait(WAIT) and quick.wait(WAIT) and failed.wait(WAIT)
    used, port = present(eaten.usage), LocalPort(engine)

    found = present(engine.history.find(eaten.number))
    assert (used.cpu, used.peak) == (found.cpu, found.peak_memory)
    assert (round(used.cpu, 6), used.peak) == (
        row_of(1, eaten)["cpu"],
        rows.row_of(eaten)["peak_memory"],
    )
    assert used.peak == present(engine.row(eaten.number))["peak_memory"]
    assert [eaten.number] == [one.number for one in engine.history.where("mem>=64MiB")]
    assert [] == [*engine.history.where("cpu>1000s")]
    assert present(failed.usage).peak == present(port.detail(failed.number)).peak_memory
    assert used.peak == present(port.detail(eaten.number)).peak_memory

    def listed():
        query = ViewQuery(finished=Window(), finished_of="mem>64MiB mem<4GiB")
        page = present(port.snapshot(query).finished_page)
        return () if page.is_partial else page.rows

    until(listed)
    assert [(eaten.number, used.peak)] == [(one.number, one.peak_memory) for one in listed()]


def test_the_use_of_each_of_many_tasks_of_a_type_is_kept(engine):
    many = [engine.call(bodies.add, number) for number in range(9)]
    until(lambda: all(one.done for one in many))  # a wait would have each recorded with care

    assert [one.usage.cpu for one in many] == [engine.history.find(one.number).cpu for one in many]


@pytest.mark.parametrize("filter", ["mem>1k", "mem<1GiB", "cpu<1h", "cpu>=0s"])
def test_what_was_not_measured_is_in_no_row_and_no_filter_finds_it(filter):
    with Engine(1) as engine:
        engine.register(here)
        done = engine.call(here)
        assert done.wait(WAIT)

        assert not {"cpu", "peak_memory"} & {*row_of(1, done), *present(engine.row(done.number))}
        assert [] == [*engine.history.where(filter)]
        assert 1 == len([*engine.history.where(f"-{filter}")])
