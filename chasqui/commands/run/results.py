"""A folder for what each task returned or wrote: `--results DIR`.

Each line has a folder of its own in there, named by its number and what of its text is safe in a
name. It holds the row and the text, and gets its name when both are in it, so what has a name is
whole. Nothing is ever replaced: a line that runs again after a kill gets another name.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

import msgspec

from chasqui.commands.given import Usage
from chasqui.commands.run.claim import digest_of
from chasqui.commands.run.following import Follower
from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.run.text import wrote_of
from chasqui.commands.writing import Row, encode
from chasqui.pool.task import Task

MARKER: Final = ".chasqui-run.json"
"""The file that says of which command the results are."""
NAME_BYTES: Final = 60  # of the text of a line
TAKEN: Final = (errno.ENOTEMPTY, errno.EEXIST)


class ResultsFolder(Follower):
    """The folder, made when the run begins. Any thread.

    Args:
        command: what must be the same when a command goes on.
        goes_on: whether the run goes on with what an earlier one has left.
        stopped: whether the run is to stop.
        give_up: is called with what cannot be written any more.

    Raises:
        Usage: there is something in it already, which is not of this command.
    """

    def __init__(
        self,
        path: Path,
        command: Mapping[str, Any],
        *,
        goes_on: bool,
        stopped: Callable[[], bool],
        give_up: Callable[[str], object],
    ) -> None:
        self._path = path
        self._marker = {"run": digest_of(command).hex()}
        self._goes_on = goes_on
        self._stopped = stopped
        self._give_up = give_up
        self._error: OSError | None = None
        try:
            self._check()
        except OSError as error:
            raise Usage(f"{path}: cannot hold results: {error.strerror}") from None

    @property
    def problem(self) -> str:
        """What could not be written, in words; empty if nothing."""
        if self._error is None:
            return ""
        return f"{self._path}: results cannot be written: {self._error.strerror}"

    def begin(self) -> None:
        """Make the folder; raises Usage."""
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            if not (self._path / MARKER).exists():
                (self._path / MARKER).write_bytes(encode(self._marker))
        except OSError as error:
            raise Usage(f"{self._path}: cannot hold results: {error.strerror}") from None

    def ended(self, key: LineKey, task: Task, row: Row) -> None:
        """Keep what a task returned or wrote."""
        if not (self._goes_on and task.state == "cancelled" and self._stopped()):
            self._put(key, row, key.text)  # else it runs again when the command is repeated

    def refused(self, key: LineKey, row: Row) -> None:
        """Keep the row of a line that is no task."""
        given = row["params"]  # masked where a secret may have been typed in the line
        self._put(key, row, given if isinstance(given, str) else "")

    def _put(self, key: LineKey, row: Row, text: str) -> None:
        if self._error is not None:
            return
        name = name_of(key.number, text)
        part = self._path / f".{name}.part"
        try:
            part.mkdir(exist_ok=True)  # a kill may have left one
            (part / "row.json").write_bytes(encode(row))
            (part / "stdout").write_bytes(wrote_of(row).text)
            self._name(part, name)
        except OSError as error:
            self._error = error
            self._give_up("results cannot be written")

    def _name(self, part: Path, name: str) -> None:
        for again in count(2):
            try:
                os.rename(part, self._path / name)  # noqa: PTH104 - as below
                return
            except OSError as error:
                if error.errno not in TAKEN:
                    raise
            name = f"{name.partition('~')[0]}~{again}"

    def _check(self) -> None:
        """See that the folder is not there, empty, or that of this command going on."""
        if not os.path.lexists(self._path):
            return
        found = os.listdir(self._path)  # noqa: PTH208 - names are enough
        if not found:
            return
        if MARKER not in found or not self._goes_on:
            raise Usage(
                f"{self._path}: is not empty; name another folder for the results, or go on with "
                "the run that made it by --journal or --joblog --resume"
            )
        try:
            was = msgspec.json.decode((self._path / MARKER).read_bytes())
        except msgspec.MsgspecError:
            was = None
        if was != self._marker:
            raise Usage(f"{self._path}: has results of another command; name another folder")


def name_of(number: int, text: str) -> str:
    """Return the name of a line's folder: its number, and what of its text is safe in a name."""
    safe = "".join([one if one.isalnum() or one in "_-" else "_" for one in text[:NAME_BYTES]])
    safe = safe.encode("utf-8", "replace")[:NAME_BYTES].decode("utf-8", "ignore").strip("_")
    return f"{number:06}-{safe}" if safe else f"{number:06}"
