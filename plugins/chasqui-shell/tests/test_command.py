"""What is to run, from what is given."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chasqui_shell.command import CannotRun, environment_of, folder_of, program_of, words_of


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("echo a  b", ["echo", "a", "b"]),
        ("""printf '%s\n' "a b" c\\ d ''""", ["printf", "%s\n", "a b", "c d", ""]),
        ("echo $HOME `id` *; ls|cat", ["echo", "$HOME", "`id`", "*;", "ls|cat"]),
        (["echo", "a b", "'", ""], ["echo", "a b", "'", ""]),
        ("[ -f x ]", ["[", "-f", "x", "]"]),
    ],
)
def test_a_text_is_split_and_nothing_else(command, words):
    assert words == words_of(command)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("", "the command is empty"),
        ("  ", "the command is empty"),
        ([], "the command is empty"),
        (["", "x"], "the command is empty"),
        ("echo 'a", "cannot be split: No closing quotation"),
        ("echo a\\", "cannot be split: No escaped character"),
        ("echo a\0b", "the command has a NUL character"),
        (["echo", "a\0b"], "the command has a NUL character"),
        (
            ["echo", "\ud800"],
            r"the command has the character '\\ud800', which no program can be given",
        ),
        ('["sleep", 1]', "a list in JSON, given as a text; its words must be texts, got 1"),
        (' ["a", null]', "its words must be texts, got null"),
        ('["echo", "a"]', "a list in JSON, given as a text; give the list itself"),
        ("'" + "x" * 5000, 'x{199}…" cannot be split'),
    ],
)
def test_a_command_that_is_none_is_refused_in_a_sentence(command, says):
    with pytest.raises(CannotRun, match=says):
        words_of(command)


@pytest.mark.parametrize("command", ["[ -e x ]", "[", "[" * 5000])
def test_a_text_that_begins_as_a_list_and_is_none_is_a_command(command):
    assert command.split() == words_of(command)


def test_a_name_is_looked_up_in_the_path_and_a_path_in_the_folder(tmp_path, monkeypatch):
    for folder in ("bin", "here"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "tool").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    assert tmp_path / "bin" / "tool" == program_of("tool", tmp_path / "here", [])
    assert tmp_path / "here" / "tool" == program_of("./tool", tmp_path / "here", [])
    assert tmp_path / "bin" / "tool" == program_of(str(tmp_path / "bin/tool"), tmp_path, [])


def test_a_program_that_has_moved_is_found_again(tmp_path, monkeypatch):
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path}/first:{tmp_path}/second")
    with pytest.raises(CannotRun, match="there is no program 'tool'"):
        program_of("tool", tmp_path, [])
    (tmp_path / "first/tool").touch(0o755)
    assert tmp_path / "first/tool" == program_of("tool", tmp_path, [])

    (tmp_path / "first/tool").rename(tmp_path / "second/tool")

    assert tmp_path / "second/tool" == program_of("tool", tmp_path, [])
    monkeypatch.setenv("PATH", f"{tmp_path}/first")
    with pytest.raises(CannotRun, match="there is no program 'tool'"):
        program_of("tool", tmp_path, [])


def test_a_relative_path_of_path_does_not_depend_on_the_commands_folder(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "tool").touch(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "bin")

    assert tmp_path / "bin" / "tool" == program_of("tool", Path("/"), [])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("no-such-program", "there is no program 'no-such-program' on PATH"),
        ("./gone", "gone does not exist"),
        ("./folder", "folder is a folder"),
        ("./plain", "plain is not executable by this user"),
    ],
)
def test_what_cannot_be_executed_is_said(tmp_path, name, says):
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain").touch(0o644)

    with pytest.raises(CannotRun, match=says):
        program_of(name, tmp_path, [])


@pytest.mark.parametrize("name", ["cat", "/bin/echo", "./echo"])
def test_only_allowed_programs_run_and_only_by_the_name_that_is_allowed(tmp_path, name):
    assert program_of("echo", tmp_path, ["echo", "ls"]).name == "echo"
    with pytest.raises(CannotRun, match=f"{name}' is not allowed here"):
        program_of(name, tmp_path, ["echo", "ls"])


def test_a_folder_must_be_one(tmp_path):
    (tmp_path / "file").touch()

    assert Path.cwd() == folder_of(None)
    assert tmp_path == folder_of(tmp_path)
    with pytest.raises(CannotRun, match="gone does not exist"):
        folder_of(tmp_path / "gone")
    with pytest.raises(CannotRun, match="file is not a folder"):
        folder_of(tmp_path / "file")
    with pytest.raises(CannotRun, match="cwd has a NUL character"):
        folder_of(Path("a\0b"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder")
def test_a_folder_that_may_not_be_entered_is_said(tmp_path):
    tmp_path.chmod(0o600)

    with pytest.raises(CannotRun, match="may not be entered"):
        folder_of(tmp_path)


def test_a_command_sees_the_usual_variables_and_those_that_are_named(monkeypatch):
    for name in os.environ:
        monkeypatch.delenv(name)
    for name in ("PATH", "HOME", "LC_TIME", "TOKEN", "PASSED", "LC", "PATHS"):
        monkeypatch.setenv(name, name.lower())

    assert {b"PATH": b"path", b"HOME": b"home", b"LC_TIME": b"lc_time"} == environment_of([], {})
    assert {
        b"PATH": b"path",
        b"HOME": b"mine",
        b"LC_TIME": b"lc_time",
        b"PASSED": b"passed",
        b"NEW": b"a=b",
    } == environment_of(["PASSED", "ABSENT"], {"HOME": "mine", "NEW": "a=b"})


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ({"": "x"}, "env has the name ''"),
        ({"A=B": "x"}, "env has the name 'A=B'"),
        ({"A": "x\0"}, "env 'A' has a NUL character"),
        ({"A": "\ud800"}, r"env 'A' has the character '\\ud800'"),
        ({"\ud800": "x"}, r"env '\\ud800' has the character '\\ud800'"),
    ],
)
def test_a_variable_that_cannot_be_is_refused(extra, says):
    with pytest.raises(CannotRun, match=says):
        environment_of([], extra)


def test_the_engines_own_folder_may_be_gone(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(CannotRun, match="was started in is gone; give another as cwd"):
        folder_of(None)


@pytest.mark.parametrize("name", ["/" + "x" * 5000, "./loop", "x" * 5000])
def test_a_name_that_no_file_can_have_is_refused_in_a_sentence(tmp_path, name):
    (tmp_path / "loop").symlink_to("loop")

    with pytest.raises(CannotRun) as refused:
        program_of(name, tmp_path, [])

    assert len(str(refused.value)) < 300


def test_a_folder_that_no_name_can_be_of_is_refused_in_a_sentence():
    with pytest.raises(CannotRun, match="cannot be looked at: "):
        folder_of(Path("/" + "x" * 5000))
