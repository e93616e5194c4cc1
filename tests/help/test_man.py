"""The manual page is made from the parser and the tables of the help, so that it has all of them.

`python -m tests.help.test_man` writes it anew. A wheel has it in its data, where `man` finds it.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import chasqui.help
from chasqui import __version__
from chasqui.cli import COMMANDS, _parser
from chasqui.help import topics

FILE = Path(__file__).parents[2] / "chasqui/help/chasqui-tui.1"
HELP = Path(chasqui.help.__file__).parent

FILES = {
    "./config.toml": "The config of a project, if it has a table [engine] and no one else can "
    "write it.",
    "~/.config/chasqui/config.toml": "A user's own config: the tables [console] and [run]. "
    "$XDG_CONFIG_HOME moves it, and on macOS it is in ~/Library/Application Support/chasqui.",
    "~/.local/state/chasqui/": "A folder for each engine, with its journal, its log, what a "
    "console changed and what a stopped run has left. $XDG_STATE_HOME moves it.",
    "$XDG_RUNTIME_DIR/chasqui/": "The sockets of hosts; without that variable chasqui-UID in the "
    "temporary directory.",
}
VARIABLES = {
    "CHASQUI_PLUGINS": "Import only these plugins: names with commas between them.",
    "CHASQUI_DISABLE_PLUGINS": "Never import these plugins.",
    "CHASQUI_SERVE": "If 1, consoles can attach to an engine that a program makes.",
    "NO_COLOR": "If it is not empty, the console has no colours.",
    "TERM": "On a dumb terminal no console opens and no line is drawn again.",
    "TMPDIR": "Where sockets are without $XDG_RUNTIME_DIR.",
    "XDG_CONFIG_HOME, XDG_RUNTIME_DIR, XDG_STATE_HOME": "See FILES.",
}


def page() -> str:
    """Return the page in roff."""
    parser = _parser(["--", *COMMANDS])  # all of them, each with its arguments
    return "".join(f"{line}\n" for line in _lines(parser))


def _lines(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield '.\\" Made by `python -m tests.help.test_man`.'
    yield f'.TH CHASQUI\\-TUI 1 "" "chasqui\\-tui {__version__}" "User Commands"'
    yield from (".SH NAME", "chasqui\\-tui \\- run background work, and see and control it")
    yield from (".SH SYNOPSIS", ".B chasqui\\-tui", _roman("[OPTION ...] [COMMAND ...]"))
    yield from (".SH DESCRIPTION", _roman(parser.description or ""))
    yield from (".SH OPTIONS", *_options(parser))
    yield ".SH COMMANDS"
    for name, command in _commands(parser).items():
        yield from (f".SS {_bold(name)}", _roman(_sentence(command.description or "")))
        yield from (".PP", ".nf", *map(_roman, _usage(command)), ".fi", *_arguments(command))
    yield from (".SH EXIT STATUS", *_table(HELP / "exit-status.md"))
    yield from (".SH FILES", *_pairs(FILES))
    yield from (".SH ENVIRONMENT", *_pairs(VARIABLES))
    yield from (".SH SEE ALSO", _roman("chasqui-tui help TOPIC, where TOPIC is one of:"))
    yield _roman(", ".join(topics()) + ".")


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    return dict(next(found).choices)


def _usage(command: argparse.ArgumentParser) -> list[str]:
    if command.usage is not None:
        return [line.strip() for line in command.usage.splitlines()]
    # Not as argparse writes it, which differs between versions of Python.
    words = [_place(one) for one in command._actions if not one.option_strings]
    return [" ".join([command.prog, "[OPTION ...]", *words])]


def _place(one: argparse.Action) -> str:
    name = _value(one)
    return {"?": f"[{name}]", "*": f"[{name} ...]", "+": f"{name} ..."}.get(str(one.nargs), name)


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    return _arguments(parser, positional=False, shared=True)


def _arguments(
    parser: argparse.ArgumentParser, *, positional: bool = True, shared: bool = False
) -> Iterator[str]:
    """Describe each argument; what stands before a command as well is described once."""
    for one in parser._actions:
        if one.help in (None, argparse.SUPPRESS) or (one.option_strings and one.dest == "help"):
            continue
        if isinstance(one, argparse._SubParsersAction) or (
            not one.option_strings and not positional
        ):
            continue
        if not shared and one.dest in ("config", "no_plugins", "trust"):
            continue
        yield from (".TP", _called(one), _roman(_sentence(_help(one, parser.prog))))


def _called(one: argparse.Action) -> str:
    if not one.option_strings:
        return _italic(_value(one))
    names = ", ".join(_bold(name) for name in one.option_strings)
    return names if one.nargs == 0 else f"{names} {_italic(_value(one))}"


def _value(one: argparse.Action) -> str:
    if one.metavar:
        return one.metavar if isinstance(one.metavar, str) else " ".join(one.metavar)
    return "|".join(map(str, one.choices)) if one.choices else one.dest


def _help(one: argparse.Action, prog: str) -> str:
    return (one.help or "") % {**vars(one), "prog": prog}


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _table(file: Path) -> Iterator[str]:
    """Take the rows of a table of two columns, and the paragraphs after it."""
    _, _, rest = file.read_text(encoding="utf-8").partition("|---|---|\n")
    rows, _, after = rest.partition("\n\n")
    for row in rows.splitlines():
        status, _, meaning = row.strip("| ").partition(" | ")
        yield from (".TP", _bold(status), _roman(_sentence(meaning)))
    for paragraph in after.strip().split("\n\n"):
        yield from (".PP", _roman(" ".join(paragraph.split())))


def _pairs(pairs: dict[str, str]) -> Iterable[str]:
    return (line for key, text in pairs.items() for line in (".TP", _bold(key), _roman(text)))


def _roman(text: str) -> str:
    """Return a text as a line of roff, in which nothing but the text is shown."""
    plain = text.replace("`", "").replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


def _bold(text: str) -> str:
    return f"\\fB{_roman(text)}\\fR"


def _italic(text: str) -> str:
    return f"\\fI{_roman(text)}\\fR"


def test_the_page_has_each_command_with_its_arguments():
    """Run ``python -m tests.help.test_man`` after a change of an argument."""
    assert page() == FILE.read_text(encoding="utf-8")


def test_the_page_names_each_command_and_each_option_of_run():
    text = page().replace("\\-", "-")
    run = _commands(_parser(["--", *COMMANDS]))["run"]

    assert [] == [name for name in COMMANDS if f".SS \\fB{name}\\fR\n" not in text]
    assert [] == [
        one
        for one in run._option_string_actions
        if f"\\fB{one}\\fR" not in text and one not in ("-h", "--help")
    ]


@pytest.mark.parametrize(
    ("text", "roff"), [(".TH", "\\&.TH"), ("'x", "\\&'x"), ("a\\b", "a\\eb"), ("--x", "\\-\\-x")]
)
def test_a_text_is_shown_as_it_is(text, roff):
    assert roff == _roman(text)


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff to read it")
def test_groff_has_nothing_to_say_of_it():
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-rLL=78n", FILE],
        capture_output=True,
        timeout=60,
    )

    assert (0, b"") == (done.returncode, done.stderr)


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(page(), encoding="utf-8")
