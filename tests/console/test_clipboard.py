"""Copying: what of a task, in which way to the clipboard, and that the way is named."""

from __future__ import annotations

import base64
import json
import stat

import pytest

from chasqui.console.acting import copying
from chasqui.console.clipboard import MOST, copy_text, wrapped_for
from chasqui.console.model.copying import as_json, parts_of
from chasqui.control.fake import FakePort
from chasqui.control.port import TaskDetail, TaskTypeInfo
from chasqui.control.safe_text import SafeText
from chasqui.secret import MASK
from tests.console.rows import NOW, failures, snapshot, waiting

XTERM = {"TERM": "xterm-256color"}


@pytest.fixture
def bin(tmp_path, monkeypatch):
    """Return a folder that alone is searched for tools; its home is beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return folder


def tool(folder, name, status=0):
    """Make a tool that keeps what it gets in a file beside it."""
    file = folder / name
    file.write_text(f'#!/bin/sh\n/bin/cat > "{file}.got"\nexit {status}\n')
    file.chmod(0o755)
    return folder / f"{name}.got"


def copied(text, environ):
    sent: list[str] = []
    return copy_text(text, "x.txt", sent.append, environ), "".join(sent)


def osc(text):
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a"


def test_a_tool_of_the_desktop_is_used_and_named(bin):
    got = tool(bin, "xclip")
    assert ("by xclip", "") == copied("é\n", {**XTERM, "DISPLAY": ":0"})
    assert "é\n" == got.read_text()


def test_a_tool_that_fails_is_followed_by_the_next(bin):
    tool(bin, "wl-copy", status=1)
    tool(bin, "xsel")
    assert "by xsel" == copied("a", {**XTERM, "DISPLAY": ":0", "WAYLAND_DISPLAY": "w"})[0]


def test_over_ssh_the_terminal_is_asked_and_no_desktop_of_the_far_machine(bin):
    got = tool(bin, "xclip")
    how, sent = copied("a", {**XTERM, "DISPLAY": ":0", "SSH_CONNECTION": "1"})
    assert ("OSC 52" in how, osc("a")) == (True, sent)
    assert not got.exists()


def test_tmux_takes_a_text_itself_and_is_passed_through_where_it_cannot(bin):
    environ = {**XTERM, "TMUX": "/tmp/tmux,1,0"}
    assert "\x1bPtmux;\x1b" + osc("a") + "\x1b\\" == copied("a", environ)[1]
    got = tool(bin, "tmux")
    assert ("to tmux, and by it to the terminal", "") == copied("a", environ)
    assert "a" == got.read_text()


def test_screen_gets_a_long_sequence_in_pieces():
    wrapped = wrapped_for(osc("x" * 600), {"STY": "1.pts"})
    pieces = wrapped.split("\x1b\\")[:-1]
    assert all(piece.startswith("\x1bP") and len(piece) <= 252 for piece in pieces)
    assert osc("x" * 600) == "".join(piece[2:] for piece in pieces)


@pytest.mark.parametrize(("text", "term"), [("x" * MOST, "xterm"), ("x", "linux"), ("x", "")])
def test_what_no_terminal_takes_goes_into_a_file_that_only_its_user_reads(
    bin, tmp_path, text, term
):
    how, sent = copied(text, {"TERM": term, "HOME": str(tmp_path)})
    file = tmp_path / "state" / "chasqui" / "copied" / "x.txt"
    assert ("to the file ~/state/chasqui/copied/x.txt", "") == (how, sent)
    assert text == file.read_text()
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)


FAILED = TaskDetail(
    number=3,
    type=SafeText("demo.fail"),
    state="failed",
    created=NOW,
    params=((SafeText("path"), SafeText("/a b")), (SafeText("deep"), SafeText("true"))),
    error=SafeText("ValueError: broken"),
    traceback=SafeText("Traceback\n  one\n"),
)


def port_of(one=FAILED):
    info = TaskTypeInfo(name="demo.fail", plugin="demo", help=SafeText(""))
    return FakePort(
        snapshot(), backlog=waiting(3), failures=failures(3), details={3: one}, types=[info]
    )


PARTS = [
    ("n", "number", "3"),
    ("p", "parameters", "path=/a b\ndeep=true"),
    ("e", "error", "ValueError: broken"),
    ("t", "traceback", "Traceback\n  one\n"),
    ("c", "command", "chasqui-tui run demo.fail 'path=/a b' deep=true"),
    ("j", "JSON", as_json(FAILED)),
]


@pytest.mark.slow
@pytest.mark.parametrize("opened", [(), ("enter",)])
def test_y_and_a_letter_copy_a_part_of_a_task(drive, bin, monkeypatch, opened):
    monkeypatch.setenv("DISPLAY", ":0")
    got = tool(bin, "xclip")

    async def steps(console):
        await console.press("2", *opened)
        for key, name, text in PARTS:
            await console.press("y", key)
            assert f"copied the {name} by xclip" in console.text
            assert text == got.read_text(), name

    drive(port_of(), steps)


@pytest.mark.slow
def test_the_terminal_gets_the_sequence(drive, bin, monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(copying, "send_to_terminal", lambda _, sequence: sent.append(sequence))

    async def steps(console):
        await console.press("2", "y", "e")
        assert "through the terminal (OSC 52); if it forbids that: y f" in console.text
        await console.press("y", "f")
        assert "wrote task 3 to ~/state/chasqui/copied/task-3.json" in console.text

    drive(port_of(), steps)
    assert [osc("ValueError: broken")] == sent


def test_a_letter_that_comes_before_the_menu_is_no_command(drive, bin):
    async def steps(console):
        await console.press("2")
        await console.burst("y", "p")

    port = port_of()
    drive(port, steps)
    assert [] == port.commands


def test_a_task_that_is_gone_is_said_to_be(drive, bin):
    async def steps(console):
        await console.press("2", "y")
        assert "nothing is kept any more of task 3" in console.text

    port = port_of()
    port.details.clear()
    drive(port, steps)


@pytest.mark.parametrize("value", [MASK, "cut…"])
def test_no_command_is_offered_that_would_not_be_the_same(value):
    secret = TaskDetail(
        number=1,
        type=SafeText("demo.fail"),
        state="queued",
        params=((SafeText("token"), SafeText(value)),),
    )
    assert "command" not in [part.name for part in parts_of(secret, ["demo.fail"])]
    assert "command" not in [part.name for part in parts_of(FAILED, [])]


def test_json_of_a_task_has_its_facts_and_nothing_of_how_it_was_read():
    found = json.loads(as_json(FAILED))
    assert ("failed", [["path", "/a b"], ["deep", "true"]]) == (found["state"], found["params"])
    assert "log_cursor" not in found
