"""A console over a run: it stops the run and no engine, and says when the run has ended."""

from __future__ import annotations

import os

from chasqui.console.ending import ConsoleExit
from chasqui.console.guard import TerminalGuard
from chasqui.control.fake import FakePort
from chasqui.control.port import Capabilities
from tests.console.rows import busy
from tests.present import present


class Run:
    """A run that only takes note."""

    def __init__(self, ended=""):
        self.stops = 0
        self.end = ended

    def stop(self):
        self.stops += 1
        return "stopping: 1 task may end"

    def ended(self):
        return self.end


def port():
    return FakePort(busy(), caps=Capabilities(embedded=False))


def test_ctrl_c_stops_the_run_and_says_what_it_waits_for(drive):
    run = Run()

    async def steps(console):
        console.app.session.program = run
        await console.press("ctrl+c")
        assert "stopping: 1 task may end" in console.text

    drive(port(), steps)
    assert 1 == run.stops


def test_shutting_down_asks_whether_the_run_is_to_stop_and_stops_no_engine(drive):
    run, engine = Run(), port()

    async def steps(console):
        console.app.session.program = run
        await console.press("Q")
        assert "Stop the run?" in console.text
        await console.press("enter")
        assert 0 == run.stops
        await console.press("Q", "s")
        assert "stopping: 1 task may end" in console.text

    drive(engine, steps)
    assert 1 == run.stops
    assert [] == engine.commands


def test_the_console_of_a_run_is_left_at_once_with_work_left(drive):
    async def steps(console):
        console.app.session.program = Run()
        await console.press("q")

    assert ConsoleExit("quit") == drive(port(), steps)


def test_the_end_of_a_run_is_said_and_the_console_stays(drive):
    run = Run()

    async def steps(console):
        console.app.session.program = run
        run.end = "the run has ended"
        await console.tick()
        assert "the run has ended; q leaves" in console.text
        await console.press("Q")
        assert "Stop the run?" not in console.text

    assert drive(port(), steps) is None


def test_a_console_that_is_given_a_terminal_leaves_the_rows_where_they_go():
    master, slave = os.openpty()
    before = os.fstat(1), os.fstat(2)
    with TerminalGuard(slave) as guard:
        during = os.fstat(1), os.fstat(2)
        guard.trim()
        present(guard._terminal).write("drawn")
        present(guard._terminal).flush()
    drawn = os.read(master, 100)
    for one in (master, slave):
        os.close(one)

    # Under pytest neither is a terminal.
    assert [one.st_ino for one in before] == [one.st_ino for one in during]
    assert b"drawn" == drawn
