"""Submitting a file: shown, checked as a whole, submitted with its progress, stopped."""

from __future__ import annotations

import threading

import pytest

from chasqui.console import batching
from chasqui.control.fake import FakePort
from chasqui.control.intake import files
from chasqui.control.port import (
    Capabilities,
    CheckTasks,
    Command,
    CommandOutcome,
    SubmitTasks,
)
from chasqui.control.safe_text import SafeText
from tests.console.forms import PLAIN, parameter, type_of
from tests.console.rows import busy

pytestmark = pytest.mark.slow

ADD = type_of(
    parameter("number", "integer", True), parameter("token", "secret"), name="ops.account"
)
FULL = SafeText("the backlog of pool default is full")


@pytest.fixture(autouse=True)
def _small_and_quick(monkeypatch, tmp_path):
    monkeypatch.setattr(batching, "ROOM_SECONDS", 0.001)
    monkeypatch.setattr(files, "TASKS", 100)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def rows(tmp_path):
    """Return a function that writes a file of rows."""

    def write(*texts, name="rows.txt"):
        (tmp_path / name).write_text("".join(f"{text}\n" for text in texts))

    return write


def port_of(**answers):
    named: dict[str, type[Command]] = {"check": CheckTasks, "submit": SubmitTasks}
    return FakePort(
        busy(), types=[PLAIN, ADD], answers={named[name]: one for name, one in answers.items()}
    )


def wrong(*places, numbers=(), **more):
    why = SafeText("number must be a whole number")
    skipped = tuple((place, why) for place in places)
    return CommandOutcome(**{"ok": True, "skipped": skipped, "numbers": numbers, **more})


async def open_file(console, name="rows.txt", until="submits"):
    await console.press("B")
    assert "Submit a file: choose the type" in console.text
    await console.type("account")
    await console.press("enter")
    assert "Submit a file of ops.account" in console.text
    await console.type(name)
    await console.press("enter")
    await console.until(lambda: until in console.text)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_the_good_rows_of_a_file_are_submitted_and_the_bad_ones_named(drive, rows, size):
    async def steps(console):
        await open_file(console)
        assert "a list: each line is number (guessed); F2 changes it" in console.text
        assert "line 1  number=0" in console.text
        assert "1,000 rows: 997 good, 3 bad" in console.text
        assert "line  17  number must be a whole number" in console.text
        assert "line 901  number must be a whole number" in console.text
        question = "ctrl+s submits the 997 good rows and leaves out 3; Esc submits none"
        assert question in console.text
        assert "ctrl+s Submit 997" in console.text
        assert [] == [one for one in port.commands if isinstance(one, SubmitTasks)]
        await console.press("ctrl+s")
        said = "submitted 997 rows as tasks 1 to 999, refused 3 rows"
        await console.until(lambda: said in console.text)
        await console.press("escape")
        assert said in console.lines[-2]
        assert 1 == console.app.main.session.named

    bad = {0: [16, 17], 9: [0]}
    checks = [wrong(*bad.get(at, ())) for at in range(10)]
    sent = [range(at * 100 + 1, at * 100 + 101 - len(bad.get(at, ()))) for at in range(10)]
    done = [wrong(*bad.get(at, ()), numbers=tuple(sent[at])) for at in range(10)]
    rows(*range(1000))
    port = port_of(check=checks, submit=done)
    drive(port, steps, size)
    commands = [one for one in port.commands if isinstance(one, CheckTasks | SubmitTasks)]
    assert [100] * 20 == [len(one.tasks) for one in commands]
    assert {"number": "999"} == commands[-1].tasks[-1].texts


def test_options_are_those_of_every_row_and_are_checked_with_them(drive, rows):
    async def steps(console):
        await open_file(console)
        await console.press("f4")
        assert "Options of every row" in console.text
        assert "key" not in console.text.split("Options of every row")[1]
        await console.type("urgent")
        await console.press("ctrl+s")
        assert "must be a whole number" in console.text
        await console.press("ctrl+u")
        await console.type("5")
        await console.press("ctrl+s")
        await console.until(lambda: "3 rows, all good; each with priority 5" in console.text)
        await console.until(lambda: "submits all 3 rows" in console.text)
        await console.press("ctrl+s")
        await console.until(lambda: "submitted 3 rows" in console.text)

    rows(1, 2, 3)
    port = port_of(submit=[wrong(numbers=(7, 8, 9))])
    drive(port, steps)
    sent = [one for one in port.commands if isinstance(one, CheckTasks | SubmitTasks)]
    priorities = [{task.options.priority for task in one.tasks} for one in sent]
    assert [{None}, {5}, {5}] == priorities


def test_options_that_are_left_by_esc_are_as_they_were(drive, rows):
    async def steps(console):
        await open_file(console)
        await console.press("f4")
        await console.type("5")
        await console.press("escape")
        assert "submits all 3 rows" in console.text
        assert "priority" not in console.text

    rows(1, 2, 3)
    port = port_of()
    drive(port, steps)
    assert 1 == sum(isinstance(one, CheckTasks) for one in port.commands)


def test_a_full_backlog_is_waited_for_and_said(drive, rows):
    async def steps(console):
        await open_file(console)
        assert "ctrl+s submits all 3 rows; Esc submits none" in console.text
        await console.press("ctrl+s")
        await console.until(lambda: "submitted 3 rows as tasks 7 to 9" in console.text)

    class Slow(FakePort):
        def apply(self, command):
            outcome = super().apply(command)
            if isinstance(command, SubmitTasks):
                seen.append([one.texts["number"] for one in command.tasks])
            return outcome

    seen: list[list[str]] = []
    rows("a", "b", "c")
    more = CommandOutcome(ok=True, numbers=(7,), reason=FULL)
    port = Slow(busy(), types=[ADD])
    none = CommandOutcome(ok=True, reason=FULL)
    port.answers[SubmitTasks] = [more, none, CommandOutcome(ok=True, numbers=(8, 9))]
    drive(port, steps)
    assert [["a", "b", "c"], ["b", "c"], ["b", "c"]] == seen


def test_escape_stops_what_waits_for_room_and_says_how_far_it_came(drive, rows):
    async def steps(console):
        await open_file(console)
        await console.pilot.press("ctrl+s")
        await console.until(lambda: "waiting for room: the backlog" in console.text)
        assert "1 of 3 submitted" in console.text
        assert "Esc Stop" in console.text
        assert "33 %" in console.text
        await console.pilot.press("escape")
        await console.until(lambda: "submitted task 7; then stopped" in console.text)
        await console.press("escape")
        assert "submitted task 7; then stopped" in console.lines[-2]

    rows("a", "b", "c")
    none = CommandOutcome(ok=True, reason=FULL)
    first = CommandOutcome(ok=True, numbers=(7,), reason=FULL)
    port = port_of(submit=[first, *[none] * 100_000])
    drive(port, steps, (110, 30))


def test_a_host_that_vanishes_leaves_what_was_acknowledged_and_what_was_not(drive, rows):
    async def steps(console):
        await open_file(console)
        await console.press("ctrl+s")
        said = "submitted 100 of 150 rows as tasks 1 to 100; then the host has gone"
        await console.until(lambda: said in console.text)
        assert "lines 101 to 150 were sent and not acknowledged: some may be in" in console.text

    rows(*range(150))
    lost = CommandOutcome(ok=False, kind="lost", reason=SafeText("the host has gone"))
    port = port_of(submit=[CommandOutcome(ok=True, numbers=tuple(range(1, 101))), lost])
    drive(port, steps, (160, 48))


def test_a_port_that_refuses_is_said_with_its_reason(drive, rows):
    async def steps(console):
        await open_file(console, until="the host is busy")
        await console.press("ctrl+s")
        assert "Submit a file of ops.account" in console.text

    rows("1")
    port = port_of(check=CommandOutcome(ok=False, reason=SafeText("the host is busy")))
    drive(port, steps)
    assert [] == [one for one in port.commands if isinstance(one, SubmitTasks)]


def test_a_read_only_console_says_so_before_it_asks_for_a_file(drive):
    async def steps(console):
        await console.press("B")
        assert "this console is read-only" in console.lines[-2]

    drive(FakePort(busy(), types=[ADD], caps=Capabilities(read_only=True)), steps)


def test_the_format_can_be_changed_and_the_file_is_checked_again(drive, rows):
    async def steps(console):
        await open_file(console, "rows.jsonl", until="no row of it can be submitted")
        assert "JSON Lines: an object of parameters on each line (guessed)" in console.text
        assert "line 1  is not a JSON object" in console.text
        for shape in ("by commas", "by semicolons", "by tabs"):
            await console.press("f2")
            await console.until(lambda shape=shape: shape in console.text)
        assert "(guessed)" not in console.text
        await console.press("f2")
        await console.until(lambda: "ctrl+s submits all 2 rows" in console.text)
        assert "a list: each line is number; F2" in console.text

    rows("1", "2", name="rows.jsonl")
    drive(port_of(), steps)


def test_a_wrong_header_is_said_of_the_file_and_nothing_is_submitted(drive, rows):
    async def steps(console):
        await open_file(console, "rows.csv", until="the column 'nummer' is no parameter")
        await console.press("ctrl+s")
        assert "ctrl+s" not in console.lines[-2]

    rows("nummer", "1", name="rows.csv")
    port = port_of()
    drive(port, steps)
    assert [] == [one for one in port.commands if isinstance(one, CheckTasks | SubmitTasks)]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere", "nowhere: cannot be read: No such file or directory"),
        (".", ". is a folder; name a file in it"),
        ("empty", "empty is empty"),
        ("binary", "binary is binary, not text with a row a line"),
        ("", "no file is named"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_another_file_may_follow(
    drive, rows, tmp_path, name, said
):
    async def steps(console):
        await open_file(console, name, until=said)
        await console.press("ctrl+u")
        await console.type("rows.txt")
        await console.press("enter")
        await console.until(lambda: "submits the row" in console.text)

    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\0\1\2")
    rows("1")
    drive(port_of(), steps)


def test_a_path_is_completed_by_tab_and_its_completions_are_offered(drive, rows):
    async def steps(console):
        await open_file(console, "ro", until="cannot be read")
        await console.press("tab")
        await console.until(lambda: "rows.csv   rows.txt" in console.text)
        await console.type("t")
        await console.press("tab")
        await console.until(lambda: "rows.txt" in console.lines[2])
        await console.press("enter")
        await console.until(lambda: "submits the row" in console.text)

    rows("1")
    rows("1", name="rows.csv")
    drive(port_of(), steps)


def test_typing_makes_what_was_checked_void(drive, rows):
    async def steps(console):
        await open_file(console)
        await console.type("x")
        assert "submits" not in console.text
        assert "line 1" not in console.text
        await console.press("ctrl+s")
        assert "Enter reads and checks the file first" in console.text

    rows("1")
    port = port_of()
    drive(port, steps)
    assert [] == [one for one in port.commands if isinstance(one, SubmitTasks)]


def test_a_file_that_was_changed_after_the_check_is_not_submitted(drive, rows):
    async def steps(console):
        await open_file(console)
        rows("1", "2", "3")
        await console.press("ctrl+s")
        await console.until(lambda: "rows.txt was changed meanwhile" in console.text)
        assert "submitted none" in console.text

    rows("1", "2")
    port = port_of()
    drive(port, steps)
    assert [] == [one for one in port.commands if isinstance(one, SubmitTasks)]


def test_escape_leaves_a_check_that_goes_on_and_another_file_can_be_read(drive, rows):
    let_go = threading.Event()

    class Slow(FakePort):
        def apply(self, command):
            let_go.wait(20)
            return super().apply(command)

    async def steps(console):
        await console.press("B")
        await console.type("account")
        await console.press("enter")
        await console.type("rows.txt")
        await console.pilot.press("enter")
        await console.until(lambda: "checking: " in console.text)
        await console.pilot.press("escape")
        await console.until(lambda: "RUNNING" in console.text)
        let_go.set()
        await console.settle()
        await open_file(console)

    rows("1", "2")
    drive(Slow(busy(), types=[ADD]), steps)


def test_hostile_rows_are_harmless_and_secrets_are_not_shown(drive, tmp_path):
    async def steps(console):
        await open_file(console, "rows.csv")
        assert "\x1b" not in console.text
        assert "number=[/red]␛[2J⟨U+202E⟩" in console.text
        assert "hunter2" not in console.text
        assert "token=env:TOKEN" in console.text

    text = "number,token\n[/red]\x1b[2J\u202e,hunter2\n" + "x" * 100_000 + ",env:TOKEN\n"
    (tmp_path / "rows.csv").write_bytes(text.encode() + b"\xff\xfe,\n")
    drive(port_of(check=wrong(0)), steps)


def test_no_more_bad_rows_are_named_than_are_kept(drive, rows, monkeypatch):
    monkeypatch.setattr(batching, "WRONG", 2)

    async def steps(console):
        await open_file(console, until="no row of it can be submitted")
        assert "4 rows: 0 good, 4 bad" in console.text
        assert "… and 2 more" in console.text
        await console.press("pagedown", "pageup", "down", "up", "shift+tab")

    rows(*"abcd")
    drive(port_of(check=wrong(0, 1, 2, 3)), steps)
