"""Viewing a live stack: cut, sanitised, with the frames of the user's own code marked.

A frame is a position and a line of its source file; no value of a variable is ever read.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path, PurePath
from typing import Final

import chasqui
from chasqui.control.details import FrameView, StackView
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.sources import Sources
from chasqui.control.worker_records import WorkerPlace
from chasqui.engine.engine import BaseEngine
from chasqui.engine.metrics.stacks import Sight
from chasqui.engine.pools import workers_of
from chasqui.pool.backend import Worker
from chasqui.pool.pool import Pool
from chasqui.pool.stacks import Position
from chasqui.pool.state import state_of

NAME: Final = 200  # characters
CODE: Final = 160
INNERMOST: Final = 30  # frames that are shown, whatever code they are of
OWN: Final = 50  # more of the user's own that are shown
PACKAGES: Final = ("site-packages", "dist-packages")
LIBRARY: Final = tuple(
    f"{path}/" for path in {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
)
HERE: Final = f"{Path(chasqui.__file__).parent}/"
BESIDE: Final = f"{Path(chasqui.__file__).parent.parent}/"


class StackViews:
    """The stacks of one engine. Any thread."""

    def __init__(self, engine: BaseEngine) -> None:
        self._engine = engine
        self._sources = Sources()

    def view(self, worker: str, pool: str = "") -> StackView | None:
        """View where a worker's task is now; None if there is no such worker."""
        found = self._find(worker, pool)
        return None if found is None else self._view(*found)

    def place(self, worker: str) -> WorkerPlace | None:
        """View the innermost frame of the user's code; None if the worker runs no task."""
        found = self._find(worker, "")
        if found is None:
            return None
        pool, at = found
        sight = self._engine.stacks.look(pool, at)
        task = sight.task
        if task is None:
            return None
        retry = self._engine.routes.of(task.work).rules.retry
        positions = sight.stack.positions
        body = "" if sight.stack.is_cut or not positions else _package(positions[-1])
        own = next((one for one in positions if _is_own(one, body)), None)
        shown = own or next(iter(positions), None)
        file, line, function = ("", 0, "") if shown is None else shown[:3]
        return WorkerPlace(
            worker=safe_line(at.name, NAME),
            task=task.number,
            attempt=task.attempts,
            attempts=None if retry is None else retry.attempts,
            limit=task.time_limit,
            file=safe_line(short(file), NAME) if file else SafeText(""),
            line=line,
            function=safe_line(function.rpartition("<locals>.")[2], NAME),
            since=state_of(pool).epoch + sight.since,
        )

    def _find(self, name: str, pool: str) -> tuple[Pool, Worker] | None:
        pools = self._engine.pools
        some = pools.values() if not pool else [one for key, one in pools.items() if key == pool]
        every = workers_of(some)
        return next((one for one in every if safe_line(one[1].name, NAME) == name), None)

    def _view(self, pool: Pool, worker: Worker) -> StackView:
        sight = self._engine.stacks.look(pool, worker)
        epoch, task = state_of(pool).epoch, sight.task
        return StackView(
            worker=safe_line(worker.name, NAME),
            state=worker.state,
            task=None if task is None else task.number,
            type=SafeText("") if task is None else safe_line(task.name, NAME),
            started=None if task is None else task.started,
            since=epoch + sight.since,
            looked=epoch + sight.at,
            frames=self._frames(sight),
            is_cut=sight.stack.is_cut,
        )

    def _frames(self, sight: Sight) -> tuple[FrameView, ...]:
        positions = sight.stack.positions
        body = "" if sight.stack.is_cut or not positions else _package(positions[-1])
        marked = [(one, _is_own(one, body)) for one in positions]
        more = [pair for pair in marked[INNERMOST:] if pair[1]]
        shown = marked[:INNERMOST] + more[:OWN]
        lines = self._sources.lines((one.file, one.line) for one, _ in shown)
        return tuple(
            FrameView(
                file=safe_line(short(one.file), NAME),
                line=one.line,
                function=safe_line(one.function.rpartition("<locals>.")[2], NAME),
                code=safe_line(lines.get((one.file, one.line), ""), CODE),
                own=own,
            )
            for one, own in shown
        )


def short(file: str) -> str:
    """Return the part of a path by which a person knows a file."""
    if file.startswith(HERE):
        return file[len(BESIDE) :]
    for folder in LIBRARY:
        if file.startswith(folder) and not _is_package(file):
            return file[len(folder) :]
    parts = PurePath(file[-4 * NAME :]).parts
    for folder in PACKAGES:
        if folder in parts:
            return "/".join(parts[parts.index(folder) + 1 :])
    return "/".join(parts[-2:])


def _is_own(position: Position, body: str) -> bool:
    """Tell whether code is the user's: neither of the standard library, nor of other packages.

    The package of the task's body is always the user's, even if it is installed as a plugin.
    """
    file = position.file
    if body and _package(position) == body:
        return True
    return not is_library(file)


def is_library(file: str) -> bool:
    """Tell whether a file is of the standard library, of an installed package, or Chasqui's."""
    return file.startswith(("<frozen", HERE, *LIBRARY)) or _is_package(file)


def package_of(file: str) -> str:
    """Name the package of a file, if its code may count as the user's."""
    if file.startswith(HERE):
        return file  # such as a plugin that comes with Chasqui
    parts = PurePath(file[-4 * NAME :]).parts
    inside = [parts[parts.index(folder) + 1] for folder in PACKAGES if folder in parts[:-1]]
    return inside[0] if inside else ""


def _package(position: Position) -> str:
    """Name the package of a position, if its code may count as the user's."""
    file = position.file
    if file.startswith(HERE):
        return position.module  # such as a plugin that comes with Chasqui
    if file.startswith(("<frozen", *LIBRARY)) and not _is_package(file):
        return ""
    return position.module.partition(".")[0]


def _is_package(file: str) -> bool:
    return any(f"/{folder}/" in file for folder in PACKAGES)
