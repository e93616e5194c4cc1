"""The options of the input, which `run` and `submit` share."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from chasqui import numbers
from chasqui.commands.given import Usage

LISTS: Final = (":::", "::::", ":::+", "::::+")
"""What a list of the command line begins with: of values or of files, with ``+`` linked."""
COMMAND: Final = "--"
SHELL_TYPE: Final = "shell.run"
USUAL_BLOCK: Final = "1M"

List = tuple[str, list[str]]


def configure(parser: ArgumentParser) -> None:
    """Describe them."""
    parser.epilog = (
        "Lists stand last: ::: VALUE ... makes a task of each value, :::: FILE ... of each line of "
        "files; several lists give every combination. See chasqui-tui help run."
    )
    parser.add_argument(
        "--each",
        action="append",
        metavar="PARAM",
        help="the parameter that takes each line, or the next column; PARAM=@FILE: each of FILE",
    )
    parser.add_argument("--input", action="append", metavar="FILE", help="read lines of FILE, or -")
    parser.add_argument("--glob", action="append", metavar="PATTERN", help="each path is a line")
    parser.add_argument(
        "-0", "--null", dest="nul", action="store_true", help="input lines end with NUL"
    )
    # It looks like a number, and then argparse takes each negative number for an option: no other
    # option could have one as its value.
    parser._has_negative_number_optionals.clear()
    parser.add_argument("--csv", action="store_true", help="lines are CSV, quotes and all")
    parser.add_argument("--tsv", action="store_true", help="tabs divide lines into columns")
    parser.add_argument("--delimiter", metavar="C", help="this character divides them")
    parser.add_argument(
        "--header", action="store_true", help="the first record of a file names the columns"
    )
    parser.add_argument("--link", action="store_true", help="take lists together, not each by each")
    parser.add_argument(
        "--shell", action="store_true", help="the word after -- is a text for /bin/sh"
    )
    parser.add_argument(
        "--stdin",
        action="store_true",
        help="the command after -- reads its line, as standard input",
    )


def configure_pipe(parser: ArgumentParser) -> None:
    """Describe those about one big input in chunks."""
    parser.add_argument(
        "--pipe",
        action="store_true",
        help="the command after -- reads a chunk of the input's lines",
    )
    parser.add_argument(
        "--block", metavar="SIZE", help="about so many bytes a chunk: 100k, 4M (else 1M)"
    )


def settle(args: Namespace) -> None:
    """Take apart what stands after the first ``--`` or ``:::``, as ``argv`` and ``lists``.

    With a command the type is that which runs one, and a word in front of it is an input file or a
    parameter.

    Raises:
        Usage: it is not a command, and not lists either.
    """
    if args.type is not None and args.type.startswith("-") and args.type != "-":
        raise Usage(f"unknown argument {args.type!r}")  # a number, or else the parser had said so
    is_said = bool(args.input or args.glob)
    args.argv, args.lists = _divided(args.tail, is_said=is_said)
    if args.argv is None:
        for option in ("shell", "stdin", "pipe"):
            if getattr(args, option, False):
                raise Usage(f"--{option} is about the command after --; put one there")
        _check_feeding(args)
        return
    if args.jobs is not None:
        raise Usage("--jobs takes types and parameters from its lines; give no command")
    if args.type is not None and args.type != SHELL_TYPE:
        args.words.insert(0, args.type)
    args.type = SHELL_TYPE
    if not args.argv or not args.argv[0]:
        raise Usage("after -- stands the command to run")
    if args.shell and len(args.argv) > 1:
        raise Usage("--shell takes one text after --; put it in quotes")
    _check_feeding(args)


def _check_feeding(args: Namespace) -> None:
    """Check the options about what a command reads, and make ``block`` a number; raises Usage."""
    is_pipe = getattr(args, "pipe", False)
    if getattr(args, "block", None) is not None and not is_pipe:
        raise Usage("--block is the size of the chunks of --pipe; say that as well")
    if not is_pipe:
        args.block = None
        return
    given = {
        "--stdin": args.stdin,
        "--each": args.each,
        "--glob": args.glob,
        "-0": args.nul,
        "--csv": args.csv,
        "--tsv": args.tsv,
        "--delimiter": args.delimiter is not None,
        "--header": args.header,
        ":::": args.lists,
        "--tag": args.tag,
    }
    for name, is_given in given.items():
        if is_given:
            raise Usage(f"--pipe cuts an input into chunks of its lines; leave out {name}")
    args.block = block_of(args.block or USUAL_BLOCK)


def block_of(text: str) -> int:
    """Return the size of a chunk that ``--block`` says; raises Usage."""
    from chasqui.control.intake.blocks import LARGEST
    from chasqui.sizes import bytes_in, size

    try:
        count = bytes_in(text)
    except ValueError as error:
        raise Usage(f"--block {error}, got {numbers.shown(text)}") from None
    if not 1 <= count <= LARGEST:
        most = f"{size(LARGEST)}, since a task and its row hold their chunk"
        raise Usage(f"--block may be from 1 byte to {most}; got {numbers.shown(text)}")
    return count


def _divided(tail: list[str], *, is_said: bool) -> tuple[list[str] | None, list[List]]:
    """Return the command and the lists; a command whose input is said before it has no lists."""
    if tail and tail[0] == COMMAND:
        end = len(tail)
        if not is_said:
            end = next((at for at, word in enumerate(tail) if word in LISTS), end)
        return tail[1:end], _lists(tail[end:])
    end = tail.index(COMMAND) if COMMAND in tail else len(tail)
    return tail[end + 1 :] if end < len(tail) else None, _lists(tail[:end])


def _lists(words: list[str]) -> list[List]:
    lists: list[List] = []
    for word in words:
        if word in LISTS:
            lists.append((word, []))
        else:
            lists[-1][1].append(word)
    for mark, values in lists:
        if not values and mark.startswith("::::"):
            raise Usage(f"{mark} needs the files of a list after it")
    if lists and lists[0][0].endswith("+"):
        raise Usage(f"{lists[0][0]} links a list to the one before, and is the first")
    return lists
