"""The tables [types."NAME"] of a config: settings of a task type, over those of the type itself.

Whether the type exists is not known here: it may come from a plugin that is not imported yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from chasqui.engine.config.bounds import AtLeastOne, MoreSeconds, Priority, Seconds
from chasqui.engine.config.sections import checked
from chasqui.engine.policy.rules import Ack, Keep, OnInterrupt, from_table

KEYS: Final[dict[str, Any]] = {
    "attempts": AtLeastOne,
    "retry.base": Seconds,
    "retry.backoff": Annotated[float, msgspec.Meta(ge=1)],
    "retry.cap": Seconds,
    "retry.jitter": Annotated[float, msgspec.Meta(ge=0, le=1)],
    "time_limit": MoreSeconds,
    "priority": Priority,
    "expires": MoreSeconds,
    "concurrency": AtLeastOne,
    "rate": str,
    "by": str,
    "breaker.failures": AtLeastOne,
    "breaker.seconds": MoreSeconds,
    "breaker.cooldown": MoreSeconds,
    "breaker.probes": AtLeastOne,
    "pool": str,
    "keep": Keep,
    "on_interrupt": OnInterrupt,
    "ack": Ack,
}
"""The settings, with the keys of inner tables after a dot; see `Policy`."""

BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
"""A name that needs no quotes in a key."""
INNER: Final = {"retry": "{ base = 1 }", "breaker": "{ failures = 5 }"}
"""The inner tables, each with an example."""

TypeTable = Mapping[str, Any]


def type_tables(
    file: Path, tables: Mapping[str, Any], present: Mapping[str, TypeTable], problems: list[str]
) -> dict[str, TypeTable]:
    """Apply the tables [types.NAME] to the present ones; add mistakes to ``problems``."""
    return {**present, **dict(_read(file, tables, present, problems))}


def key_of(name: str) -> str:
    """Return the key of a type's table, with the quotes that a name with a dot needs."""
    return f"types.{name}" if BARE.fullmatch(name) else f'types."{name}"'


def _read(
    file: Path, tables: Mapping[str, Any], present: Mapping[str, TypeTable], problems: list[str]
) -> Iterator[tuple[str, TypeTable]]:
    for name, table in tables.items():
        key = key_of(name)
        if not isinstance(table, dict):
            problems.append(f"{file}: {key} must be a table, [{key}]")
            continue
        if "." not in name and (inner := next(_tables_in(table), None)):
            problems.append(f'{file}: write [types."{name}.{inner}"], with the name in quotes')
            continue
        flat = [one for one in INNER if not isinstance(table.get(one, {}), dict)]
        problems += [f"{file}: {key}.{one} must be a table, such as {INNER[one]}" for one in flat]
        rest = {one: value for one, value in _flat(table) if one not in flat}
        said = checked(f"{file}", f"{key}.", rest, KEYS, problems)
        problems += [f"{file}: {key}: {wrong}" for wrong in _senseless(said)]
        # Also with mistakes, so that further ones are found, such as an unknown pool.
        yield name, _over(present.get(name, {}), _nested(said))


def _senseless(said: Mapping[str, Any]) -> Iterator[str]:
    """Find mistakes that the type of a value cannot express, such as a cap that is not finite."""
    for key, value in said.items():
        try:
            from_table(_nested({key: value}))
        except ValueError as error:
            yield str(error)


def _tables_in(table: Mapping[str, Any]) -> Iterator[str]:
    """Find tables where a policy has none: a name without quotes was split at its dot."""
    return (key for key, value in table.items() if isinstance(value, dict) and key not in INNER)


def _flat(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if key in INNER and isinstance(value, dict):
            yield from ((f"{key}.{one}", inner) for one, inner in value.items())
        else:
            yield key, value


def _nested(said: Mapping[str, Any]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in said.items():
        group, _, name = key.rpartition(".")
        (table.setdefault(group, {}) if group else table)[name] = value
    return table


def _over(present: TypeTable, said: TypeTable) -> TypeTable:
    inner = {
        name: {**present.get(name, {}), **said.get(name, {})}
        for name in INNER
        if name in present or name in said
    }
    return {**present, **said, **inner}
