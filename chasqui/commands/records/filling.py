"""What a record becomes: the texts of parameters, some of which are templates."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chasqui.control.intake.lines import InputLine
from chasqui.control.intake.templates import JsonTemplate, Pattern, Template, asks_for_input


class RecordFilling:
    """Makes the parameters of a record.

    Args:
        plain: those that are the same for all.
        patterns: those that differ.
    """

    def __init__(self, plain: Mapping[str, str], patterns: Mapping[str, Pattern]) -> None:
        self.plain = plain
        self.patterns = patterns

    def __call__(self, line: InputLine) -> dict[str, str]:
        """Return them as texts."""
        made = {name: pattern.fill(line) for name, pattern in self.patterns.items()}
        return {**self.plain, **made}


class ColumnPattern:
    """A column as it is."""

    def __init__(self, column: int) -> None:
        self.column = column

    def fill(self, line: InputLine) -> str:
        """Return its value in a record."""
        return line.values[self.column]


class InputPattern:
    """A record as what a command reads: all of it, and the end that it had in the input."""

    def __init__(self, end: str) -> None:
        self._end = end

    def fill(self, line: InputLine) -> str:
        """Return it."""
        return (line.given or "") + self._end


class CommandPattern:
    """The words of a command; a record that none of them takes is appended to them.

    Args:
        reads: whether the command reads the record, which is then appended to nothing.
    """

    def __init__(
        self, words: Sequence[str], columns: Sequence[str], *, reads: bool = False
    ) -> None:
        self._words = [Template(word, columns) for word in words]
        self._appends = not reads and not any(word.has_fields for word in self._words)

    def fill(self, line: InputLine) -> str:
        """Return the words for a record, as JSON."""
        words = [word for one in self._words for word in one.words(line)]
        return _as_json([*words, *line.values] if self._appends else words)


class ShellPattern:
    """A text for the shell, in which each value is quoted for it.

    Args:
        reads: whether the command reads the record, which is then appended to nothing.
    """

    def __init__(self, text: str, columns: Sequence[str], *, reads: bool = False) -> None:
        template = Template(text, columns, quote=shlex.quote)
        appended = Template(f"{text} {{}}", columns, quote=shlex.quote)
        self._text = template if reads or template.has_fields else appended

    def fill(self, line: InputLine) -> str:
        """Return the command for a record, as JSON."""
        return _as_json(["/bin/sh", "-c", self._text.fill(line)])


def pattern_of(text: str, kind: str, columns: Sequence[str]) -> Pattern:
    """Return the pattern of a value that was typed for a parameter of a kind.

    Fields in JSON are those of its texts, so that what is put in cannot break its form.

    Raises:
        UnknownField.
    """
    value = _structure(text, kind)
    return Template(text, columns) if value is None else JsonTemplate(value, columns)


def may_have_fields(text: str, kind: str) -> bool:
    """Tell whether a value has braces where fields may be."""
    return "{" in text and any("{" in one for one in _texts(text, kind))


def value_asks_for_input(text: str, kind: str) -> bool:
    """Tell whether a value has a field that every input has."""
    return "{" in text and any(map(asks_for_input, _texts(text, kind)))


def _texts(text: str, kind: str) -> Iterator[str]:
    value = _structure(text, kind)
    return iter((text,)) if value is None else _texts_in(value)


def _structure(text: str, kind: str) -> Any:
    """Return the list or the object of JSON that a text is; None if it is none."""
    if kind not in ("list", "json") or text.lstrip()[:1] not in ("[", "{"):
        return None
    from chasqui.engine.types.texts import from_json

    try:
        return from_json(text)
    except (ValueError, RecursionError):
        return None


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(one)


def _as_json(words: Sequence[str]) -> str:
    import json

    return json.dumps(words)
