"""`chasqui-tui config`: check, show or locate the settings."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomli_w

from chasqui.commands import exits
from chasqui.commands.logfile import why_unwritable
from chasqui.commands.session import CommandSession, open_session, unwritable
from chasqui.commands.words import say, show
from chasqui.control.masking import masked
from chasqui.control.safe_text import safe_line
from chasqui.engine.config.places import user_config
from chasqui.engine.config.source import Key, statements
from chasqui.engine.config.tables import Config
from chasqui.engine.config.type_tables import key_of
from chasqui.engine.engine import BaseEngine
from chasqui.engine.schedules.tables import where_is
from chasqui.errors import ChasquiError, ConfigError, JournalError, PluginError, SocketUnusable
from chasqui.nearest import nearest
from chasqui.plugins.loader import PluginHost
from chasqui.plugins.selection import is_called

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
    if args.what == "check":
        return _check(args)
    session = open_session(args)
    if args.what == "show":
        plugins = _lenient(session.config, args) if session.config.plugin else None
        _show(session.config, plugins, origin=args.origin)
        return exits.DONE
    path = session.config.path
    show(f"config     {path.absolute() if path else '(none: the defaults)'}")
    show(f"user       {user_config()}")
    show(f"overrides  {session.overrides}")
    show(f"state      {session.folder}")
    return exits.DONE


def _lenient(config: Config, args: Namespace) -> PluginHost:
    """Load the plugins; one that fails is reported with everything else, also when strict."""
    config = replace(config, plugins=replace(config.plugins, strict=False))
    return PluginHost.from_config(config, enabled=not args.no_plugins).load()


# Checking


def _check(args: Namespace) -> int:
    problems: list[str] = []
    session = open_session(args, problems)
    # Which plugins may be imported is said in a table that can be wrong itself.
    if not any(re.search(r"\bplugins\b", line) for line in problems):
        problems += _wrong_beside(session, args, wrong=bool(problems))
    for line in problems:
        say(line)
    if problems or session.config.ignored or session.config.doubts or session.note:
        return exits.USAGE
    read = [str(file.path) for file in session.config.files]
    show(f"ok: {' and '.join(read) if read else 'the defaults, no file'}")
    return exits.DONE


def _wrong_beside(session: CommandSession, args: Namespace, *, wrong: bool) -> Iterator[str]:
    """Find what only this installation can tell; ``wrong``: not all in the file is right."""
    config = session.config
    plugins = _lenient(config, args)
    # An engine would refuse what is wrong in these tables, of which the reader has told.
    parts: dict[str, Any] = {"policies": {}, "schedules": ()} if wrong else {}
    yield from _wrong_log(session)
    yield from _wrong_journal(session)
    yield from _wrong_observers(config)
    yield from _wrong_keys(config)
    yield from _wrong_selection(config, plugins)
    yield from _wrong_tables(config, plugins)
    try:
        engine = session._replace(plugins=plugins).engine(**parts)
    except PluginError as error:  # of a backend; what needs an engine cannot be checked
        yield f"{config.path}: {error}"
        return
    yield from _wrong_types(config, engine)
    if not wrong:
        yield from (str(one) for one in engine.routes.wrong_policies(engine.types))
    yield from _wrong_schedules(config, engine)
    if config.plugins.strict:
        yield from (info.summary() for info in plugins.infos if info.status == "failed")


def _wrong_log(session: CommandSession) -> Iterator[str]:
    """Find a log that cannot be written."""
    file = session.log_file
    reason = why_unwritable(file) if file else None
    if reason:
        yield f"{_file_of(session.config, 'log', 'file')}: {unwritable(file, reason)}"


def _wrong_journal(session: CommandSession) -> Iterator[str]:
    """Find a journal that a host would not open; what is made for it by default is not asked."""
    path = session.journal
    if path is not None and session.config.journal.path:
        from chasqui.engine.journal.opening import check  # here, since it needs SQLite

        try:
            check(path.absolute())
        except (JournalError, OSError) as error:
            yield f"{_file_of(session.config, 'journal', 'path')}: journal.path: {error}"


def _wrong_observers(config: Config) -> Iterator[str]:
    """Find a group that does not exist, or a folder that it cannot use; none is made."""
    host = config.host
    if not host.observers:
        return
    from chasqui.control.sockets.group import number_of, observers_of

    try:
        number_of(host.observers)
    except ConfigError as error:
        yield f"{_file_of(config, 'host', 'observers')}: {error}"
        return
    if host.observers_folder:
        try:
            observers_of(
                config.engine.name,
                config.path,
                group=host.observers,
                folder=host.observers_folder,
            )
        except SocketUnusable as error:
            where = _file_of(config, "host", "observers_folder")
            yield f"{where}: host.observers_folder: {error}"


def _wrong_keys(config: Config) -> Iterator[str]:
    """Find keys of the console that are none, or that would mean two things."""
    if config.console.keys:
        # Here, since the console's actions need Textual.
        from chasqui.console.actions.table import ACTIONS
        from chasqui.console.model.keymap import Keymap, SaidKeys

        said = [
            SaidKeys(str(file.path), file.tables["console"]["keys"])
            for file in config.files
            if _file_of(replace(config, files=(file,), path=None), "console", "keys")
        ]
        yield from Keymap(ACTIONS, said).problems


def _wrong_selection(config: Config, plugins: PluginHost) -> Iterator[str]:
    """Find names of plugins to import that no installed plugin has."""
    for name in config.plugins.only:
        if not any(is_called(info, name) for info in plugins.infos):
            near = nearest(name, [info.name for info in plugins.infos])
            hint = f"did you mean {near}?" if near else "`chasqui-tui plugins` lists them"
            where = _file_of(config, "plugins", "only")
            yield f"{where}: plugins.only: there is no plugin {name!r}; {hint}"


def _wrong_tables(config: Config, plugins: PluginHost) -> Iterator[str]:
    """Find tables of plugins that are not installed, and settings that their plugin refuses."""
    names = {info.name: info for info in plugins.infos}
    for name in config.plugin:
        if name not in names:
            near = nearest(name, names, cutoff=0.5)
            hint = f"did you mean plugin.{near}?" if near else "`chasqui-tui plugins` lists them"
            yield f"{_file_of(config, 'plugin', name)}: plugin.{name}: no such plugin; {hint}"
            continue
        for line in names[name].wrong_settings:
            yield f"{_file_of(config, 'plugin', name)}: {line}"


def _wrong_types(config: Config, engine: BaseEngine) -> Iterator[str]:
    """Find tables of types that are not there."""
    for name in config.types:
        try:
            engine.type(name)
        except ChasquiError as error:
            yield f"{_file_of(config, 'types', name)}: {key_of(name)}: {error}"


def _wrong_schedules(config: Config, engine: BaseEngine) -> Iterator[str]:
    """Find schedules whose type is not there or does not take their parameters."""
    file = next((file for file in reversed(config.files) if "schedule" in file.tables), None)
    tables = file.tables["schedule"] if file else None
    # As they were read, not as they count: one that has another mistake is looked at too.
    for number, table in enumerate(tables if isinstance(tables, list) else (), 1):
        name = table.get("type") if isinstance(table, dict) else None
        params = table.get("params", {}) if name else None
        if isinstance(name, str) and isinstance(params, dict):
            try:
                engine.type(name).work_from(params, name)
            except ChasquiError as error:
                yield f"{where_is(file.path if file else None, number)}: {error}"


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
