"""The one command, `chasqui-tui`: its arguments, and one line for whatever is wrong with them.

Each subcommand is a file in `chasqui.commands` with ``configure(parser)`` and ``execute(args)``,
which returns the exit status. Nothing is imported for a subcommand but what it needs itself.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from chasqui import __version__
from chasqui.commands.exits import (
    DONE,
    INTERRUPTED,
    READER_GONE,
    UNHEALTHY,
    USAGE,
    combined,
    status_of,
)
from chasqui.commands.streams import discard_output, occupy_closed
from chasqui.commands.words import Unwritable, flush, say, say_as_it_is, show
from chasqui.errors import ChasquiError

COLLECTED_EVERY: Final = 10_000
"""Objects. Modules and waiting tasks stay: to search them for garbage every 700 objects takes a
tenth of a start, and a sixth of what a host needs to take in 100,000 tasks."""

COMMANDS = {
    "serve": "run this engine as a host, for consoles and commands to attach to",
    "attach": "open the console of a host that runs",
    "run": "run a task for every line of the input, and print a JSON line for each",
    "types": "list the task types, or show one",
    "plugins": "list the plugins, or show one in detail",
    "config": "check, show or locate the settings",
    "demo": "open the console with work to watch",
    "info": "show versions, file locations and conflicts",
    "status": "show how a host is; its exit status is a health check",
    "hosts": "list the hosts of this user",
    "log": "show the end of a host's log, also of one that has gone",
    "submit": "give work to a host, a task or one for each line of the input",
    "pause": "have a host start no more tasks, or none of a type",
    "resume": "have a host start tasks again",
    "resize": "set the number of workers of a host's pool",
    "limit": "set how many tasks of a type a host runs at once, and how often they start",
    "strike": "have a host hold the tasks with one value of a parameter, or start them again",
    "cancel": "cancel tasks of a host",
    "prioritize": "have waiting tasks of a host run next, or give them another priority",
    "failures": "list or export the failures that a host keeps",
    "retry": "start failed tasks of a host again",
    "discard": "put failures of a host away",
    "journal": "check, recover or export the file of accepted tasks, or see what it holds",
    "shutdown": "stop a host",
    "completion": "print the completion script for a shell",
    "help": "show a page of the manual, or list its topics",
}
TAILED = ("run", "submit")
"""The commands after which a command or lists may stand, which are no arguments of their own."""
TAIL = ("--", ":::", "::::")
"""What those begin with."""
WORDS = ("run", "submit", "strike", "journal")
"""The commands that take words, as ``name=value`` or a file, also after their options."""
COMPLETE = "complete"  # what that script calls; it is no command for a person


class Format(argparse.HelpFormatter):
    """The form of the help, as wide as the terminal.

    One is made for each option. Left to find the width itself, it imports `shutil` with all
    that compresses: 3 ms.
    """

    def __init__(self, prog: str) -> None:
        try:
            width = int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size(1).columns
        except (OSError, ValueError):
            width = 0
        super().__init__(prog, width=(width or 80) - 2)


class Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        """Print the line and leave with the status for wrong usage."""
        say_as_it_is(f"{self.prog}: {message}; see {self.prog} --help\n")
        self.exit(USAGE)

    def print_help(self, file: Any = None) -> None:
        """Print it as any other result, whose reader may be gone."""
        show(self.format_help().rstrip("\n"))


class Version(argparse.Action):
    """An option that prints the version as any other result."""

    def __call__(self, parser: argparse.ArgumentParser, *rest: object) -> NoReturn:
        """Print it and leave."""
        show(f"chasqui-tui {__version__}")
        parser.exit()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status; its results are written by then."""
    status = DONE
    try:
        status = _status(sys.argv[1:] if argv is None else argv)
        if sys.stdout is not None:
            flush()
    except BrokenPipeError:  # the reader of the output has gone, which is no error
        discard_output()
        return combined([status, READER_GONE])
    except Unwritable as error:
        discard_output()
        say(str(error))
        return combined([status, USAGE])
    except KeyboardInterrupt:  # while the results are written
        return INTERRUPTED
    return status


def _status(argv: Sequence[str]) -> int:
    """Run the command, and say what is wrong with what it was given."""
    try:
        return _main(argv)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else USAGE
    except (Unwritable, BrokenPipeError):
        raise
    except ChasquiError as error:
        for line in str(error).splitlines():
            say(line)
        return status_of(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        from chasqui.commands import crash
        from chasqui.engine.config.places import trusted_file

        crash.tell("the command has failed", error, trusted_file().parent)
        return UNHEALTHY


def _main(argv: Sequence[str]) -> int:
    if argv and argv[0] == COMPLETE:
        from chasqui.commands.complete import answer

        return answer(argv[1:], _parser, COMMANDS)
    if sys.stdout is None:
        raise Unwritable("standard output is closed; give it a file, or /dev/null")
    argv, tail = _without_tail(argv)
    parser = _parser(argv)
    args, words = parser.parse_known_args(argv)
    odd = [word for word in words if word.startswith("-") and word != "-"]
    if odd or (words and args.command not in WORDS):
        name, equals, _ = (odd or words)[0].partition("=")  # its value may be a secret
        parser.error(f"unknown argument {name + equals!r}")
    args.words, args.tail = words, tail
    module = importlib.import_module(f"chasqui.commands.{args.command or 'console'}")
    status: int = module.execute(args)
    return status


def _without_tail(argv: Sequence[str]) -> tuple[Sequence[str], list[str]]:
    """Return the arguments before a command or lists, and those from there on."""
    end = next((at for at, word in enumerate(argv) if word in TAIL), len(argv))
    if not any(word in TAILED for word in argv[:end]):
        return argv, []
    return argv[:end], list(argv[end:])


def _parser(argv: Sequence[str]) -> Parser:
    parser = Parser(
        prog="chasqui-tui",
        parents=[_shared()],
        description="Background work in threads, with an operations console. "
        "Without a command it opens the console of this engine's host, and starts one if needed.",
        epilog="The manual is `chasqui-tui help`.",
        formatter_class=Format,
    )
    parser.add_argument("--version", action=Version, nargs=0, help="show the version and exit")
    parser.add_argument(
        "--here", action="store_true", help="run the engine in the console's own process"
    )
    parser.set_defaults(config=None, no_plugins=False, trust=False)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=Parser, prog=parser.prog
    )
    # The first word is a command, if any is: then nothing is said of the others.
    named = argv[:1] if argv and argv[0] in COMMANDS else list(COMMANDS)
    for name in named:
        summary = COMMANDS[name]
        command = commands.add_parser(
            name,
            parents=[_shared()],
            help=summary,
            description=summary,
            formatter_class=Format,
        )
        if name in argv:
            importlib.import_module(f"chasqui.commands.{name}").configure(command)
    return parser


def _shared() -> Parser:
    """Make the options that stand before or after a command: a new one for each parser."""
    shared = Parser(add_help=False, argument_default=argparse.SUPPRESS, formatter_class=Format)
    shared.add_argument("--config", metavar="FILE", help="the config file (else ./config.toml)")
    shared.add_argument(
        "--no-plugins", action="store_true", help="import no plugins except the built-in one"
    )
    shared.add_argument(
        "--trust",
        action="store_true",
        help="accept what the config starts by itself, and remember that",
    )
    return shared


def entry() -> NoReturn:
    """Run the command as a program of its own: flush, and end whatever is still running."""
    gc.set_threshold(COLLECTED_EVERY)
    occupy_closed()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    status = main()
    with contextlib.suppress(OSError):  # nothing depends on what was said there
        sys.stderr.flush()
    if "logging" in sys.modules:
        sys.modules["logging"].shutdown()
    # Threads that a task has stuck in must not keep the process: all that matters is written.
    os._exit(status)
