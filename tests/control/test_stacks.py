"""The stack of a worker as a console sees it: own frames marked, harmless, without any value."""

from __future__ import annotations

import os
import sysconfig
import threading
import time

import pytest

from chasqui import Context, Engine, task
from chasqui.control import sources
from chasqui.control.local import LocalPort
from chasqui.control.sources import Sources
from chasqui.control.stacks import short
from tests.control.wired import WiredPort
from tests.present import present
from tests.waiting import until

WAIT = 10.0
GATE = threading.Event()


@task
def waits(ctx: Context, account: str) -> None:
    """Wait in the standard library."""
    value = account + "!"
    assert GATE.wait(WAIT), value


@task
def sleeps(ctx: Context) -> None:
    """Wait in Chasqui's own code."""
    ctx.sleep(WAIT)


@task
def strange(ctx: Context) -> None:
    """Wait in code with a strange file and name."""
    scope = {"wait": GATE.wait}
    code = compile("def here():\n wait(10)\nhere()", "\x1b[2J\n\udce9" + "x" * 9000, "exec")
    exec(code, scope)


@pytest.fixture
def engine():
    GATE.clear()
    with Engine(workers=1, plugins=["demo"]) as engine:
        for one in (waits, sleeps, strange):
            engine.register(one)
        yield engine
        GATE.set()
        engine.shutdown(0, drain=False)  # it asks bodies that sleep to stop


def seen(engine, function):
    """Return the stack once its innermost frame is of this function."""
    port = WiredPort(LocalPort(engine))

    def there():
        stack = port.stack("w01")
        return stack is not None and stack.frames and stack.frames[0].function == function

    until(there)
    return present(port.stack("w01"))


def test_frames_of_the_users_code_are_told_from_those_of_libraries(engine):
    number = engine.submit("app.waits", {"account": "hunter2"}).number
    stack = seen(engine, "Condition.wait")

    assert ("w01", number, "app.waits") == (stack.worker, stack.task, stack.type)
    own = [frame for frame in stack.frames if frame.own]
    assert ["control/test_stacks.py"] == [frame.file for frame in own]
    assert ["waits"] == [frame.function for frame in own]
    assert ["threading.py"] * 2 == [frame.file for frame in stack.frames if not frame.own]
    assert stack.since <= stack.looked


def test_a_frame_has_its_line_of_code(engine):
    engine.submit("app.waits", {"account": "hunter2"})
    seen(engine, "Condition.wait")
    port = LocalPort(engine)
    until(lambda: present(port.stack("w01")).frames[-1].code)
    assert "assert GATE.wait(WAIT), value" == present(port.stack("w01")).frames[-1].code


def test_no_value_of_a_variable_is_in_a_stack(engine):
    engine.submit("app.waits", {"account": "hunter2"})
    assert "hunter2" not in str(seen(engine, "Condition.wait"))


def test_frames_of_chasqui_are_not_the_users(engine):
    engine.submit("app.sleeps")
    stack = seen(engine, "wait_for")
    assert ["sleeps"] == [frame.function for frame in stack.frames if frame.own]
    assert "chasqui/pool/locks.py" == stack.frames[0].file


def test_the_body_of_a_plugin_is_the_users_wherever_it_is_installed(engine):
    engine.submit("demo.sleep", {"seconds": 10})
    stack = seen(engine, "wait_for")
    assert ["sleep"] == [frame.function for frame in stack.frames if frame.own]


def test_a_file_of_any_name_is_shown_harmlessly(engine):
    engine.submit("app.strange")
    stack = seen(engine, "Condition.wait")
    (here,) = [frame for frame in stack.frames if frame.function == "here"]
    assert len(here.file) <= 200
    assert here.file.isprintable()


def test_a_worker_without_a_task_has_no_frames_and_an_unknown_one_no_stack(engine):
    port = LocalPort(engine)
    idle = present(port.stack("w01"))
    assert (None, ()) == (idle.task, idle.frames)
    assert port.stack("w99") is None
    assert port.stack("w01", "elsewhere") is None
    assert "w01" == present(port.stack("w01", "default")).worker


@pytest.mark.parametrize(
    ("file", "shown"),
    [
        ("/srv/shop/app/imports.py", "app/imports.py"),
        (f"{sysconfig.get_path('stdlib')}/json/decoder.py", "json/decoder.py"),
        (f"{sysconfig.get_path('stdlib')}/site-packages/httpx/_client.py", "httpx/_client.py"),
        ("/usr/lib/python3/dist-packages/apt/cache.py", "apt/cache.py"),
        ("<string>", "<string>"),
        ("", ""),
    ],
)
def test_a_file_is_named_by_what_a_person_knows_it_by(file, shown):
    assert shown == short(file)


# Lines of files


def read(places):
    lines = Sources()
    until(lambda: len(lines.lines(places)) == len(places))
    return lines.lines(places)


def test_lines_are_read_without_their_indentation_and_bounded(tmp_path):
    file = tmp_path / "a.py"
    file.write_bytes(b"one\r\n    two = '\xff'\n" + b"x" * 9000)
    found = read([(str(file), number) for number in (1, 2, 3, 4, 0)])
    assert ["one", "two = '\ufffd'", "x" * sources.LINE, "", ""] == list(found.values())


def test_only_regular_files_of_a_moderate_size_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "LARGEST", 10)
    pipe, large = str(tmp_path / "pipe"), tmp_path / "large.py"
    os.mkfifo(pipe)
    large.write_text("too much text\n")
    strange = [pipe, "/dev/zero", str(tmp_path), str(large), "nul\0l", str(tmp_path / "none.py")]
    assert [""] * len(strange) == list(read([(one, 1) for one in strange]).values())


def test_a_disk_that_does_not_answer_holds_up_nobody_for_long(tmp_path, monkeypatch):
    answer = threading.Event()

    def slow(file, numbers):
        assert answer.wait(WAIT)
        return {(file, number): "late" for number in numbers}

    monkeypatch.setattr(sources, "_lines_of", slow)
    lines = Sources()
    began = time.monotonic()
    assert {} == lines.lines([("a.py", 1)])
    assert time.monotonic() - began < WAIT / 2
    assert {} == lines.lines([("a.py", 1)])
    answer.set()
    until(lambda: lines.lines([("a.py", 1)]) == {("a.py", 1): "late"})


def test_a_bounded_number_of_lines_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "KEPT", 3)
    file = tmp_path / "a.py"
    file.write_text("one\ntwo\nthree\nfour\n")
    lines = Sources()
    for number in (1, 2, 3, 4):
        until(lambda number=number: lines.lines([(str(file), number)]))
    assert 3 == len(lines._lines)
