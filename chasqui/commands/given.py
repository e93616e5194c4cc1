"""What was given on the command line: numbers, and words ``name=value``."""

from __future__ import annotations

from collections.abc import Iterable

from chasqui import numbers
from chasqui.errors import ChasquiError


class Usage(ChasquiError):
    """The arguments do not go together."""


def whole(name: str, text: str, least: int = 1) -> int:
    """Return the whole number that an argument says; raises Usage."""
    try:
        given: object = int(text)
    except ValueError:
        given = text
    try:
        return numbers.count(name, given, least)
    except ValueError as error:
        raise Usage(str(error)) from None


def seconds(name: str, text: str | None) -> float | None:
    """Return the seconds that an argument says, None if it was not given or is endless.

    It is a number from 0, or a duration such as ``1m30s``.

    Raises:
        Usage: it is neither.
    """
    if text is None:
        return None
    from chasqui.control import option_texts

    try:
        number = float(text)
    except ValueError:
        try:
            return option_texts.seconds(text)
        except ValueError as error:
            raise Usage(f"{name} {error}, got {numbers.shown(text)}") from None
    if number < 0:
        raise Usage(f"{name} must be at least 0 seconds, got {numbers.shown(text)}")
    try:
        return numbers.wait(name, number)
    except ValueError as error:
        raise Usage(str(error)) from None


def task_numbers(words: Iterable[str]) -> tuple[int, ...]:
    """Return the numbers of tasks that were given, each once; raises Usage."""
    found = {}
    for word in words:
        if not (word.isascii() and word.isdecimal() and len(word) < 16):
            raise Usage(f"{word!r} is not the number of a task, such as 17")
        found[int(word)] = word
    return tuple(found)


def names_and_files(words: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return the values that words ``name=value`` give to parameters, and the other words.

    Raises:
        Usage: a parameter is given twice.
    """
    fixed: dict[str, str] = {}
    files: list[str] = []
    for word in words:
        name, equals, value = word.partition("=")
        if equals and name.isidentifier():
            if name in fixed:
                raise Usage(f"{name} is given twice; a parameter has one value")
            fixed[name] = value
        else:
            files.append(word)
    return fixed, files


def without_value(word: str) -> str:
    """Return a word of the command line as a message repeats it: a value may be a secret."""
    name, equals, _ = word.partition("=")
    return name + equals + ("…" if equals else "")
