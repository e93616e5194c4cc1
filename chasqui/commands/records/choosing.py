"""The source of the records that a command's options ask for."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from chasqui.commands.given import Usage
from chasqui.control.intake.lines import Until
from chasqui.control.intake.sources import LinesSource, RecordSource, ValuesSource, paths_source

if TYPE_CHECKING:
    from chasqui.control.intake.columns import InputColumns

OWN_LIST = "=@"


def source_of(args: Namespace, files: Sequence[str], until: Until) -> RecordSource:
    """Return where the records come from.

    Args:
        files: those among the words.
        until: when the reading of a header is to stop.

    Raises:
        Usage, Unreadable.
    """
    form = _form(args)
    if args.block is not None:
        from chasqui.control.intake.blocks import BlocksSource

        return BlocksSource([*files, *(args.input or ())] or ["-"], args.block)
    main = _main(args, files, form, until)
    kept = [] if main is None else [main]
    linked: list[list[RecordSource]] = [[one] for one in kept]
    for mark, values in args.lists:
        one = (
            LinesSource(values, nul=args.nul)
            if mark.startswith("::::")
            else ValuesSource(partial(iter, values))
        )
        if mark.endswith("+"):
            linked[-1].append(one)
        else:
            linked.append([one])
    linked.extend([LinesSource([file], nul=args.nul)] for file in own_lists(args))
    if args.stdin and sum(map(len, linked)) > 1:
        raise Usage("--stdin gives a command its line, and a record of several lists is none")
    if args.nul and not any(isinstance(one, LinesSource) for some in linked for one in some):
        raise Usage("-0 is about lines of files or of standard input")
    if args.link:
        linked = [[one for some in linked for one in some]]
        if len(linked[0]) < 2:
            raise Usage("--link takes lists together; give several")
    return _together(linked)


def asks(args: Namespace, files: Sequence[str] = (), *, but_nul: bool = False) -> bool:
    """Tell whether the options name an input, perhaps beside ``-0``."""
    said = (args.each, args.input, args.glob, args.lists, args.argv, files)
    form = (args.csv, args.tsv, args.header, args.delimiter is not None, args.link)
    return any(said) or any(form) or (args.nul and not but_nul)


def own_lists(args: Namespace) -> list[str]:
    """Return the files of ``--each PARAM=@FILE``."""
    return [each.partition("=")[2][1:] for each in args.each or () if OWN_LIST in each]


def main_files(args: Namespace, files: Sequence[str]) -> list[str]:
    """Return the files that are read one after another; standard input, if nothing else is."""
    said = [*files, *(args.input or ())]
    bare = [each for each in args.each or () if OWN_LIST not in each]
    is_elsewhere = args.glob or args.lists or (args.each and not bare)
    return said if said or is_elsewhere else ["-"]


def _together(linked: Sequence[Sequence[RecordSource]]) -> RecordSource:
    if len(linked) == 1 and len(linked[0]) == 1:
        return linked[0][0]
    from chasqui.control.intake.products import Linked, Product

    sources = [some[0] if len(some) == 1 else Linked(some) for some in linked]
    return sources[0] if len(sources) == 1 else Product(sources)


def _main(
    args: Namespace, files: Sequence[str], form: InputColumns | None, until: Until
) -> RecordSource | None:
    files = main_files(args, files)
    if args.glob:
        if not all(args.glob):
            raise Usage("--glob is empty; give a pattern such as 'img/*.png'")
        if files or form is not None:
            raise Usage(
                "--glob gives paths as lines; give no input files beside it, and no columns"
            )
        return paths_source(args.glob)
    if not files:
        if form is not None:
            raise Usage("columns are those of an input file; name one, or - for standard input")
        return None
    lines = LinesSource(files, nul=args.nul)
    if form is None:
        return lines
    from chasqui.control.intake.columns import ColumnsSource

    return ColumnsSource(lines, form, until)


def _form(args: Namespace) -> InputColumns | None:
    """Return how lines are cut into columns; None: they are not. Raises Usage."""
    if args.tsv and (args.csv or args.delimiter is not None):
        raise Usage(f"--tsv divides by tabs; leave out {'--csv' if args.csv else '--delimiter'}")
    if args.csv and args.nul:
        raise Usage("records of CSV end with a newline; leave out -0, or --csv")
    by = "\t" if args.tsv else "," if args.delimiter is None else args.delimiter
    by = "\t" if by == "\\t" else by
    if len(by) != 1 or by in "\r\n\0" or (args.csv and by == '"'):
        raise Usage(f"--delimiter must be one character, such as ; or \\t, got {by!r}")
    if args.csv or args.tsv or args.delimiter is not None:
        from chasqui.control.intake.columns import InputColumns

        return InputColumns(by, quoted=args.csv, header=args.header)
    if args.header:
        raise Usage("--header names columns; say --csv, --tsv or --delimiter as well")
    return None
