"""Mutants of how plugins are found, of those that come along, and of what an engine takes in."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

PLUGINS = "tests/plugins"
ENGINE = "tests/engine"
FILES = "plugins/chasqui-files"

MUTANTS = (
    Mutant(
        "first-problem-only",
        "every wrong parameter is reported at once",
        "chasqui/engine/parameters.py",
        "problems[field.name] = str(error)",
        "problems = {field.name: str(error)}",
        ENGINE,
    ),
    Mutant(
        "default-unchecked",
        "a default that breaks its own bounds is refused",
        "chasqui/engine/fields.py",
        "if default is not REQUIRED:\n        field.convert(default)",
        "if default is not REQUIRED:\n        str(default)",
        ENGINE,
    ),
    Mutant(
        "config-of-others",
        "a config that others can write is ignored",
        "chasqui/engine/places.py",
        "_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH",
        "_OTHERS_WRITE = 0",
        ENGINE,
    ),
    Mutant(
        "failure-unlogged",
        "a failure is logged",
        "chasqui/engine/accepting.py",
        "            self.failures.record(task)\n",
        "",
        ENGINE,
    ),
    Mutant(
        "exit-not-caught",
        "a plugin that calls sys.exit is quarantined",
        "chasqui/plugins/loader.py",
        "except (Exception, SystemExit) as error:",
        "except Exception as error:",
        PLUGINS,
    ),
    Mutant(
        "half-registered",
        "a plugin that fails leaves nothing live",
        "chasqui/plugins/loader.py",
        "self._manager.unregister(module)",
        "pass",
        PLUGINS,
    ),
    Mutant(
        "disabled-imported",
        "a plugin left out is never imported",
        "chasqui/plugins/discovery.py",
        'return f"{self.because} disabled"',
        "return None",
        PLUGINS,
    ),
    Mutant(
        "conflict-unnoticed",
        "two packages with one name both fail",
        "chasqui/plugins/discovery.py",
        "len(owners[candidate.info.name]) > 1",
        "len(owners[candidate.info.name]) > 2",
        PLUGINS,
    ),
    Mutant(
        "fifo-read",
        "only regular files are read",
        "plugins/chasqui-files/chasqui_files/reading.py",
        "if not stat.S_ISREG(mode):",
        "if False:",
        FILES,
    ),
)
