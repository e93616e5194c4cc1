"""`chasqui-tui config`: check, show or locate the settings."""

from __future__ import annotations

import difflib
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomli_w

from chasqui.commands import exits
from chasqui.commands.session import Session, open_session
from chasqui.commands.words import say, show
from chasqui.control.masking import masked
from chasqui.control.safe_text import safe_line
from chasqui.engine.config import Config
from chasqui.engine.engine import Engine
from chasqui.engine.schedules import where_is
from chasqui.engine.settings_file import Key, statements
from chasqui.errors import ChasquiError
from chasqui.plugins.loader import PluginHost

DEFAULT = "default"
MARGIN = 40  # the column that origins begin in, at most


class NoOrigin(ChasquiError):
    """`--origin` says where shown values come from."""


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("what", choices=["check", "show", "path"], help="what to do")
    parser.add_argument("file", nargs="?", metavar="FILE", help="instead of the file in use")
    parser.add_argument("--origin", action="store_true", help="show where each value comes from")


def execute(args: Namespace) -> int:
    """Do it; what is wrong with the config file is raised as ConfigError."""
    if args.origin and args.what != "show":
        raise NoOrigin("--origin goes with `config show`")
    args.config = args.file or args.config
    session = open_session(args)
    if args.what == "check":
        return _check(session, _lenient(session.config, args))
    if args.what == "show":
        plugins = _lenient(session.config, args) if session.config.plugin else None
        _show(session.config, plugins, origin=args.origin)
        return exits.DONE
    path = session.config.path
    show(f"config     {path.absolute() if path else '(none: the defaults)'}")
    show(f"overrides  {session.overrides}")
    show(f"state      {session.folder}")
    return exits.DONE


def _lenient(config: Config, args: Namespace) -> PluginHost:
    """Load the plugins; one that fails is reported with everything else, also when strict."""
    config = replace(config, plugins=replace(config.plugins, strict=False))
    return PluginHost.from_config(config, enabled=not args.no_plugins).load()


# Checking


def _check(session: Session, plugins: PluginHost) -> int:
    config = session.config
    engine = replace(session, plugins=plugins).engine()
    problems = [
        *_wrong_tables(config, plugins),
        *_wrong_types(config, engine),
        *(str(wrong) for wrong in engine.wrong_routes(engine.types)),
        *_wrong_schedules(config, engine),
    ]
    failed = [info.summary() for info in plugins.infos if info.status == "failed"]
    for line in [*problems, *(line for line in failed if config.plugins.strict)]:
        say(line)
    if problems or config.ignored or session.note or (failed and config.plugins.strict):
        return exits.USAGE
    read = [str(file.path) for file in config.files]
    show(f"ok: {' and '.join(read) if read else 'the defaults, no file'}")
    return exits.DONE


def _wrong_tables(config: Config, plugins: PluginHost) -> Iterator[str]:
    """Find tables of plugins that are not installed, and settings that their plugin refuses."""
    names = {info.name: info for info in plugins.infos}
    for name in config.plugin:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
            hint = f"did you mean plugin.{near[0]}?" if near else "`chasqui-tui plugins` lists them"
            yield f"{_file_of(config, 'plugin', name)}: plugin.{name}: no such plugin; {hint}"
            continue
        for line in names[name].wrong_settings:
            yield f"{_file_of(config, 'plugin', name)}: {line}"


def _wrong_types(config: Config, engine: Engine) -> Iterator[str]:
    """Find tables of types that are not there."""
    for name in config.types:
        try:
            engine.type(name)
        except ChasquiError as error:
            yield f"{_file_of(config, 'types', name)}: types.{name}: {error}"


def _wrong_schedules(config: Config, engine: Engine) -> Iterator[str]:
    """Find schedules whose type is not there or does not take their parameters."""
    for number, schedule in enumerate(config.schedule, 1):
        try:
            engine.type(schedule.type).work_from(schedule.params)
        except ChasquiError as error:
            yield f"{where_is(_file_of(config, 'schedule'), number)}: {error}"


def _file_of(config: Config, *keys: str) -> Path | None:
    """Return the file that a table was read from."""
    for file in reversed(config.files):
        table: Any = file.tables
        for key in keys:
            table = table.get(key) if isinstance(table, dict) else None
        if table is not None:
            return file.path
    return config.path


# Showing


def _show(config: Config, plugins: PluginHost | None, *, origin: bool) -> None:
    secrets = {
        name: [field.name for field in parameters.fields if field.secret]
        for name, parameters in (plugins.settings() if plugins else {}).items()
    }
    text = tomli_w.dumps(masked(config.as_toml(), secrets)).rstrip()
    lines = _with_origins(text, config.origins()) if origin else text.split("\n")
    for line in lines:
        show(safe_line(line, 16 * len(line) + 1))


def _with_origins(text: str, origins: dict[Key, str]) -> list[str]:
    """Write behind each value where it comes from; the text stays TOML."""
    lines = text.split("\n")
    ends = {last: _origin(key, origins) for key, _, last in statements(text)}
    width = min(MARGIN, max(len(lines[last - 1]) for last in ends))
    for last, source in ends.items():
        lines[last - 1] = f"{lines[last - 1]:<{width}}  # {source}"
    return lines


def _origin(key: Key, origins: dict[Key, str]) -> str:
    """Return the origin of a value, or of the value that it is a part of in its file."""
    parts = [key[:length] for length in range(len(key), 0, -1)]
    return next((origins[part] for part in parts if part in origins), DEFAULT)
