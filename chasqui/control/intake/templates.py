"""Templates: texts with fields such as ``{}`` or ``{name}``, which a record of the input fills.

Only what has the form of a field is one: ``{}``, a name or a number of a column in braces, each
perhaps with an operation of paths, and ``{#}``. Other braces, as in ``awk '{print $1}'``, stay what
they are. A field in double braces, ``{{}}``, stands for itself in single ones.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, Protocol

from chasqui.control.intake.lines import InputLine
from chasqui.errors import ChasquiError

Change = Callable[[str], str]

NAMED: Final = 8
"""Columns that an error names at most."""
_NAME: Final = r"\w[\w-]*"
_OPERATION: Final = r"/?\.|//?"


class UnknownField(ChasquiError):
    """A template has a field that the input does not have."""


def _without_extension(path: str) -> str:
    return os.path.splitext(path)[0]  # noqa: PTH122 - bytes of the path stay as they are


def _name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _folder(path: str) -> str:
    bare = path.rstrip("/")
    return os.path.dirname(bare) or ("/" if path.startswith("/") else ".")  # noqa: PTH120


OPERATIONS: Final[dict[str, Change]] = {
    "": str,
    ".": _without_extension,
    "/": _name,
    "//": _folder,
    "/.": lambda path: _without_extension(_name(path)),
}
"""What may stand after the name of a field: as in GNU parallel, with the names of coreutils."""


class Pattern(Protocol):
    """Makes a text of a record."""

    def fill(self, line: InputLine) -> str:
        """Return the text for a record."""


class Ref(NamedTuple):
    """A field of a template."""

    column: int | None
    """Counted from 0; None: all of the record."""
    change: Change
    is_number: bool = False

    def of(self, line: InputLine) -> Sequence[str]:
        """Return the values that it has in a record: one, or all of them."""
        if self.is_number:
            return (str(line.number),)
        if self.column is not None:
            return (self.change(line.values[self.column]),)
        return [self.change(value) for value in line.values]


class Template:
    """A text with fields.

    Args:
        columns: the names of the input's columns; an empty one has a number only.
        quote: is called for each value that is put in.

    Raises:
        UnknownField: the input has no such field.
    """

    def __init__(self, text: str, columns: Sequence[str], *, quote: Change = str) -> None:
        self._quote = quote
        self._parts: list[str | Ref] = []
        end = 0
        for found in _form(columns).finditer(text):
            self._add(text[end : found.start()])
            self._add(f"{{{found['kept']}}}" if found["kept"] is not None else _ref(found, columns))
            end = found.end()
        self._add(text[end:])

    @property
    def refs(self) -> list[Ref]:
        """Its fields, in order."""
        return [part for part in self._parts if isinstance(part, Ref)]

    @property
    def has_fields(self) -> bool:
        """Whether it differs from record to record."""
        return bool(self.refs)

    def fill(self, line: InputLine) -> str:
        """Return the text for a record; of all its columns, there are spaces between them."""
        quote = self._quote
        return "".join(
            [
                part if isinstance(part, str) else " ".join(map(quote, part.of(line)))
                for part in self._parts
            ]
        )

    def words(self, line: InputLine) -> Sequence[str]:
        """Return the words for a record: ``{}`` alone is a word for each column."""
        match self._parts:
            case [Ref() as ref]:
                return ref.of(line)
        return (self.fill(line),)

    def _add(self, part: str | Ref) -> None:
        last = self._parts[-1] if self._parts else None
        if isinstance(part, str) and isinstance(last, str):
            self._parts[-1] = last + part
        elif part != "":
            self._parts.append(part)


class JsonTemplate:
    """A value of JSON with fields in its texts: what is put in cannot break its form."""

    def __init__(self, value: Any, columns: Sequence[str]) -> None:
        self._value = _templates_in(value, columns)

    def fill(self, line: InputLine) -> str:
        """Return the JSON for a record."""
        import json

        return json.dumps(_filled(self._value, line))


def asks_for_input(text: str) -> bool:
    """Tell whether a text has a field that every input has, such as ``{}`` or ``{#}``."""
    return any(found["kept"] is None and not found["name"] for found in _form(()).finditer(text))


def _form(columns: Sequence[str]) -> re.Pattern[str]:
    """Return the form of a field, where columns may have any names."""
    names = "|".join([*map(re.escape, sorted(filter(None, columns), key=len, reverse=True)), _NAME])
    inner = rf"(?:{names})?(?:{_OPERATION})?"
    return re.compile(
        rf"\{{\{{(?P<kept>{inner}|\#)\}}\}}"
        rf"|\{{(?:(?P<number>\#)|(?P<name>{names})?(?P<operation>{_OPERATION})?)\}}"
    )


def _ref(found: re.Match[str], columns: Sequence[str]) -> Ref:
    if found["number"]:
        return Ref(None, str, is_number=True)
    name, change = found["name"], OPERATIONS[found["operation"] or ""]
    if not name:
        return Ref(None, change)
    if name in columns:
        return Ref(columns.index(name), change)
    if name.isascii() and name.isdecimal() and 1 <= int(name[:9]) <= len(columns):
        return Ref(int(name) - 1, change)
    raise UnknownField(
        f"{{{name}}} is no field of the input; there are {fields_of(columns)}; "
        f"{{{{{name}}}}} stands for that text itself"
    )


def fields_of(columns: Sequence[str]) -> str:
    """Name the fields that an input has, for a person."""
    named = [f"{{{name}}}" for name in columns if name][:NAMED]
    more = ["{1}"] if len(columns) == 1 else [f"{{1}} to {{{len(columns)}}}"]
    return ", ".join(["{}", "{.}", "{/}", "{//}", "{/.}", "{#}", *named, *more])


def _templates_in(value: Any, columns: Sequence[str]) -> Any:
    if isinstance(value, str):
        return Template(value, columns)
    if isinstance(value, list):
        return [_templates_in(one, columns) for one in value]
    if isinstance(value, dict):
        return {name: _templates_in(one, columns) for name, one in value.items()}
    return value


def _filled(value: Any, line: InputLine) -> Any:
    if isinstance(value, Template):
        return value.fill(line)
    if isinstance(value, list):
        return [_filled(one, line) for one in value]
    if isinstance(value, dict):
        return {name: _filled(one, line) for name, one in value.items()}
    return value
