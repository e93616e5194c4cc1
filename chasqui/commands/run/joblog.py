"""The job log of a run: a line for each task that has ended, and what the next run makes of it.

A line is written after the row of its task was printed, by the worker that ended the task, with one
call that appends it. So what the log has, has its row, and what a kill leaves out of it are tasks
that workers had at that moment. A slab beside the log (`chasqui.engine.journal.slab`) notes these
while the run lasts; the next run names them and runs them again.

Nothing is brought to disk by force: after a power cut the last lines or the last rows may be gone,
each without the other. A journal promises more.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from chasqui.commands.given import Usage
from chasqui.commands.run.claim import digest_of
from chasqui.commands.run.following import Follower
from chasqui.commands.run.joblog_lines import HEADER, log_line, parsed
from chasqui.commands.run.line_keys import LineChanged, LineKey
from chasqui.commands.run.line_names import named
from chasqui.commands.run.line_work import LineNotes, Ran
from chasqui.commands.run.logged_lines import LoggedLines
from chasqui.commands.words import say
from chasqui.commands.writing import Row, write_all
from chasqui.engine.journal.slab import Slab, slab_of
from chasqui.engine.policy.retry import Retry
from chasqui.engine.policy.rules import Policy
from chasqui.engine.types.task_type import TypedWork
from chasqui.pool.task import Task


class JobLog(Follower):
    """An open job log. Any thread.

    Args:
        descriptor: of the file, which this run has locked and which ends with a whole line.
        lines: what the file has.
        again_failed: whether only lines that have completed are skipped.
        is_stopping: whether what is cancelled now is left for another run.
    """

    def __init__(
        self,
        path: Path,
        descriptor: int,
        run: UUID,
        lines: LoggedLines,
        *,
        again_failed: bool,
        is_stopping: Callable[[], bool],
    ) -> None:
        self.path = path
        self.error: OSError | None = None
        """Why no line can be written any more."""
        self.before = lines.counts(completed_only=again_failed)
        self._run = run.hex[:16]
        self._lines = lines
        self._again_failed = again_failed
        self._is_stopping = is_stopping
        self._looked = 0  # up to which line the input was asked for
        self._lock = threading.Lock()  # guards the rest
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size
        self._ended: dict[int, bytes] = {}
        """The lines of tasks whose rows are not printed yet."""
        self._slab, self._may_have_run = self._begun(run)
        self._notes = LineNotes(self._slab, "", self._may_have_run)

    @classmethod
    def open(
        cls,
        path: Path,
        command: Mapping[str, Any],
        *,
        resume: bool,
        again_failed: bool,
        is_stopping: Callable[[], bool],
    ) -> Self:
        """Open or make the log of a command.

        Raises:
            Usage: it is something else, or has lines and is not to be resumed; it is as it was.
        """
        run = UUID(bytes=digest_of(command))
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK
            descriptor = os.open(path, flags, 0o600)
        except (OSError, ValueError) as error:  # a ValueError of a name with a NUL in it
            raise Usage(f"{path}: cannot be opened as a job log: {_why(error)}") from None
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Usage(f"{path}: is no regular file, and a job log is read again")
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Usage(f"{path}: is the job log of a run that has not ended") from None
            was_empty = not os.fstat(descriptor).st_size
            lines = _read(path, descriptor, run.hex[:16], command, resume=resume)
            try:
                return cls(
                    path, descriptor, run, lines, again_failed=again_failed, is_stopping=is_stopping
                )
            except BaseException:
                if was_empty:
                    os.ftruncate(descriptor, 0)  # a header alone would be a log to resume
                raise
        except BaseException as error:
            os.close(descriptor)
            if isinstance(error, OSError):
                raise Usage(f"{path}: cannot be used as a job log: {_why(error)}") from None
            raise

    @property
    def again(self) -> str:
        """The words with which the command is repeated to go on."""
        return f"--joblog {self.path} --resume"

    @property
    def problem(self) -> str:
        """What is wrong with it, in words; empty if nothing is."""
        if self.error is not None:
            why, left = self.error.strerror, named(self._ended)
            return f"{self.path}: cannot be written: {why}; {left} ended without being in it"
        if self._ended:
            return f"{named(self._ended)} ended, and no row could be printed; see --resume"
        return ""

    # What the run asks of earlier ones

    def has(self, key: LineKey) -> bool:
        """Tell whether a line is left out; lines are asked for in order; raises LineChanged."""
        number, digest, _ = key
        for passed in range(self._looked + 1, number):
            if self._skips(passed):
                raise LineChanged(self._changed(passed, "was emptied"))
        self._looked = number
        if not self._skips(number):
            return False
        if not self._lines.is_same(number, digest):
            raise LineChanged(self._changed(number, "has changed"))
        return True

    def missing(self) -> int:
        """Return the number of a line of the log that the input did not come to; 0 for none."""
        return self._lines.last if self._lines.last > self._looked else 0

    def noted(self, key: LineKey, work: TypedWork, rules: Policy) -> tuple[TypedWork, Retry | None]:
        """Return the work of a line that is noted while it runs, and how it is retried."""
        return self._notes.noted(key, work, rules)

    # What follows the lines

    def begin(self) -> None:
        """Name what may have run without being in the log."""
        if self._may_have_run:
            say(
                f"the run before was stopped while {named(self._may_have_run)} ran, or before that "
                f"was noted in {self.path}; what is named here runs again"
            )

    def ended(self, key: LineKey, task: Task, row: Row) -> None:
        """Take what is written once the row is printed."""
        if task.state == "cancelled" and self._is_stopping():
            return  # it has no row, and runs again
        self._take(key, row)

    def refused(self, key: LineKey, row: Row) -> None:
        """Take what is written once the row is printed."""
        self._take(key, row)

    def printed(self, key: LineKey) -> bool:
        """Write the line of a row that is printed; tell whether the log has it."""
        with self._lock:
            line = self._ended.get(key.number)
            if line is None:
                return True
            if self.error is not None or self._descriptor < 0:
                return False
            try:
                write_all(self._descriptor, line)
            except OSError as error:
                self.error = error
                with contextlib.suppress(OSError):  # half a line is taken away by the next run
                    os.ftruncate(self._descriptor, self._size)
                return False
            self._size += len(line)
            del self._ended[key.number]
            return True

    def close(self) -> None:
        """Close the file; the slab stays if it names something that the log has not."""
        with self._lock:
            descriptor, self._descriptor = self._descriptor, -1
            if not self._ended and not self._slab.running:
                with contextlib.suppress(OSError):
                    slab_of(self.path).unlink()
            os.close(descriptor)

    def _take(self, key: LineKey, row: Row) -> None:
        line = log_line(key, row, self._run)
        with self._lock:
            self._ended[key.number] = line

    def _begun(self, run: UUID) -> tuple[Slab, dict[int, Ran]]:
        """Make the slab of this run, and return what the one before names."""
        path = slab_of(self.path)
        found: dict[int, Ran] = {}
        before = Slab.read(path, str(run))
        running = {one.number for one in before.running} | before.carried
        for number in running | set(before.attempts):
            # What has an end that is run again is named only if it was running once more.
            if number in running or not self._lines.state(number):
                attempt = before.attempts.get(number, 1)
                found[number] = Ran(attempt, crashes=1 if number in running else 0)
        found = {number: one for number, one in found.items() if not self._skips(number)}
        try:
            return Slab.create(path, str(run), 1, frozenset(found)), found
        except OSError as error:
            why = f"cannot be written: {_why(error)}; a job log has what runs in it"
            raise Usage(f"{path}: {why}") from None

    def _skips(self, number: int) -> bool:
        state = self._lines.state(number)
        return state == "completed" if self._again_failed else bool(state)

    def _changed(self, number: int, how: str) -> str:
        return (
            f"line {number} {how} since it was run, and {self.path} has its end; run what has "
            "changed with a job log of its own"
        )


def _read(
    path: Path, descriptor: int, run: str, command: Mapping[str, Any], *, resume: bool
) -> LoggedLines:
    """Read the lines of a file, then take half a line away from its end; raises Usage, OSError."""
    lines, size = LoggedLines(), 0
    with os.fdopen(os.dup(descriptor), "rb") as file:
        header = file.readline(len(HEADER))
        if header != HEADER and not HEADER.startswith(header):
            raise Usage(f"{path}: is no job log of `chasqui-tui run`; name another file")
        if header and not resume:
            raise Usage(
                f"{path}: is the job log of an earlier run; say --resume to go on with it, or name "
                "another file to begin anew"
            )
        if header != HEADER:  # nothing, or what a kill has left of it
            os.ftruncate(descriptor, 0)
            write_all(descriptor, HEADER)
            return lines
        size = len(header)
        for at, raw in enumerate(file, 2):
            if not raw.endswith(b"\n"):
                break
            line = parsed(raw)
            if line is None:
                raise Usage(f"{path}: line {at:,} is none of a job log; mend it, or name another")
            if line.run != run:
                ran, mine = line.type, command["type"] or "--jobs"
                what = f"{ran}, and this is {mine}" if ran != mine else "what it was given differs"
                raise Usage(
                    f"{path}: is the job log of another command: {what}; repeat that command, or "
                    "name another file"
                )
            lines.add(line)
            size += len(raw)
    os.ftruncate(descriptor, size)
    return lines


def _why(error: OSError | ValueError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
