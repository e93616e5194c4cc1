"""The command that does the same as a filled-in form."""

from __future__ import annotations

import shlex
from collections.abc import Mapping


def run_command(type: str, values: Mapping[str, str]) -> str:
    """Return the `chasqui-tui run` line of these values, quoted for a shell."""
    words = ["chasqui-tui", "run", type, *(f"{name}={value}" for name, value in values.items())]
    return shlex.join(words)
