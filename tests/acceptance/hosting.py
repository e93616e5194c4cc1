"""A host for an acceptance script: `chasqui-tui serve` over a config in the script's folder."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import check, run

PATIENCE = 60  # seconds until a host's engine runs, or the host has ended


@contextlib.contextmanager
def serving(config: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a host with these settings, wait until its engine runs, and end it."""
    # The path of a socket is short; that of a script's folder may not be.
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="cq-")
    Path("config.toml").write_text(config)
    with Path("host.log").open("wb") as log:
        host = subprocess.Popen(
            ["chasqui-tui", "serve"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + PATIENCE
        # It answers before its engine is started, and the status is 1 until then.
        while run("status").returncode != 0:
            check(host.poll() is None, f"the host runs: {Path('host.log').read_text()}")
            check(time.monotonic() < deadline, "the host answers, and its engine runs")
            time.sleep(0.05)
        yield host
    finally:
        run("shutdown", "--abort", "--timeout", "0")
        with contextlib.suppress(subprocess.TimeoutExpired):
            host.wait(10)
        host.kill()
        host.wait()


def status() -> dict[str, Any]:
    """Return the status record."""
    record: dict[str, Any] = json.loads(run("status", "--json").stdout)
    return record
