"""Starting no task while the machine is busy or short of memory: ``--load``, ``--mem-free``.

The whole engine is held then, so that what waits already does not start either; running tasks go
on. The run looks before its first task and once a second, as long as it has tasks.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from chasqui import numbers
from chasqui.commands.given import Usage
from chasqui.errors import PoolClosed
from chasqui.sizes import size

MEMORY: Final = Path("/proc/meminfo")
UNITS: Final = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


class Bounds(NamedTuple):
    """Beyond what of the machine no task starts."""

    load: float | None = None
    """As many tasks run or want to, on average of a minute."""
    memory: int | None = None
    """Bytes that must be available."""


class MachineReadings(NamedTuple):
    """What the machine says of itself."""

    load: Callable[[], float] = lambda: os.getloadavg()[0]
    """Raises OSError."""
    memory: Callable[[], int] = lambda: available(MEMORY)
    """Raises OSError and ValueError."""


MACHINE: Final = MachineReadings()


def load_of(text: str) -> float:
    """Read ``8``, ``2.5`` or ``150%`` of the processors; raises Usage."""
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(%?)", text.strip())
    load = float(found[1]) if found else 0.0
    if found and found[2]:
        from chasqui.commands.processors import usable

        load = load * usable() / 100
    if load <= 0:
        got = numbers.shown(text)
        raise Usage(f"--load must be a number of more than 0, or such as 150%, got {got}")
    return load


def memory_of(text: str) -> int:
    """Read a size such as ``2G`` or ``500M``; raises Usage."""
    found = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([KMGT]?)(?:i?B)?", text.strip(), re.I)
    count = int(float(found[1]) * UNITS[found[2].upper()]) if found else 0
    if count <= 0:
        raise Usage(f"--mem-free must be a size such as 2G or 500M, got {numbers.shown(text)}")
    return count


def available(file: Path) -> int:
    """Return how many bytes programs can have without swapping; raises OSError and ValueError."""
    for line in file.read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"{file} does not say what is available")


class Pace:
    """Holds the start of tasks, and lets them go on.

    Args:
        hold: has no task start.
        release: has tasks start again.
    """

    def __init__(
        self,
        bounds: Bounds,
        hold: Callable[[], object],
        release: Callable[[], object],
        readings: MachineReadings = MACHINE,
    ) -> None:
        self._bounds = bounds
        self._hold = hold
        self._release = release
        self._readings = readings
        # The lock guards both: a run that stops is held, and never let go on after that.
        self._lock = threading.Lock()
        self._is_over = False
        self.waits = ""
        """What is waited for, in words; empty while tasks may start."""

    @property
    def is_needed(self) -> bool:
        """Whether anything is to be looked at."""
        return self._bounds != Bounds()

    def check(self) -> None:
        """See that the machine says what is asked for; raises Usage."""
        try:
            if self._bounds.load is not None:
                self._readings.load()
        except OSError as error:
            raise Usage(f"--load needs the load of this machine: {error}") from None
        try:
            if self._bounds.memory is not None:
                self._readings.memory()
        except (OSError, ValueError) as error:
            raise Usage(f"--mem-free is for Linux, which says what is available: {error}") from None

    def look(self) -> None:
        """Look at the machine, and hold the tasks or let them go on."""
        waits = self._beyond() if self.is_needed else ""
        with self._lock, contextlib.suppress(PoolClosed):  # then nothing starts any more
            if self._is_over:
                return
            waited, self.waits = self.waits, waits
            if bool(waits) != bool(waited):
                (self._hold if waits else self._release)()

    def end(self) -> None:
        """Have no task start from now on; raises PoolClosed if none could anyway."""
        with self._lock:
            self._is_over = True
            self.waits = ""
            self._hold()

    def _beyond(self) -> str:
        bounds = self._bounds
        found = []
        with contextlib.suppress(OSError, ValueError):  # what is not known keeps nothing waiting
            if bounds.load is not None and (load := self._readings.load()) >= bounds.load:
                found.append(f"load {load:.3g} over {bounds.load:.3g}")
        with contextlib.suppress(OSError, ValueError):
            if bounds.memory is not None and (free := self._readings.memory()) < bounds.memory:
                found.append(f"memory {size(free)} under {size(bounds.memory)}")
        return ", ".join(found)
