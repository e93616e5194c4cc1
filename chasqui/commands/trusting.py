"""Asking once before a config starts work by itself.

On a terminal the tables in question are shown and the user answers. Without a terminal
nothing is started, and one line says how to accept them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import tomli_w

from chasqui.commands.words import say
from chasqui.control.masking import masked
from chasqui.control.safe_text import safe_line
from chasqui.control.trust import Standing, TrustStore, sensitive, titles
from chasqui.engine.config.places import trusted_file
from chasqui.engine.config.tables import Config
from chasqui.errors import ChasquiError

WORST = 16  # characters that one character may be shown as
SAID = {"new": "which you have not run before", "changed": "which changed since you trusted them"}


class Untrusted(ChasquiError):
    """A config would start work by itself, and this user does not trust it."""


def ask_once(config: Config) -> None:
    """Go on if the config is trusted, else ask; raises Untrusted."""
    tables = sensitive(config)
    if config.path is None or not tables:
        return
    standing = TrustStore(trusted_file()).standing(config.path, tables)
    if standing == "trusted":
        return
    file = config.path.absolute()
    if not (os.isatty(0) and os.isatty(2)):
        raise Untrusted(
            f"{file} has {titles(tables)}, {SAID[standing]}; nothing is started. "
            f"Look with `chasqui-tui config show {file}`, accept with --trust"
        )
    _show(file, tables, standing)
    if _answer() not in ("y", "yes"):
        raise Untrusted(f"{file} is not trusted; nothing was started")
    accept(config)


def accept(config: Config) -> None:
    """Remember that this user trusts the config."""
    tables = sensitive(config)
    if config.path is None or not tables:
        return
    store = TrustStore(trusted_file())
    if store.standing(config.path, tables) == "trusted":
        return
    try:
        store.accept(config.path, tables)
    except OSError as error:
        say(f"{store.file}: cannot be written: {error.strerror}; you will be asked again")


def _show(file: Path, tables: dict[str, Any], standing: Standing) -> None:
    say(f"{file} has {titles(tables)}, {SAID[standing]}:")
    sys.stderr.write("\n")
    for line in tomli_w.dumps(masked(tables)).splitlines():
        # Nothing is cut: what is not seen cannot be trusted.
        shown = safe_line(line, WORST * len(line) + 1)
        sys.stderr.write(f"  {shown}\n")
    sys.stderr.write("\n")


def _answer() -> str:
    sys.stderr.write("trust this config? [y/N] ")
    sys.stderr.flush()
    # Not by sys.stdin, which may take in more than the line, and a run reads on from there.
    return os.read(0, 1024).decode(errors="replace").strip().lower()
