"""What `check_plugin` runs in a fresh interpreter: load one plugin, and write down what is so.

    python -m chasqui.testing.probe REQUEST FACTS

Both are JSON files, since a plugin may print on any stream. Nothing is judged here.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

import chasqui
from chasqui.plugins.loader import PluginHost
from chasqui.plugins.records import PluginInfo
from chasqui.plugins.selection import BUILT_IN


class Facts(msgspec.Struct):
    """What is so after loading one plugin."""

    plugins: list[PluginInfo]
    """Those of the name asked for: more than one if several packages bring it."""
    docs: dict[str, str]
    """The docstring of each task type on offer."""
    unexplained: list[str]
    """The settings that it declares without a help text."""
    seconds: float
    """Processor time of loading it, beyond what Chasqui itself needs."""
    textual: bool
    """Whether Textual was imported."""


def probe(name: str, settings: dict[str, Any]) -> Facts:
    """Load a plugin with the real loader, and nothing else."""
    for public in chasqui.__all__:  # what any plugin may import is Chasqui's share of the time
        getattr(chasqui, public)
    PluginHost(only=[BUILT_IN]).load()
    began = time.process_time()
    host = PluginHost(only=[name], settings={name: settings}).load()
    seconds = time.process_time() - began
    return Facts(
        plugins=[info for info in host.infos if info.status != "disabled"],
        docs={full: type.doc for full, type in host.types().items()},
        unexplained=[
            field.name
            for parameters in host.settings().values()
            for field in parameters.fields
            if not field.help
        ],
        seconds=seconds,
        textual="textual" in sys.modules,
    )


def main(request: str, facts: str) -> None:
    """Read what to load, and write the facts."""
    asked = json.loads(Path(request).read_text(encoding="ascii"))
    found = msgspec.to_builtins(probe(asked["name"], asked["settings"]))
    # Not msgspec's JSON: what a plugin says may hold what is not UTF-8.
    Path(facts).write_text(json.dumps(found), encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
