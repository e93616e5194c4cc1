"""What may stand next on a command line of `chasqui-tui`, read off the command's own parsers.

An argument is completed by its choices, or by the kind of thing that its metavar names.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chasqui.commands.session import CommandSession, open_session
from chasqui.control.details import ParameterInfo
from chasqui.control.safe_text import safe_line
from chasqui.engine.types.fields import Field
from chasqui.help import topics

if TYPE_CHECKING:
    from chasqui.commands.host_candidates import HostCandidates

MakeParser = Callable[[Sequence[str]], argparse.ArgumentParser]

HELP_CAP = 80  # characters of a description: it stands beside the word, on one line
BOOLEANS = {"yes": "", "no": ""}
TAKES_WORDS = ("run", "submit", "strike")
OF_HOST = ("TYPE", "POOL", "TASK", "FAILURE")
"""What a host knows, for the commands that ask one."""


@dataclass(frozen=True)
class Answer:
    """What may be written: words with their descriptions, or file names."""

    words: Mapping[str, str] = field(default_factory=dict)
    files: bool = False
    lead: str = ""
    """What stands before the file name, such as ``path=``."""
    start: str = ""
    """How the file name begins."""


class CommandLine:
    """The words of a command line before the one that is completed, as its parsers take them."""

    def __init__(self, before: Sequence[str], make_parser: MakeParser) -> None:
        self.parser = make_parser(before)
        self.command = ""
        self.options: dict[str, str] = {}
        """The options given so far by their destination, with the value of those that take one."""
        self.others: list[str] = []
        """The words after the command that are no options."""
        self.waiting: argparse.Action | None = None
        """The option whose value comes next."""
        commands = _commands(self.parser)
        for word in before:
            if self.waiting is not None:
                self.options[self.waiting.dest] = word
                self.waiting = None
            elif word.startswith("-") and word != "-":
                self._take_option(word)
            elif not self.command and word in commands:
                self.command, self.parser = word, commands[word]
            else:
                self.others.append(word)

    def option(self, word: str) -> argparse.Action | None:
        """Return the option of this name."""
        return next((one for one in self.parser._actions if word in one.option_strings), None)

    @property
    def host(self) -> HostCandidates | None:
        """The host that the command asks; None: it asks none."""
        is_run_here = self.option("--host") is not None and "on_host" not in self.options
        if self.option("--name") is None or is_run_here:
            return None
        from chasqui.commands.host_candidates import HostCandidates

        return HostCandidates(self.options.get("config"), self.options.get("host"))

    def named(self, *, options: bool) -> list[argparse.Action]:
        """Return the options, or the positional arguments."""
        return [
            one
            for one in self.parser._actions
            if bool(one.option_strings) == options and one.help != argparse.SUPPRESS
        ]

    def _take_option(self, word: str) -> None:
        name, equals, value = word.partition("=")
        option = self.option(name)
        if option is None:
            return
        self.options[option.dest] = value
        if option.nargs != 0 and not equals:
            self.waiting = option


def answer_for(
    words: Sequence[str], make_parser: MakeParser, commands: Mapping[str, str]
) -> Answer:
    """Return what the last of these words may become; it may be empty.

    ``commands`` are the subcommands, each with what it does.
    """
    word = words[-1] if words else ""
    line = CommandLine(words[:-1], make_parser)
    if line.waiting is not None:
        return _value_of(line.waiting, line, "", word)
    if word.startswith("-") and "=" in word:
        name, _, value = word.partition("=")
        option = line.option(name)
        return Answer() if option is None else _value_of(option, line, f"{name}=", value)
    if word.startswith("-"):
        return Answer(_starting(word, _option_words(line)))
    if not line.command:
        return Answer({} if line.others else _starting(word, commands))
    places = line.named(options=False)
    if len(line.others) < len(places):
        return _value_of(places[len(line.others)], line, "", word)
    if places and places[-1].nargs in ("+", "*"):
        return _value_of(places[-1], line, "", word)
    if line.command in TAKES_WORDS and line.others:
        return _for_words(line, word)
    return Answer()


def _commands(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    subparsers = (one.choices for one in parser._actions)
    return next((found for found in subparsers if isinstance(found, dict)), {})


def _option_words(line: CommandLine) -> dict[str, str]:
    return {
        max(option.option_strings, key=len): option.help or ""
        for option in line.named(options=True)
        if option.dest not in line.options
    }


def _value_of(argument: argparse.Action, line: CommandLine, lead: str, value: str) -> Answer:
    """Return what an argument may be; ``lead`` stands before the value in its word."""
    if argument.choices is not None:
        found: dict[str, str] = dict.fromkeys(map(str, argument.choices), "")
    elif argument.metavar == "HOST":
        found = _names_of_hosts()
    elif line.host is not None and argument.metavar in OF_HOST:
        found = line.host.of(argument.metavar)
    elif argument.metavar == "TYPE":
        found = {name: one.help for name, one in _session(line).engine().types.items()}
    elif argument.metavar == "NAME":
        found = {info.name: info.package for info in _session(line).plugins.found()}
    elif argument.metavar == "TOPIC":
        found = topics()
    elif argument.metavar == "PARAM":
        found = {one.name: one.help for one in _fields(line)}
    elif argument.metavar and "FILE" in argument.metavar:
        return Answer(files=True, lead=lead, start=value)
    else:
        found = {}
    return Answer({lead + one: help for one, help in _starting(value, found).items()})


def _for_words(line: CommandLine, word: str) -> Answer:
    """Complete what follows the type: ``name=value``, and the input file of --each."""
    name, equals, value = word.partition("=")
    fields = {one.name: one for one in _fields(line)}
    if equals and name in fields:
        return _for_value(fields[name], f"{name}=", value)
    given = {other.partition("=")[0] for other in line.others} | {line.options.get("each")}
    found = _starting(word, {f"{n}=": _about(one) for n, one in fields.items() if n not in given})
    if not found and "each" in line.options:
        return Answer(files=True, start=word)
    return Answer(found)


def _names_of_hosts() -> dict[str, str]:
    from chasqui.commands.host_candidates import names_of_hosts

    return names_of_hosts()


def _for_value(field: Field | ParameterInfo, lead: str, value: str) -> Answer:
    if field.kind == "path":
        return Answer(files=True, lead=lead, start=value)
    found = dict.fromkeys(field.choices, "") if field.kind == "choice" else {}
    if field.kind == "boolean":
        found = BOOLEANS
    return Answer({lead + one: help for one, help in _starting(value, found).items()})


def _about(field: Field | ParameterInfo) -> str:
    about = field.help or field.expects
    if field.required:
        return about.strip()
    default = field.default if isinstance(field, ParameterInfo) else field.text_of(field.default)
    return f"{about} [{default or ''}]".strip()


def _fields(line: CommandLine) -> Iterable[Field | ParameterInfo]:
    name = next(iter(line.others), "")
    if line.host is not None:
        return line.host.fields(name)
    return _session(line).engine().type(name).parameters.fields


def _session(line: CommandLine) -> CommandSession:
    options = {"config": line.options.get("config"), "no_plugins": "no_plugins" in line.options}
    return open_session(argparse.Namespace(**options, trust=False))


def _starting(word: str, found: Mapping[str, str]) -> dict[str, str]:
    return {
        one: safe_line(" ".join(help.split()), HELP_CAP)
        for one, help in found.items()
        if one.startswith(word) and one.isprintable()
    }
