"""Applying a settings file over settings, table by table, with every mistake named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.config.sections import converted, unknown
from chasqui.engine.config.source import SettingsFile
from chasqui.engine.config.tables import TABLES, Config, JournalConfig
from chasqui.engine.config.type_tables import TypeTable, key_of, type_tables
from chasqui.engine.schedules.tables import schedules
from chasqui.errors import UnknownPool
from chasqui.identity import NAME
from chasqui.nearest import nearest
from chasqui.pool.backends import check_settings

ALIKE: Final = 0.8  # of two names: as with two letters swapped, or one too many


def applied(config: Config, file: SettingsFile, *, makes_pools: bool) -> tuple[Config, list[str]]:
    """Apply the valid settings of a file, and name the mistakes.

    A console changes pools and makes none: settings of a removed pool must not bring it back.
    """
    problems: list[str] = []
    changes: dict[str, Any] = {}
    for name, table in file.tables.items():
        if name not in TABLES:
            problems.append(unknown(f"{file.path}", name, TABLES, "table"))
        elif name == "schedule":
            changes[name] = tuple(schedules(file.path, table, problems))
        elif not isinstance(table, dict):
            problems.append(f"{file.path}: {name} must be a table, [{name}]")
        elif name == "pools":
            known = None if makes_pools else config.pools
            changes[name] = dict(_pools(file.path, table, config.pools, known, problems))
        elif name == "types":
            changes[name] = type_tables(file.path, table, config.types, problems)
        elif name == "plugin":
            changes[name] = dict(_plugin_tables(file.path, table, problems))
        else:
            changes[name] = _section(file.path, name, table, getattr(config, name), problems)
    pools, types = changes.get("pools", config.pools), changes.get("types", config.types)
    problems += _wrong_routes(file.path, types, {*pools, *_named_pools(file)})
    if makes_pools:
        odd = tuple(_odd_pools(file, types, config.pools))
        changes["doubts"] = (*odd, *_unused_path(file, changes.get("journal", config.journal)))
    return replace(config, **changes, files=(*config.files, file)), problems


def _pools(
    file: Path,
    table: dict[str, Any],
    present: Mapping[str, PoolConfig],
    known: Iterable[str] | None,
    problems: list[str],
) -> Iterator[tuple[str, PoolConfig]]:
    """Read the tables [pools.NAME]; with ``known``, other names are mistakes."""
    yield from present.items()
    for name, settings in table.items():
        key = f"pools.{name}"
        if known is not None and name not in known:
            problems.append(unknown(f"{file}", key, [f"pools.{one}" for one in known], "pool"))
        elif not isinstance(settings, dict):
            problems.append(f"{file}: {key} must be a table, [{key}]")
        elif not re.fullmatch(NAME, name):
            problems.append(
                f"{file}: pools.{name!r} is not a valid name; use 1 to 40 letters, digits, - and _"
            )
        else:
            made = _section(file, key, settings, present.get(name, PoolConfig()), problems)
            try:
                check_settings(made.backend, made.settings)
            except ValueError as error:
                problems.append(f"{file}: {key}.settings: {error}")
                made = replace(made, settings={})  # else an engine would refuse them once more
            yield name, made


def _named_pools(file: SettingsFile) -> Iterable[str]:
    """Return the names of all pools in a file, valid or not: each mistake is reported once."""
    table = file.tables.get("pools")
    return table if isinstance(table, dict) else ()


def _odd_pools(
    file: SettingsFile, types: Mapping[str, TypeTable], present: Iterable[str]
) -> Iterator[str]:
    """Find a pool that is probably one of those that always exist, misspelt: no type uses it."""
    named = {*_named_pools(file)}
    meant = [name for name in present if name not in named]
    for name in sorted(named - {said.get("pool") for said in types.values()}):
        if name not in present and (near := nearest(name, meant, cutoff=ALIKE)):
            yield (
                f"{file.path}: pools.{name}: no type is sent to this pool; did you mean "
                f"pools.{near}? If not, add [pools.{near}] as well"
            )


def _unused_path(file: SettingsFile, journal: JournalConfig) -> Iterator[str]:
    if journal.path and journal.mode == "off":
        yield f'{file.path}: journal.path: it is not used, since journal.mode is "off"'


def _wrong_routes(
    file: Path, types: Mapping[str, TypeTable], pools: Iterable[str]
) -> Iterator[str]:
    """Find types that are sent to a pool that does not exist."""
    for name, said in types.items():
        if (pool := said.get("pool")) is not None and pool not in pools:
            yield str(UnknownPool(pool, sorted(pools), where=f"{file}: {key_of(name)}.pool"))


def _plugin_tables(
    file: Path, table: dict[str, Any], problems: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, settings in table.items():
        if isinstance(settings, dict):
            yield name, settings
        else:
            problems.append(f"{file}: plugin.{name} must be a table, [plugin.{name}]")


def _section(file: Path, key: str, table: dict[str, Any], present: Any, problems: list[str]) -> Any:
    """Return a section with a table's keys applied; add mistakes to ``problems``."""
    given = converted(f"{file}", f"{key}.", table, type(present), problems)
    if key == "console":
        given["keys"] = {**present.keys, **given.get("keys", {})}
    return replace(present, **given)
