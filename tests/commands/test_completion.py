"""Completion: by the shells themselves, each where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chasqui.cli import COMMANDS

pytestmark = pytest.mark.slow

PAINTER = """
from pathlib import Path
from typing import Annotated, Literal
from chasqui import Help, hookimpl, task

print("a plugin that prints")

@task
def paint(
    picture: Path,
    color: Annotated[Literal["red", "royal: blue"], Help("of the paint")] = "red",
    dry: bool = False,
) -> None:
    "Paint a picture."

@hookimpl
def chasqui_tasks():
    return [paint]
"""


@pytest.fixture(autouse=True)
def _setting(plugin, tmp_path, monkeypatch):
    """Have a plugin, two files, and a chasqui-tui on PATH."""
    plugin("painter", PAINTER)
    (tmp_path / "my picture.png").touch()
    (tmp_path / "my:picture.svg").touch()
    command = tmp_path / "bin" / "chasqui-tui"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m chasqui "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(command.parent), prepend=os.pathsep)


def ask(shell: str, code: str, *words: str, folder: Path) -> list[str]:
    """Run code in a shell, and return what it prints; it may not complain."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run(
        [shell, "-c", code, *words], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert ("", 0) == (done.stderr, done.returncode)
    return done.stdout.splitlines()


@pytest.fixture
def bash(tmp_path):
    """Complete words as bash has taken them apart, and return its replies."""

    def bash(*words: str, more: str = "") -> list[str]:
        code = (
            f'eval "$(chasqui-tui completion bash)"; {more}\nCOMP_WORDS=("$@"); '
            'COMP_CWORD=$(($# - 1)); _chasqui_tui; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        replies = ask("bash", code, "bash", "chasqui-tui", *words, folder=tmp_path)
        return [reply for reply in replies if reply]

    return bash


@pytest.fixture
def fish(tmp_path):
    """Complete a line in fish."""

    def fish(line: str) -> list[str]:
        code = "chasqui-tui completion fish | source; complete -C $argv[1]"
        return ask("fish", code, line, folder=tmp_path)

    return fish


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ru"], ["run"]),
        (["config", "sh"], ["show"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["plugins", "pa"], ["painter"]),
        (["types", "painter."], ["painter.paint"]),
        (["help", "ex"], ["executor", "exit-status"]),
        (["run", "painter."], ["painter.paint"]),
        (["run", "painter.paint", ""], ["picture=", "color=", "dry="]),
        (["run", "painter.paint", "dry", "=", "yes", "c"], ["color="]),
        (["run", "painter.paint", "dry", "=", "yes", ""], ["picture=", "color="]),
        (["run", "painter.paint", "color", "="], ["red", "'royal: blue'"]),
        (["run", "painter.paint", "color", "=", "ro"], ["'royal: blue'"]),
        (["run", "painter.paint", "dry", "=", "n"], ["no"]),
        (["run", "painter.paint", "--each", "pi"], ["picture"]),
        (["run", "painter.paint", "--each", "picture", "my\\ p"], ["my picture.png"]),
        (["run", "painter.paint", "picture", "=", "my\\ "], ["my picture.png"]),
        (["run", "painter.paint", "picture", "=", '"my p'], ["my picture.png"]),
        (["run", "painter.paint", "picture", "=", "my", ":", "p"], ["picture.svg"]),
        (["run", "painter.paint", "--fai"], ["--failures"]),
        (["run", "--jobs", "my\\ "], ["my picture.png"]),
        (["--no-plugins", "run", "painter."], []),
        (["--config", "=", "my", ":"], ["picture.svg"]),
        (["--config", "my", ":"], ["picture.svg"]),
        (["--tr"], ["--trust"]),
        (["run", "painter.nothing", ""], []),
        (["nonsense", "pa"], []),
        (["run", "--config", "gone.toml", "pa"], []),
        (["info", "x"], []),
    ],
)
def test_bash_completes(bash, words, expected):
    assert expected == bash(*words)


def test_bash_completes_every_command(bash):
    assert list(COMMANDS) == bash("")


def test_bash_that_does_not_split_words_gets_whole_ones(bash):
    more = 'COMP_WORDBREAKS=" "'

    assert ["dry=no"] == bash("run", "painter.paint", "dry=n", more=more)
    assert ["picture=my:picture.svg"] == bash("run", "painter.paint", "picture=my:", more=more)


def test_a_name_is_followed_by_no_space_in_bash(terminal, tmp_path):
    if shutil.which("bash") is None or subprocess.run(["bash", "-c", "type -t compopt"]).returncode:
        pytest.skip("there is no bash of version 4 or later")
    shell = terminal("bash", "--norc", "-i")
    shell.press("PS1='$ '; eval \"$(chasqui-tui completion bash)\"; clear; echo rea''dy\n")
    shell.await_text("ready")
    shell.press("chasqui-tui run painter.paint pic\tmy\\ \tdr\ty\t.\n")

    shell.await_text(r"painter.paint picture=my\\ picture.png dry=yes \.")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ru", [f"run\t{COMMANDS['run']}"]),
        ("run painter.", ["painter.paint\tPaint a picture."]),
        ("run painter.paint co", ["color=\tof the paint [red]"]),
        ("run painter.paint color=ro", ["color=royal: blue"]),
        ("run painter.paint dry=", ["dry=no", "dry=yes"]),
        ("run painter.paint picture=my\\ ", ["picture=my picture.png"]),
        ("--config=my:", ["--config=my:picture.svg"]),
        ("--config my:", ["my:picture.svg"]),
        ("run painter.paint picture=x ", ["color=\tof the paint [red]", "dry=\tyes or no [no]"]),
        ("run painter.nothing ", []),
    ],
)
def test_fish_completes(fish, line, expected):
    found = [one.rstrip("\t") for one in fish(f"chasqui-tui {line}")]

    assert expected == sorted(found)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("ru\t", "chasqui-tui run$"),
        ("run painter.p\t.", r"run painter\.paint \."),
        ("run painter.paint col\tro\t.", r"color=royal:\\ blue \."),
        ("run painter.paint dr\ty\t.", r"dry=yes \."),
        ("run painter.paint pic\tmy\\ \t.", r"picture=my\\ picture\.png \."),
        ("--config=my:\t.", r"--config=my:picture\.svg \."),
        ("run painter.paint \t\t", r"color=\s+-- of the paint \[red\]"),
    ],
)
def test_zsh_completes(terminal, typed, shown):
    if shutil.which("zsh") is None:
        pytest.skip("zsh is not installed")
    shell = terminal("zsh", "-f", "-i")
    shell.press(
        "PS1='$ '; autoload -U compinit; compinit -u -D; source <(chasqui-tui completion zsh); "
        "clear; echo rea''dy\n"
    )
    shell.await_text("ready")
    shell.press(f"chasqui-tui {typed}")

    shell.await_text(f"(?m){shown}")


def test_what_fails_is_silent(chasqui, plugin):
    plugin("broken", "import os\nos.write(1, b'loud')\nos.write(2, b'loud')\nraise ValueError\n")
    for words in (
        ["fish", "--", "chasqui-tui", "run", "painter."],
        ["fish", "--", "chasqui-tui", "run", "nonsense.", "x"],
        ["bash", "x", "--"],
        ["tcsh", "--", "x"],
        ["--"],
        [],
    ):
        done = chasqui("complete", *words)

        assert (0, b"") == (done.returncode, done.stderr)
        assert b"loud" not in done.stdout


def test_a_plugin_that_hangs_does_not_hold_up_the_shell(plugin):
    plugin("slow", "import time\ntime.sleep(3600)\n")
    code = (
        "from chasqui.cli import COMMANDS, _parser\nfrom chasqui.commands import complete\n"
        "complete.PATIENCE = 0.2\n"
        "complete.answer(['fish', '--', 'chasqui-tui', 'run', 'p'], _parser, COMMANDS)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)

    assert (0, b"", b"") == (done.returncode, done.stdout, done.stderr)
