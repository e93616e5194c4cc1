"""The options of a task on a command line, which are those of the console's form."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from chasqui.commands.given import Usage
from chasqui.control.commands import SubmitOptions
from chasqui.control.option_texts import OPTIONS, read_options

_METAVARS: Final = {"integer": "N", "duration": "S"}


def configure(parser: ArgumentParser) -> None:
    """Describe the options."""
    for option in OPTIONS:
        about = f"{option.help}: {option.expects}" if option.expects else option.help
        metavar = _METAVARS.get(option.kind, option.name.upper())
        parser.add_argument(option.word, metavar=metavar, help=about)


def options_of(args: Namespace) -> SubmitOptions:
    """Return the options that the arguments say; raises Usage."""
    given = {option.name: getattr(args, option.name) for option in OPTIONS}
    texts = {name: text for name, text in given.items() if text is not None}
    options, problems = read_options(texts)
    for option in OPTIONS:
        if option.name in texts and not texts[option.name].strip():
            problems[option.name] = "must have a value"
        if option.name in problems:
            raise Usage(f"{option.word} {problems[option.name]}")
    if options.key is not None and args.jobs is not None:
        raise Usage("--key is for one task: each line would be the task that has this key already")
    return options
