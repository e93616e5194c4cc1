"""Programs that fork. Each is run in an interpreter of its own, for pytest would fork as well."""

from __future__ import annotations

import subprocess
import sys
import textwrap

HEAD = """
import os, signal, sys, threading, time, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads, since 3.12
from chasqui.pool.gathering import gather
from chasqui.pool.room import await_room
from chasqui.pool.schedule import call_at
from chasqui.pool.state import state_of
from chasqui import *
from chasqui.errors import PoolForked

class Work:
    id = name = "work"
    def __init__(self, body=lambda ctx: None):
        self.body = body
    def execute(self, ctx):
        return self.body(ctx)

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

def status_of(child):
    until = time.monotonic() + 20
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
        if time.monotonic() > until:
            os.kill(child, 9)
            os.waitpid(child, 0)
            return "hung"
        time.sleep(0.01)
    return os.waitstatus_to_exitcode(ended[1])
"""


def run(program: str) -> tuple[list[str], str]:
    """Run a program; return the lines that it and its children wrote, and what went wrong."""
    code = HEAD + textwrap.dedent(program)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.splitlines()), done.stderr
