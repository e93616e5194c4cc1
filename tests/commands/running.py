"""A run that is watched, fed and interrupted while it runs."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.present import present


class Running:
    """A run whose input stays open; each of its streams is a pipe unless another is given."""

    def __init__(self, folder: Path, *words: str, **streams: Any) -> None:
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self.program: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, "-m", "chasqui", "run", *words], cwd=folder, **{**pipes, **streams}
        )

    def feed(self, text: bytes) -> None:
        stdin = present(self.program.stdin)
        stdin.write(text)
        stdin.flush()

    def row(self) -> bytes:
        """Wait for the next line of the output."""
        return present(self.program.stdout).readline()

    def message(self) -> bytes:
        """Wait for the next line on standard error."""
        return present(self.program.stderr).readline()

    def close_input(self) -> None:
        """End the input."""
        present(self.program.stdin).close()
        self.program.stdin = None

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> None:
        """Signal again and again until it has ended, since two at once may arrive as one."""
        while self.program.poll() is None:
            self.program.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.program.wait(0.2)

    def lose_reader(self, more: bytes) -> tuple[int, bytes]:
        """Close the output once a row is there, feed more, and return how the run ends."""
        self.row()
        present(self.program.stdout).close()
        self.feed(more)
        stderr = present(self.program.stderr)
        errors = stderr.read()
        present(self.program.stdin).close()
        stderr.close()
        return self.program.wait(60), errors

    def end(self, more: bytes | None = None) -> tuple[int, bytes, bytes]:
        out, errors = self.program.communicate(more, timeout=60)
        return self.program.returncode, out, errors
