"""A host whose log's disk is full: the work goes on, and the host ends as it would otherwise."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chasqui.commands import hostlog

pytestmark = pytest.mark.slow

COMMAND = (sys.executable, "-m", "chasqui", "--trust")


def test_a_log_that_takes_no_byte_more_costs_no_task(tmp_path: Path, runtime: Path) -> None:
    # Without a journal: the limit below holds for every file of the process.
    config = '[engine]\n[log]\nlevel = "debug"\n[journal]\nmode = "off"\n'
    (tmp_path / "config.toml").write_text(config)
    log = hostlog.log_of(tmp_path)
    output = hostlog.opened(log)
    host = subprocess.Popen(
        [*COMMAND, "serve"], cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=output, stderr=output
    )
    os.close(output)
    try:
        while b"is served at" not in log.read_bytes():
            assert host.poll() is None
            time.sleep(0.02)
        full = log.stat().st_size
        resource.prlimit(host.pid, resource.RLIMIT_FSIZE, (full, full))
        fed = subprocess.run(
            [*COMMAND, "submit", "demo.sleep", "--each", "seconds", "-", "--wait"],
            cwd=tmp_path,
            input=b"0\n" * 50,
            capture_output=True,
            timeout=60,
            check=False,
        )
        host.terminate()
        assert 0 == host.wait(60)
    finally:
        host.kill()
        host.wait()

    assert 0 == fed.returncode, fed.stderr
    assert 50 == fed.stdout.count(b'"completed"')
    assert full == log.stat().st_size
