"""Spawning: a child that begins as a new interpreter, where a copy of the zygote will not do.

It takes a fifth of a second and twice the memory, so children are copies by default. A zygote that
has other threads is not copied: the copy of a lock that one of them holds would never be released.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from chasqui.plugins.recipe import made_from
from chasqui.processes import offspring, serving
from chasqui.processes.messages import Fork
from chasqui.processes.script import Script

BOOTSTRAP: Final = str(Path(__file__).with_name("bootstrap.py"))


def command(role: str, told: Mapping[str, Any]) -> list[str]:
    """Return the command line of a process that begins in `bootstrap`."""
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    said = json.dumps({**told, "path": sys.path})
    return [sys.executable, *flags, BOOTSTRAP, role, said]


def spawned(order: Fork, passed: list[int], output: int) -> int:
    """Start a child, and return the number of its process.

    Args:
        passed: the descriptors of its socket, its page and its dump.
        output: where it writes.
    """
    told = {
        "passed": passed,
        "zygote": os.getpid(),
        "memory": order.memory,
        "plugins": bytes(order.plugins).decode(),
        "main": order.main,
    }
    started = subprocess.Popen(
        command("child", told),
        pass_fds=passed,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )
    started.returncode = 0  # it is reaped by its zygote, not by this object
    return started.pid


def live(told: Mapping[str, Any]) -> None:
    """Be a spawned child."""
    offspring.begin(told["memory"], told["zygote"])
    for descriptor in told["passed"]:
        os.set_inheritable(descriptor, False)
    stream, page, dump = told["passed"]
    plugins = made_from(told["plugins"].encode())
    serving.live(stream, page, dump, plugins, Script(*told["main"]))
