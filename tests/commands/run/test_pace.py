"""`--load` and `--mem-free`, by fake readings: when tasks are held, and when they go on."""

from __future__ import annotations

import pytest

from chasqui.commands.given import Usage
from chasqui.commands.processors import usable
from chasqui.commands.run.pace import (
    MEMORY,
    Bounds,
    MachineReadings,
    Pace,
    available,
    load_of,
    memory_of,
)


class Machine:
    """A machine whose readings are set, and what it was asked to do."""

    def __init__(self, bounds: Bounds) -> None:
        self.load = 0.0
        self.memory = 2**40
        self.done: list[str] = []
        readings = MachineReadings(lambda: self.load, lambda: self.memory)
        self.pace = Pace(
            bounds, lambda: self.done.append("hold"), lambda: self.done.append("go on"), readings
        )

    def look(self, load: float | None = None, memory: int | None = None) -> str:
        self.load = self.load if load is None else load
        self.memory = self.memory if memory is None else memory
        self.pace.look()
        return self.pace.waits


def test_tasks_are_held_while_the_load_is_over_the_bound():
    machine = Machine(Bounds(load=8))

    assert ["", "load 9.1 over 8", "load 8 over 8", ""] == [
        machine.look(load) for load in (7.9, 9.1, 8, 7.9)
    ]
    assert ["hold", "go on"] == machine.done


def test_tasks_are_held_while_memory_is_short():
    machine = Machine(Bounds(memory=2**30))

    assert "memory 512 MiB under 1.00 GiB" == machine.look(memory=2**29)
    assert "" == machine.look(memory=2**30)
    assert ["hold", "go on"] == machine.done


def test_both_bounds_must_be_kept():
    machine = Machine(Bounds(1, 1000))

    assert "load 2 over 1, memory 999 B under 1000 B" == machine.look(2, 999)
    assert "memory 999 B under 1000 B" == machine.look(0)
    assert ("", ["hold", "go on"]) == (machine.look(memory=1000), machine.done)


def test_a_run_that_stops_is_never_let_go_on():
    machine = Machine(Bounds(load=1))
    machine.look(2)
    machine.pace.end()

    assert ["", ""] == [machine.look(2), machine.look(0)]
    assert ["hold", "hold"] == machine.done


def test_what_the_machine_does_not_say_keeps_nothing_waiting():
    def fails() -> int:
        raise OSError("gone")

    pace = Pace(Bounds(1, 1), lambda: None, lambda: None, MachineReadings(fails, fails))
    pace.look()

    assert "" == pace.waits
    with pytest.raises(Usage, match="--load needs the load of this machine: gone"):
        pace.check()


def test_a_load_is_a_number_or_a_share_of_the_processors():
    assert (2.5, 1.5 * usable()) == (load_of("2.5"), load_of("150%"))


@pytest.mark.parametrize(
    ("text", "count"),
    [("100", 100), ("2G", 2**31), ("1.5k", 1536), ("500 MiB", 500 * 2**20), ("1tb", 2**40)],
)
def test_a_size_has_a_unit(text, count):
    assert count == memory_of(text)


@pytest.mark.parametrize("text", ["", "-1", "0", "0%", "much", "1e3", "nan", "8 %"])
def test_other_loads_are_refused_in_a_line(text):
    with pytest.raises(Usage, match=r"^--load must be [^\n]+$"):
        load_of(text)


@pytest.mark.parametrize("text", ["", "-1", "0", "lots", "2X", "0.1", "G"])
def test_other_sizes_are_refused_in_a_line(text):
    with pytest.raises(Usage, match=r"^--mem-free must be [^\n]+$"):
        memory_of(text)


@pytest.mark.skipif(not MEMORY.exists(), reason="the system does not say what is available")
def test_the_machine_says_what_is_available(tmp_path):
    assert available(MEMORY) > 2**20
    (tmp_path / "none").write_text("MemTotal: 12 kB\n")
    with pytest.raises(ValueError, match="does not say"):
        available(tmp_path / "none")
