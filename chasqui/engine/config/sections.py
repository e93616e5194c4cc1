"""Converting a table of a settings file to the fields of a record, and naming every mistake."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from chasqui.engine.config import bounds
from chasqui.engine.config.bounds import OneOf, Spelled
from chasqui.engine.types.texts import plainly
from chasqui.nearest import nearest
from chasqui.numbers import shown


def converted(
    where: str, prefix: str, table: dict[str, Any], record: type, problems: list[str]
) -> dict[str, Any]:
    """Return a table's values as the fields of a record; add mistakes to ``problems``.

    ``where`` begins each line of ``problems``; ``prefix`` goes before each key.
    """
    hints = get_type_hints(record, localns=vars(bounds), include_extras=True)
    return checked(where, prefix, table, hints, problems)


def checked(
    where: str, prefix: str, table: Mapping[str, Any], hints: Mapping[str, Any], problems: list[str]
) -> dict[str, Any]:
    """Return a table's values converted to the types hinted for its keys; see `converted`."""
    fields: dict[str, Any] = {}
    for name, value in table.items():
        if name not in hints:
            problems.append(unknown(where, name, hints, "key", prefix))
            continue
        try:
            typed = msgspec.convert(value, hints[name])
            _check_words(typed, hints[name])
            _check_spelling(typed, hints[name])
            fields[name] = typed
        except msgspec.ValidationError as error:
            problems.append(f"{where}: {prefix}{name}: {_reason(error, value, hints[name])}")
    return fields


def unknown(where: str, key: str, known: Iterable[str], what: str, prefix: str = "") -> str:
    """Say that a key is unknown, and name the nearest one; ``prefix`` goes before each."""
    known = list(known)
    near = nearest(key, known, cutoff=0.5)
    hint = f"did you mean {prefix}{near}?" if near else f"there are {', '.join(known)}"
    return f"{where}: unknown {what} {prefix}{key}; {hint}"


def _check_words(value: Any, hint: Any) -> None:
    """Raise ValidationError for a text that is not one of its words."""
    words = _words(hint)
    if words and value not in words:
        raise msgspec.ValidationError("not one of its words")


def _check_spelling(value: Any, hint: Any) -> None:
    """Raise ValidationError for what is not written as it is to be."""
    spelled = _spelled(hint)
    if spelled is not None and not re.fullmatch(spelled.pattern, str(value)):
        raise msgspec.ValidationError("not written so")


def _spelled(hint: Any) -> Spelled | None:
    rules = getattr(hint, "__metadata__", ())
    return next((rule for rule in rules if isinstance(rule, Spelled)), None)


def _words(hint: Any) -> Collection[str]:
    """Return the words that a value may be; empty when it may be another."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    rules = getattr(hint, "__metadata__", ())
    return next((rule.words for rule in rules if isinstance(rule, OneOf)), ())


def _reason(error: msgspec.ValidationError, value: Any, hint: Any) -> str:
    if words := _words(hint):
        return f"must be one of {', '.join(words)}, got {shown(value)}"
    if spelled := _spelled(hint):
        return f"must be {spelled.says}, got {shown(value)}"
    text = re.sub(r" - at `[^`]*`$", "", plainly(str(error))).replace("`", "")
    text = re.sub(r", got \w+$", "", text)  # the value itself says more than its type
    return f"{text[:1].lower()}{text[1:]}, got {shown(value)}"
