"""Finding this engine's host, or starting one beside the console.

Of several consoles that start at once one has the start lock and starts the host; the others wait
for its socket to answer. What counts is an answer: a path may be that of a host long dead. A host
that is just ending is waited for, and a new one started.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from chasqui.commands import hostlog
from chasqui.commands.words import say
from chasqui.control.client.client import Client
from chasqui.control.sockets.locking import is_held, pid_in
from chasqui.control.sockets.place import connectable, lock_of
from chasqui.control.sockets.starting import start_lock
from chasqui.control.wire.messages import WireError
from chasqui.control.wire.permanent import NoArgsEver, Role
from chasqui.control.wire.status import Status
from chasqui.errors import ChasquiError

SAID_AFTER: Final = 0.3
"""Seconds after which it is said that a host is being started."""
SILENT_SECONDS: Final = 10.0
"""For which a process that is there may not answer: it may be starting, or ending."""
PAUSE: Final = 0.02
TOLD_LINES: Final = 5
ANSWER: Final = 5.0


class HostFailed(ChasquiError):
    """A host ended while it was being started."""

    kind = "gone"  # for its exit status: there is no host


def attached(path: Path, role: Role = "operate") -> Client:
    """Connect to a host as a console; raises WireError or SocketUnusable."""
    return Client.connect(path, client="console", role=role, term=os.environ.get("TERM", ""))


def answering(path: Path) -> Client | None:
    """Connect to the host that is there; None if there is none, or it is at its end.

    Raises:
        WireError: it refuses this console.
        SocketUnusable: its folder is not safe.
    """
    if not connectable(path) or not path.exists():
        return None
    try:
        client = attached(path)
        if not _is_ending(client.ask("status", NoArgsEver(), Status, ANSWER)):
            return client
        client.close()
    except WireError as error:
        if error.kind != "gone":
            raise
    return None


def _is_ending(status: Status) -> bool:
    """Whether nothing more will happen there. A drain with work left can be watched."""
    counts = status.counts
    left = counts.queued + counts.scheduled + counts.running
    return status.state in ("new", "stopped") or (status.state == "stopping" and not left)


def start_or_find(path: Path, folder: Path, args: Namespace) -> Client:
    """Start a host beside this console, or find the one that another console starts.

    Args:
        path: of the socket.
        folder: the state folder of the engine.
        args: those of the command; the user has been asked whether the config is trusted.

    Raises:
        HostFailed: it ended at once; says so with the end of its log.
        WireError: a process is there that does not answer, or refuses.
    """
    began = time.monotonic()
    while True:
        lock = start_lock(path)
        if lock is not None:
            with lock:
                client = answering(path)
                if client is None and not is_held(lock_of(path)):
                    return _started(path, hostlog.log_of(folder), _words(args))
        else:
            client = answering(path)
        if client is not None:
            return client
        if time.monotonic() - began > SILENT_SECONDS and is_held(lock_of(path)):
            pid = pid_in(lock_of(path))
            raise WireError("gone", f"the host of this engine, process {pid}, does not answer")
        time.sleep(PAUSE)


def _started(path: Path, log: Path, words: Sequence[str]) -> Client:
    """Start a host, and wait for its answer as long as it lives."""
    began = time.monotonic()
    told = False
    process = _spawn(log, words)
    while True:
        client = answering(path)
        if client is not None:
            return client
        if process.poll() is not None:
            lines = "\n".join(hostlog.last_lines(log, TOLD_LINES))
            raise HostFailed(
                f"the host ended with status {process.returncode} while it was starting; "
                f"the end of its log, {log}:\n{lines}"
            )
        if not told and time.monotonic() - began > SAID_AFTER:
            told = True
            say(f"starting the host of this engine, process {process.pid} …")
        time.sleep(PAUSE)


def _spawn(log: Path, words: Sequence[str]) -> subprocess.Popen[bytes]:
    try:
        output = hostlog.opened(log)
    except OSError as error:
        text = hostlog.unwritable(log, error.strerror)
        raise HostFailed(f"{text}, or start the console with --here") from None
    try:
        # In a session of its own: what the terminal signals to this one does not reach it.
        return subprocess.Popen(
            [sys.executable, *_safely(), "-m", "chasqui", *words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    finally:
        os.close(output)


def _safely() -> list[str]:
    """Keep the present folder from being imported from, unless this process does that too."""
    return [] if {"", os.getcwd()} & set(sys.path) else ["-P"]  # noqa: PTH109


def _words(args: Namespace) -> list[str]:
    config = ["--config", args.config] if args.config else []
    plugins = ["--no-plugins"] if args.no_plugins else []
    return [*config, *plugins, "--trust", "serve", "--beside"]
