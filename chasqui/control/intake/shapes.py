"""The shapes of a file of rows: JSON Lines, CSV with a header, or a list with a value a line.

A shape turns lines into rows. What is wrong with a single row is said with its line; what is wrong
with the file as a whole, such as a column that is no parameter, raises `Unreadable`. Whether the
values fit is for the engine to say.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Literal, NamedTuple

from chasqui.control.details import TaskTypeInfo
from chasqui.control.intake.jobs import InvalidLine, job_in, value_of
from chasqui.control.intake.lines import InputLine, Unreadable
from chasqui.control.intake.tables import Table, TableRecord
from chasqui.control.intake.tasks import TaskMaker
from chasqui.control.submit_records import SubmitTask
from chasqui.errors import ChasquiError

DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
SUFFIXES: Final = {".csv": "csv", ".tsv": "csv", ".jsonl": "json", ".ndjson": "json"}
NAMED: Final = 5  # columns or parameters in a message


class Shape(NamedTuple):
    """How the lines of a file become tasks."""

    kind: Literal["json", "csv", "list"]
    by: str = ""
    """Of CSV: what stands between two values. Of a list: the parameter that takes each line."""

    def __str__(self) -> str:
        """Say it as people do."""
        if self.kind == "json":
            return "JSON Lines: an object of parameters on each line"
        if self.kind == "csv":
            return f"CSV with a header, by {DELIMITERS[self.by]}"
        return f"a list: each line is {self.by}"


class Row(NamedTuple):
    """A row of a file: the task that it says, or why it says none."""

    line: int
    task: SubmitTask | None
    why: str = ""


def shapes_of(info: TaskTypeInfo) -> tuple[Shape, ...]:
    """Return the shapes that a file of tasks of a type may have."""
    lists = tuple(Shape("list", parameter.name) for parameter in info.parameters)
    return (Shape("json"), *(Shape("csv", one) for one in DELIMITERS), *lists)


def guess(info: TaskTypeInfo, name: str, first: str) -> Shape:
    """Guess the shape of a file from its name and its first line."""
    kind = next((kind for end, kind in SUFFIXES.items() if name.lower().endswith(end)), "")
    if kind == "json" or (not kind and first.lstrip()[:1] in ("{", "[")):
        return Shape("json")
    names = {parameter.name for parameter in info.parameters}
    for by in DELIMITERS:
        if first and {one.strip() for one in next(csv.reader([first], delimiter=by))} <= names:
            return Shape("csv", by)
    if kind == "csv":
        return Shape("csv", max(DELIMITERS, key=first.count))
    needed = [one.name for one in info.parameters if one.required]
    each = (*needed, *(one.name for one in info.parameters))
    return Shape("list", each[0]) if each else Shape("json")


def rows_of(
    shape: Shape, info: TaskTypeInfo, maker: TaskMaker, lines: Iterator[InputLine]
) -> Iterator[Row]:
    """Turn lines, also blank ones, into rows; blank lines are none.

    Raises:
        Unreadable: the header of a CSV does not fit the type.
    """
    if shape.kind == "csv":
        return _from_csv(shape.by, info, maker, lines)
    if shape.kind == "json":
        return _from_lines(lambda text: _from_object(text, info, maker), lines)
    return _from_lines(lambda text: maker.of_texts(info.name, {shape.by: text}), lines)


def _from_lines(make: Callable[[str], SubmitTask], lines: Iterator[InputLine]) -> Iterator[Row]:
    for line in lines:
        text = line.text
        if text is None:
            yield Row(line.number, None, line.problem)
        elif text.strip():
            yield _made(line.number, lambda text=text: make(text))  # type: ignore[misc]


def _from_object(text: str, info: TaskTypeInfo, maker: TaskMaker) -> SubmitTask:
    value = value_of(text)
    if not isinstance(value, dict):
        raise InvalidLine("is not a JSON object, such as " + _example(info))
    if _is_job(value, info):
        type, value = job_in(value)
        if type != info.name:
            raise InvalidLine(f"is a task of {type}, not of {info.name}")
    return maker.of_values(info.name, value)


def _is_job(value: dict[str, Any], info: TaskTypeInfo) -> bool:
    """Tell whether it is ``{"type": …, "params": …}``, as exports and `run` write it."""
    names = {parameter.name for parameter in info.parameters}
    return "type" in value and "params" in value and not names & {"type", "params"}


def _example(info: TaskTypeInfo) -> str:
    name = next((parameter.name for parameter in info.parameters), "")
    return f'{{"{name}": …}}' if name else "{}"


def _from_csv(
    by: str, info: TaskTypeInfo, maker: TaskMaker, lines: Iterator[InputLine]
) -> Iterator[Row]:
    table = Table(by, lines)
    header = table.next()
    if header is None:
        return
    names = _names(header, info)
    while (record := table.next()) is not None:
        line, values, why, _ = record
        if why:
            yield Row(line, None, why)
        elif len(values) != len(names):
            have = f"{len(values):,} value{'s' * (len(values) != 1)}"
            yield Row(line, None, f"has {have}; the header names {len(names):,}")
        else:
            texts = {name: text for name, text in zip(names, values, strict=True) if text}
            yield _made(line, lambda texts=texts: maker.of_texts(info.name, texts))  # type: ignore[misc]


def _names(header: TableRecord, info: TaskTypeInfo) -> Sequence[str]:
    """Return the parameters that a header names; raises Unreadable."""
    if header.why:
        raise Unreadable(f"line {header.line:,} {header.why}")
    names = [name.strip() for name in header.values]
    known = {parameter.name for parameter in info.parameters}
    needed = [parameter.name for parameter in info.parameters if parameter.required]
    if unknown := [name for name in names if name not in known]:
        has = f"it has {', '.join(sorted(known)[:NAMED])}" if known else "it has none"
        raise Unreadable(f"the column {unknown[0]!r} is no parameter of {info.name}; {has}")
    if twice := [name for name in names if names.count(name) > 1]:
        raise Unreadable(f"there are two columns {twice[0]}")
    if missing := [name for name in needed if name not in names]:
        raise Unreadable(f"there is no column {', '.join(missing[:NAMED])}, which is needed")
    return names


def _made(line: int, make: Callable[[], SubmitTask]) -> Row:
    try:
        return Row(line, make())
    except ChasquiError as error:
        return Row(line, None, str(error))
