"""Reasons: why a value does not fit its annotation, in words that follow the parameter's name.

msgspec says what it expected, by the names of types, and where. Here that becomes a sentence for
the person who gave the value, with the value in it: ``must be between 1 and 100, got 500``. A text
is left out where it might be that of a secret.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from msgspec import inspect as shapes

from chasqui import numbers
from chasqui.engine.types.kinds import NOUNS, bare, kind_of, members_of
from chasqui.engine.types.texts import grouped, listed, plainly
from chasqui.slots import MISSING

_AT: Final = re.compile(r"(?P<words>.*) - at `(?P<key>key` in `)?(?P<at>.*)`", re.DOTALL)
_STEP: Final = re.compile(r"\[(?P<index>\d+)\]|\.(?P<name>\w+)|(?P<other>.)")
_OTHER_TYPE: Final = re.compile(r"Expected `(?P<types>[^`]+)`, got `(?P<other>[^`]+)`")
_TYPES: Final = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
}
"""What msgspec calls the types of JSON, and how a person does."""
_LACKS: Final = re.compile(r"Object missing required field `(?P<name>.*)`", re.DOTALL)
_UNREADABLE: Final = re.compile(r"Invalid (?:ISO8601|RFC3339|UUID|decimal|enum|base64).*")
_FORMS: Final = {
    "UUID": "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
    "decimal": "a decimal number such as 9.95",
    "base64": "bytes in base64",
}
"""What a text should have been, by the word with which msgspec names its form."""
_BOUNDED: Final = re.compile(r"Expected `(?:int|float)` (?:<=|>=|<|>) .*")
_LENGTH: Final = re.compile(r"Expected `str` of length .*")
_WITHOUT_NOUN: Final = ("list", "json", "choice")
_SCALARS: Final = (str, bytes, int, float, bool, type(None))


def reason(
    text: str,
    value: Any,
    shape: Any,
    *,
    hidden: bool = False,
    choices: Sequence[str] = (),
    help: str = "",
    above: str = "",
) -> str:
    """Return msgspec's sentence about a value in words that follow the name of its parameter.

    Args:
        shape: what the value should be, as msgspec describes it.
        hidden: whether a text in it may be that of a secret.
        choices: the texts of a choice, in the order of its declaration.
        help: says more than a pattern does.
        above: the place of the value in the parameter, such as ``.size``.
    """
    words, at, of_key = text, "", False
    if found := _AT.fullmatch(text):
        words, at, of_key = found["words"], found["at"].removeprefix("$"), bool(found["key"])
    part, given = (MISSING, MISSING) if of_key else _at(at, shape, value)
    described = _described(words, part, choices, help)
    if of_key:
        described = f"has a key that {described[:1].lower()}{described[1:]}"
    if " matching regex " in words and isinstance(given, str) and "@" in given:
        hidden = True  # it may be a URL with a password
    got = _got(given, hidden) if _names_a_value(words) else ""
    if not got and (other := _OTHER_TYPE.fullmatch(words)):
        got = f", got {_of_types(other['other'])}"
    if got:
        described = re.sub(r", got `[^`]+`$", "", described)
    described = described.replace("`", "")
    where = f" at {above}{at}" if above or at else ""
    return f"{described[:1].lower()}{described[1:]}{got}{where}"


def _described(words: str, part: Any, choices: Sequence[str], help: str) -> str:
    kind = kind_of(part) if isinstance(part, shapes.Type) else "json"
    if kind == "choice":
        return f"must be one of {listed(choices or _choices(part))}"
    if help and " matching regex " in words:
        return f"must be {help}"
    if _BOUNDED.fullmatch(words) and (both := _both_bounds(part)):
        return f"must be {both}"
    if other := _OTHER_TYPE.fullmatch(words):
        return f"must be {_of_types(other['types']) if kind in _WITHOUT_NOUN else NOUNS[kind]}"
    if lacks := _LACKS.fullmatch(words):
        return f"lacks the field {lacks['name']}"
    if _UNREADABLE.fullmatch(words):
        if kind in ("datetime", "date", "time", "duration"):
            return f"must be {NOUNS[kind]}"
        if form := _FORMS.get(words.split()[1]):
            return f"must be {form}"
    return plainly(words)


def _of_types(types: str) -> str:
    return " or ".join(_TYPES.get(one, one) for one in types.split(" | "))


def _names_a_value(words: str) -> bool:
    return words.startswith(("Expected `", "Invalid "))


def _choices(part: Any) -> tuple[Any, ...]:
    part = bare(part)
    return members_of(part) or tuple(getattr(part, "values", ()))


def _both_bounds(part: Any) -> str:
    if not isinstance(part, shapes.Type):
        return ""
    part = bare(part)
    least, most = getattr(part, "ge", None), getattr(part, "le", None)
    if least is None or most is None:
        return ""
    return f"between {grouped(f'{least:.12g}')} and {grouped(f'{most:.12g}')}"


def _at(path: str, shape: Any, value: Any) -> tuple[Any, Any]:
    """Return the shape and the value at a place; MISSING for what cannot be told."""
    for step in _STEP.finditer(path):
        shape = _inside(shape, step) if isinstance(shape, shapes.Type) else MISSING
        if step["index"] and type(value) in (list, tuple) and int(step["index"]) < len(value):
            value = value[int(step["index"])]
        elif step["name"] and type(value) is dict:
            value = value.get(step["name"], MISSING)
        else:
            return MISSING, MISSING
    return shape, value


def _inside(shape: Any, step: re.Match[str]) -> Any:
    shape = bare(shape)
    if step["name"]:
        fields = getattr(shape, "fields", ())
        return next((one.type for one in fields if one.encode_name == step["name"]), MISSING)
    return getattr(shape, "item_type", MISSING)


def _got(given: Any, hidden: bool) -> str:
    """Return the value as the end of a sentence; empty if it cannot or must not be shown."""
    if given is MISSING or (hidden and type(given) not in _SCALARS[2:]):
        return ""
    return f", got {numbers.shown(given)}"
