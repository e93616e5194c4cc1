"""Finding plugins from metadata alone: nothing is imported here.

A plugin is an entry point in the group ``chasqui.plugins``. Its name is the namespace of what it
offers, so two distributions may not share one; the one that the user disables makes way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, Final, NamedTuple

from chasqui.engine.types.patterns import asked_for
from chasqui.plugins.records import PluginInfo
from chasqui.plugins.selection import BUILT_IN, PluginSelection, canonical
from chasqui.version import VERSION

GROUP: Final = "chasqui.plugins"
NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
NAMED: Final = asked_for(f"^{NAME.pattern}$")
RESERVED: Final = frozenset({"chasqui", "app", "all", "none", "builtin"})
BUILT_IN_MODULE: Final = "chasqui.plugins.demo"


class Candidate(NamedTuple):
    """A plugin that was found, and what imports it."""

    info: PluginInfo
    load: Callable[[], Any]


def find(selection: PluginSelection) -> list[Candidate]:
    """Find every plugin there is, by name; those left out or in conflict say why."""
    found = [_built_in()]
    found += [Candidate(_described(entry), entry.load) for entry in entry_points(group=GROUP)]
    judged = [_judge(candidate, selection) for candidate in _distinct(found)]
    judged.sort(key=lambda one: (one.info.name, one.info.distribution))
    return _without_conflicts(judged)


def given(modules: Mapping[str, ModuleType]) -> list[Candidate]:
    """Take modules as plugins of these names, and look for no others."""
    infos = {
        name: _installed(module, name) or PluginInfo(name, "", "", module.__name__)
        for name, module in modules.items()
    }
    return [
        _judge(Candidate(infos[name], lambda module=module: module), PluginSelection())  # type: ignore[misc]
        for name, module in sorted(modules.items())
    ]


def names_of(module: ModuleType) -> list[str]:
    """Return the names of the installed plugins that are this module."""
    return sorted({one.name for one in entry_points(group=GROUP) if one.value == module.__name__})


def _built_in() -> Candidate:
    info = PluginInfo(BUILT_IN, "chasqui-tui", VERSION, BUILT_IN_MODULE)
    return Candidate(info, partial(import_module, BUILT_IN_MODULE))


def _described(entry: EntryPoint) -> PluginInfo:
    package = entry.dist
    return PluginInfo(
        name=entry.name,
        distribution=package.name if package else "",
        version=package.version if package else "",
        target=entry.value,
    )


def _installed(module: ModuleType, name: str) -> PluginInfo | None:
    entries = entry_points(group=GROUP, name=name)
    return next((_described(one) for one in entries if one.value == module.__name__), None)


def _distinct(found: Iterable[Candidate]) -> list[Candidate]:
    """Drop what one distribution says twice, as an editable install on a path twice does."""
    seen: dict[tuple[str, str, str], Candidate] = {}
    for candidate in found:
        info = candidate.info
        seen.setdefault((info.name, canonical(info.distribution), info.target), candidate)
    return list(seen.values())


def _judge(candidate: Candidate, selection: PluginSelection) -> Candidate:
    info = candidate.info
    reason = selection.why_not(info)
    if reason is not None:
        return _with(candidate, replace(info, status="disabled", problem=reason))
    if not NAME.fullmatch(info.name):
        problem = f"its name {info.name!r} must be {NAMED}"
    elif info.name in RESERVED:
        problem = f"its name {info.name!r} is reserved"
    else:
        return candidate
    return _with(candidate, replace(info, status="failed", problem=problem))


def _without_conflicts(candidates: list[Candidate]) -> list[Candidate]:
    owners: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.info.status == "found":
            owners.setdefault(candidate.info.name, []).append(candidate)
    return [
        _conflicting(candidate, owners[candidate.info.name])
        if candidate.info.status == "found" and len(owners[candidate.info.name]) > 1
        else candidate
        for candidate in candidates
    ]


def _conflicting(candidate: Candidate, owners: list[Candidate]) -> Candidate:
    packages = " and ".join(owner.info.package for owner in owners)
    problem = (
        f"{packages} both bring a plugin named {candidate.info.name!r}; disable one of them "
        f'by its package: disabled = ["{candidate.info.distribution}"]'
    )
    return _with(candidate, replace(candidate.info, status="failed", problem=problem))


def _with(candidate: Candidate, info: PluginInfo) -> Candidate:
    return Candidate(info, candidate.load)
