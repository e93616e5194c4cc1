"""A run that is watched, fed and interrupted while it runs."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any


class Running:
    """A run whose input stays open; each of its streams is a pipe unless another is given."""

    def __init__(self, folder: Path, *words: str, **streams: Any) -> None:
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self.program = subprocess.Popen(
            [sys.executable, "-m", "chasqui", "run", *words], cwd=folder, **{**pipes, **streams}
        )

    def feed(self, text: bytes) -> None:
        self.program.stdin.write(text)
        self.program.stdin.flush()

    def close_input(self) -> None:
        """End the input."""
        self.program.stdin.close()
        self.program.stdin = None

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> None:
        """Signal again and again until it has ended, since two at once may arrive as one."""
        while self.program.poll() is None:
            self.program.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.program.wait(0.2)

    def lose_reader(self, more: bytes) -> tuple[int, bytes]:
        """Close the output once a row is there, feed more, and return how the run ends."""
        self.program.stdout.readline()
        self.program.stdout.close()
        self.feed(more)
        errors = self.program.stderr.read()
        self.program.stdin.close()
        self.program.stderr.close()
        return self.program.wait(60), errors

    def end(self) -> tuple[int, bytes, bytes]:
        out, errors = self.program.communicate(timeout=60)
        return self.program.returncode, out, errors
