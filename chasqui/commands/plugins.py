"""`chasqui-tui plugins`: what was found, what loaded, and what failed and why."""

from __future__ import annotations

import contextlib
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable

from chasqui.commands import exits
from chasqui.commands.session import CommandSession, open_session
from chasqui.commands.words import show
from chasqui.control.safe_text import safe_block, safe_line
from chasqui.durations import rounded
from chasqui.errors import ChasquiError, PluginError
from chasqui.plugins.records import PluginInfo
from chasqui.testing.check import check_plugin


class NoSuchPlugin(ChasquiError):
    """No plugin has this name."""


class NothingToCheck(ChasquiError):
    """A check was asked for, but not of what."""


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("plugin", nargs="?", metavar="NAME", help="show this one in full")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="as JSON")
    how.add_argument(
        "--check",
        action="store_true",
        help="load NAME alone, and say what its author should change; for its tests there is "
        "chasqui.testing.check_plugin",
    )


def execute(args: Namespace) -> int:
    """List, show or check; the status is 1 when a plugin has failed or a check found something."""
    session = open_session(args)
    if args.check:
        return _check(session, args.plugin)
    with contextlib.suppress(PluginError):  # strict stops a start, not the list of what is wrong
        session.plugins.load()
    infos = list(session.plugins.infos_loaded())
    if args.plugin is not None:
        infos = _called(args.plugin, infos)
    if args.json:
        from dataclasses import asdict

        show(json.dumps([asdict(info) for info in infos], indent=2))
    elif args.plugin is not None:
        for info in infos:
            _show_one(info)
    else:
        _show_all(infos)
    failed = any(info.status == "failed" for info in infos)
    return exits.UNHEALTHY if failed else exits.DONE


def _called(name: str, infos: Iterable[PluginInfo]) -> list[PluginInfo]:
    called = [info for info in infos if name in (info.name, info.distribution)]
    if not called:
        raise NoSuchPlugin(f"no plugin is called {name!r}")
    return called


def _check(session: CommandSession, name: str | None) -> int:
    if name is None:
        raise NothingToCheck("--check needs the name of a plugin; `chasqui-tui plugins` lists them")
    problems = 0
    # Each once, also when several packages bring a plugin of this name.
    for plugin in dict.fromkeys(info.name for info in _called(name, session.plugins.found())):
        found = check_plugin(plugin, settings=session.config.plugin.get(plugin))
        for sentence in found or [f"plugin {plugin}: nothing is wrong with it"]:
            show(safe_line(sentence))
        problems += len(found)
    return exits.UNHEALTHY if problems else exits.DONE


def _show_all(infos: list[PluginInfo]) -> None:
    rows = [("NAME", "PACKAGE", "STATUS", "OFFERS")]
    notes: list[list[str]] = [[]]
    for info in infos:
        offers = _counted(info) if info.status == "loaded" else ""
        if info.status == "disabled":
            offers = f"({info.problem})"
        rows.append((info.name, info.package, info.status, offers))
        notes.append(_notes(info))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row, lines in zip(rows, notes, strict=True):
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        show(safe_line("  ".join([*cells, row[3]]).rstrip()))
        for line in lines:
            show("    " + safe_line(line))


def _counted(info: PluginInfo) -> str:
    """Say how much of what a plugin offers."""
    counts = {"task type": len(info.offers), "backend": len(info.backends)}
    said = [f"{count} {what}{'s' * (count != 1)}" for what, count in counts.items() if count]
    return ", ".join(said) or "0 task types"


def _notes(info: PluginInfo) -> list[str]:
    if info.status != "failed":
        return []
    return [f"{info.at}: {info.problem}", _remedy(info)]


def _remedy(info: PluginInfo) -> str:
    """Say what to do about a plugin that failed."""
    key = f"plugin.{info.name}."
    problems = [problem.removeprefix(key).partition(": ") for problem in info.wrong_settings]
    if missing := [name for name, _, reason in problems if reason == "is required"]:
        lines = " and ".join(f"{name} = …" for name in missing)
        return f"write [plugin.{info.name}] {lines} into config.toml"
    return f'disable it with: disabled = ["{info.name}"]   in full: chasqui-tui plugins {info.name}'


def _show_one(info: PluginInfo) -> None:
    show(safe_line(info.summary()))
    show(safe_line(f"  entry point  {info.target}"))
    show(safe_line(f"  stage        {info.stage}"))
    show(f"  import       {rounded(info.import_seconds)}")
    for offer in info.offers:
        show(safe_line(f"  offers       {offer}"))
    for backend, help_ in info.backends.items():
        show(safe_line(f"  backend      {backend}  {help_}".rstrip()))
    for title, text in (("it printed", info.output), ("traceback", info.traceback)):
        if text:
            show(f"\n{title}:")
            show(safe_block(text.rstrip()))
