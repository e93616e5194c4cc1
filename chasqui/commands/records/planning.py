"""One plan of the records for `run` and `submit`: where they come from, and what they become."""

from __future__ import annotations

import os.path
from argparse import Namespace
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from chasqui.commands.given import Usage, names_and_files, without_value
from chasqui.commands.records.choosing import OWN_LIST, asks, main_files, own_lists, source_of
from chasqui.commands.records.filling import (
    ColumnPattern,
    CommandPattern,
    InputPattern,
    RecordFilling,
    ShellPattern,
    may_have_fields,
    pattern_of,
    value_asks_for_input,
)
from chasqui.control.intake.lines import Until
from chasqui.control.intake.sources import LinesSource, RecordSource
from chasqui.control.intake.templates import Pattern, Template, fields_of

WHOLE: Final = str(16 * 1024**2)
"""Bytes that are kept of each end of an output which is printed as it is; the most that may be."""


class RecordsPlan(NamedTuple):
    """Where records come from, and what they become."""

    source: RecordSource | None
    """None: there is one task, and no input."""
    filling: RecordFilling
    files: Sequence[str] = ()
    """The files that are read."""

    @property
    def takes(self) -> Collection[str]:
        """The parameters that differ from record to record."""
        return self.filling.patterns

    @property
    def each(self) -> str | None:
        """The one parameter that takes a line as it is; None if it is not as simple as that."""
        match list(self.filling.patterns.items()):
            case [(name, ColumnPattern())] if self.source and len(self.source.columns) == 1:
                return name
        return None


def jobs(args: Namespace) -> LinesSource:
    """Return the lines of ``--jobs``; raises Usage, Unreadable."""
    if args.type or args.words or asks(args, but_nul=True):
        raise Usage("--jobs takes types and parameters from its lines; give nothing else")
    return LinesSource([args.jobs], nul=args.nul)


def planned(args: Namespace, kinds: Mapping[str, str], until: Until) -> RecordsPlan:
    """Return the plan of a command with one task type.

    Args:
        kinds: the kind of each of the type's parameters.
        until: when the reading of a header is to stop.

    Raises:
        Usage, Unreadable, UnknownField.
    """
    fixed, files = names_and_files(args.words)
    each = _names(args.each or (), fixed)
    if not asks(args, files):
        if not any(value_asks_for_input(text, kinds.get(name, "")) for name, text in fixed.items()):
            return RecordsPlan(None, RecordFilling(fixed, {}))
    elif files and not (each or args.argv or _has_templates(fixed, kinds) or args.header):
        word = without_value(files[0])
        raise Usage(f"{word!r} is not name=value; to read lines from a file, use --each")
    for word in files:
        if "=" in word and not os.path.lexists(word):  # its value may be a secret
            raise Usage(f"{without_value(word)!r} is not name=value, and no file has that name")
    if args.key is not None:
        raise Usage("--key is for one task: each line would be the task that has this key already")
    source = source_of(args, files, until)
    columns = _named(source.columns, args.each or (), is_header=args.header)
    filling = _filling(args, fixed, kinds, each, columns)
    return RecordsPlan(source, filling, _files(args, files))


def _filling(
    args: Namespace,
    fixed: Mapping[str, str],
    kinds: Mapping[str, str],
    each: Collection[str],
    columns: Sequence[str],
) -> RecordFilling:
    plain = dict(fixed)
    patterns: dict[str, Pattern] = {}
    for name, text in fixed.items():
        if may_have_fields(text, kinds.get(name, "")):
            patterns[name] = pattern_of(text, kinds.get(name, ""), columns)
            del plain[name]
    if args.argv is not None:
        if "command" in fixed:
            raise Usage("the command is given twice, by command=… and after --")
        reads = args.stdin or args.block is not None
        if reads and "stdin" in fixed:
            raise Usage("what the command reads is given twice, by stdin=… and by an option")
        if args.block is not None:
            _refuse_fields(args.argv, columns)
        make = (
            ShellPattern(args.argv[0], columns, reads=reads)
            if args.shell
            else CommandPattern(args.argv, columns, reads=reads)
        )
        patterns["command"] = make
        if getattr(args, "output", None) == "text":
            plain.setdefault("keep_bytes", WHOLE)
        if reads:
            end = "" if args.block is not None else "\0" if args.nul else "\n"
            patterns["stdin"] = InputPattern(end)
    else:
        by_header = args.header and not each and not patterns
        taken = [name for name in columns if name] if by_header else each
        patterns.update({name: ColumnPattern(columns.index(name)) for name in taken})
    if not patterns:
        raise Usage(
            "say which parameter takes the input: --each PARAM, or name={}; it has the fields "
            + fields_of(columns)
        )
    return RecordFilling(plain, patterns)


def _refuse_fields(words: Sequence[str], columns: Sequence[str]) -> None:
    """Raise Usage for a command of ``--pipe`` with a field of which a chunk has none."""
    for word in words:
        if any(not ref.is_number for ref in Template(word, columns).refs):
            raise Usage(f"{word!r} has a field, and a chunk of --pipe has none but {{#}}")


def _names(each: Sequence[str], fixed: Mapping[str, str]) -> list[str]:
    """Return the names that ``--each`` gives; raises Usage."""
    names: list[str] = []
    for one in each:
        name, equals, _ = one.partition("=")
        if equals and OWN_LIST not in one:
            raise Usage(
                f"--each {name}=… takes @FILE, a list in a file; values stand after :::, as in "
                f"--each {name} ::: 1 2"
            )
        if name in fixed:
            raise Usage(f"{name} is given twice, by --each and by {name}=…")
        if name in names:
            raise Usage(f"--each {name} is given twice")
        names.append(name)
    return names


def _named(columns: Sequence[str], each: Sequence[str], *, is_header: bool) -> Sequence[str]:
    """Return the columns with names: those without one get those of ``--each``; raises Usage."""
    own = [one.partition("=")[0] for one in each if OWN_LIST in one]
    bare = [one for one in each if OWN_LIST not in one and one not in columns]
    named = list(columns)
    if own:
        named[-len(own) :] = own
    free = [at for at, name in enumerate(named) if not name]
    if bare and is_header and not free:
        raise Usage(f"there is no column {bare[0]}; there are {', '.join(filter(None, columns))}")
    if bare and len(bare) != len(free):
        names, columns_ = ("name", "names")[len(bare) > 1], ("column", "columns")[len(free) > 1]
        raise Usage(f"--each gives {len(bare)} {names}, and the input has {len(free)} {columns_}")
    for at, name in zip(free, bare, strict=False):
        named[at] = name
    return named


def _has_templates(fixed: Mapping[str, str], kinds: Mapping[str, str]) -> bool:
    return any(may_have_fields(text, kinds.get(name, "")) for name, text in fixed.items())


def _files(args: Namespace, files: Sequence[str]) -> Sequence[str]:
    """Return the files that are read, for commands that also write some."""
    listed = [file for mark, some in args.lists if mark.startswith("::::") for file in some]
    return [*main_files(args, files), *listed, *own_lists(args)]
