"""The program around an engine, where it is more than the engine: a run, which reads lines."""

from __future__ import annotations

from typing import Protocol


class Program(Protocol):
    """What a console must know of a program that goes on without it, and ends by itself."""

    def stop(self) -> str:
        """Ask it to stop, and say what it does now; it must not block."""
        ...

    def ended(self) -> str:
        """Say how it has ended; empty while it goes on."""
        ...
