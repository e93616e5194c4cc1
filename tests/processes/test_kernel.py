"""What the system says of processes, some of whose parts end while it is asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chasqui.processes import kernel


@pytest.fixture
def child():
    """Return the number of a child of this process, which waits."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as made:
        yield made.pid
        made.kill()


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="the system does not list threads there"
)
def test_a_thread_that_has_ended_meanwhile_hides_no_child(child, monkeypatch):
    ended = Path(f"/proc/{os.getpid()}/task/0")
    listed = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda folder: iter([ended, *listed(folder)]))

    assert child in kernel.children_of(os.getpid())


def test_a_process_that_has_ended_has_no_children():
    with subprocess.Popen([sys.executable, "-c", "pass"]) as made:
        pass

    assert [] == kernel.children_of(made.pid)
