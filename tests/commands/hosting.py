"""What a fake host says where a test does not say otherwise, and feeding it."""

from __future__ import annotations

import subprocess
import sys
import threading
from itertools import count
from pathlib import Path
from typing import Any

FULL = {"kind": "full", "message": "task queue is full: pool default, 100 waiting"}

STATUS: dict[str, Any] = {
    "name": "default",
    "state": "running",
    "paused": False,
    "version": "0.1.0",
    "protocol": 1,
    "pid": 4242,
    "uptime": 12.5,
    "pools": {},
    "counts": {"accepted": 3, "completed": 3},
    "conservation": True,
    "rate": 1.5,
    "oldest": 0.0,
}
SLEEP = {
    "name": "demo.sleep",
    "plugin": "demo",
    "help": "Sleep.",
    "parameters": [{"name": "seconds", "kind": "number", "required": True}],
}


class Backlog:
    """Accepts tasks as long as there is room, which a test gives."""

    def __init__(self, room: int = 10**9) -> None:
        self.room = room
        self.accepted: list[str] = []
        self._numbers = count(1)
        self.refused = threading.Event()  # a task found no room

    def submit(self, args):
        return {"results": [self._one(task) for task in args["tasks"]]}

    def _one(self, task):
        text = task.get("texts", {}).get("seconds", "")
        if text == "x":
            return {"kind": "invalid", "message": "demo.sleep: seconds must be a number, got 'x'"}
        if len(self.accepted) >= self.room:
            self.refused.set()
            return FULL
        self.accepted.append(text)
        return next(self._numbers)


def fate(number, state="completed", error=None):
    return {
        "number": number,
        "type": "demo.sleep",
        "params": {"seconds": 0},
        "state": state,
        "attempts": 1,
        "result": None,
        "error": error,
        "waited": 0.1,
        "ran": 0.2,
    }


def completed(args):
    """Every task that is waited for has ended well."""
    return {"fates": [fate(number) for number in args["numbers"]]}


def lines(amount: int) -> bytes:
    return b"".join(b"%d\n" % number for number in range(1, amount + 1))


def feeding(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start `submit` with an input that stays open."""
    return subprocess.Popen(
        [sys.executable, "-m", "chasqui", "submit", "demo.sleep", "--each", "seconds", *words],
        cwd=folder,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
