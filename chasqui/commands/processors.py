"""How many workers a host has whose config does not say: a few more than it has processors.

Those count that this process may use: by its affinity, and by the quota of its control groups,
which is how a container is kept to two processors of sixty-four.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chasqui.engine.config.tables import Config

MORE: Final = 4  # tasks that wait for a network or a disk leave the processor to others
MOST: Final = 32
GROUPS: Final = Path("/sys/fs/cgroup")
OWN_GROUPS: Final = Path("/proc/self/cgroup")


def workers() -> int:
    """Return how many workers a pool has by default in a host."""
    return min(MOST, math.ceil(usable()) + MORE)


def with_workers(config: Config, count: int) -> Config:
    """Return a config in which each pool that does not say its number of workers has this one."""
    said = {key[1] for key in config.origins() if key[0] == "pools" and key[2:] == ("workers",)}
    pools = {
        name: pool if name in said else dataclasses.replace(pool, workers=count)
        for name, pool in config.pools.items()
    }
    return dataclasses.replace(config, pools=pools)


def usable(groups: Path = GROUPS, own: Path = OWN_GROUPS) -> float:
    """Return how many processors this process may use, which may be a fraction."""
    if hasattr(os, "process_cpu_count"):  # Python 3.13, which also knows PYTHON_CPU_COUNT
        count = os.process_cpu_count() or 1
    elif hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    return min([float(count), *_quotas(groups, own)])


def _quotas(groups: Path, own: Path) -> Iterator[float]:
    """Give the quota of each control group that this process is in, in processors."""
    lines: list[str] = []
    with contextlib.suppress(OSError, UnicodeDecodeError):
        lines = own.read_text().splitlines()
    for line in lines:
        _, controllers, path = (*line.split(":", 2), "", "")[:3]
        if not controllers:
            for folder in _upwards(groups, path):
                yield from _quota(_words(folder / "cpu.max"))
        elif "cpu" in controllers.split(","):
            for root in (groups / "cpu", groups / controllers):
                for folder in _upwards(root, path):
                    quota = _words(folder / "cpu.cfs_quota_us")
                    yield from _quota([*quota, *_words(folder / "cpu.cfs_period_us")])


def _upwards(root: Path, path: str) -> Iterator[Path]:
    """Give the folder of a group and those above it.

    In a container the path may be one that only its host has; then the root is the container's.
    """
    folder = root / path.strip("/")
    while folder != root and root in folder.parents:
        yield folder
        folder = folder.parent
    yield root


def _quota(words: list[str]) -> Iterator[float]:
    """Give what quota and period come to; ``max`` and -1 are no quota."""
    if len(words) == 2 and all(word.isdigit() and int(word) for word in words):
        yield int(words[0]) / int(words[1])


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except (OSError, UnicodeDecodeError):
        return []
