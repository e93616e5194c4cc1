"""The one command, `chasqui-tui`: its arguments, and one line for whatever is wrong with them.

Each subcommand is a file in `chasqui.commands` with ``configure(parser)`` and ``execute(args)``,
which returns the exit status. Nothing is imported for a subcommand but what it needs itself.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from chasqui import __version__
from chasqui.commands.exits import DONE, INTERRUPTED, READER_GONE, USAGE, status_of
from chasqui.commands.words import say
from chasqui.errors import ChasquiError

COMMANDS = {
    "run": "run a task for every line of the input, and print a JSON line for each",
    "types": "list the task types, or show one",
    "plugins": "list the plugins, or show what became of one",
    "config": "check, show or locate the settings",
    "demo": "open the console over an engine with work to watch",
    "info": "say which versions and files are in use, and what clashes",
    "completion": "print the script that completes this command in a shell",
}
COMPLETE = "complete"  # what that script calls; it is no command for a person


class Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        """Print the line and leave with the status for wrong usage."""
        self.exit(USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    try:
        return _main(sys.argv[1:] if argv is None else argv)
    except ChasquiError as error:
        for line in str(error).splitlines():
            say(line)
        return status_of(error)
    except BrokenPipeError:
        # Whoever read the output has gone. What Python would still flush goes nowhere, in silence.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return READER_GONE
    except KeyboardInterrupt:
        return INTERRUPTED


def _main(argv: Sequence[str]) -> int:
    if argv and argv[0] == COMPLETE:
        from chasqui.commands.complete import answer

        return answer(argv[1:], _parser, COMMANDS)
    parser = _parser(argv)
    args, words = parser.parse_known_args(argv)
    odd = [word for word in words if word.startswith("-") and word != "-"]
    if odd or (words and args.command != "run"):
        parser.error(f"unknown argument {(odd or words)[0]!r}")
    args.words = words
    module = importlib.import_module(f"chasqui.commands.{args.command or 'console'}")
    status: int = module.execute(args)
    sys.stdout.flush()
    return status


def _parser(argv: Sequence[str]) -> Parser:
    parser = Parser(
        prog="chasqui-tui",
        parents=[_shared()],
        description="Background work in threads, with an operations console. "
        "Without a command it opens the console.",
    )
    parser.add_argument("--version", action="version", version=f"chasqui-tui {__version__}")
    parser.set_defaults(config=None, no_plugins=False, trust=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, parents=[_shared()], help=summary, description=summary)
        if name in argv:
            importlib.import_module(f"chasqui.commands.{name}").configure(command)
    return parser


def _shared() -> Parser:
    """Make the options that stand before or after a command: a new one for each parser."""
    shared = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--config", metavar="FILE", help="the config file (else ./config.toml)")
    shared.add_argument(
        "--no-plugins", action="store_true", help="import no plugins but the built-in one"
    )
    shared.add_argument(
        "--trust", action="store_true", help="accept, once, what the config starts by itself"
    )
    return shared


def entry() -> NoReturn:
    """Run the command as a program of its own: flush, and end whatever is still running."""
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    status = DONE
    try:
        status = main()
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else USAGE
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            status = status or READER_GONE
    if "logging" in sys.modules:
        sys.modules["logging"].shutdown()
    # Threads that a task has stuck in must not keep the process: all that matters is written.
    os._exit(status)
