"""What is not completed when a command ends: named, and kept as lines that `run --jobs` takes.

A leftover is a task that failed, was cancelled, was left waiting, or still ran when it was given
up. The first of them are named on standard error, all of them are in a file of the engine's state
folder, and the last line says the command that runs them again. The file has a largest size, and
the folder keeps the newest ten. Secrets are references there, as everywhere. A value without a JSON
form is marked in its line, and the number of such lines is said: `run` refuses them until the marks
are replaced.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shlex
import stat
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from chasqui import foreign
from chasqui.commands.opening import open_to_write
from chasqui.commands.rows import write_all
from chasqui.commands.words import say
from chasqui.control import kept
from chasqui.engine.failures.failure import Failure, first_line, params_text
from chasqui.engine.types.task_type import TypedWork, is_typed
from chasqui.engine.values.marks import is_lost, printable
from chasqui.pool.task import Task
from chasqui.secret import MASK, longest_revealed

NAMED: Final = 10  # tasks named on the screen; more would push what else is said out of view
PARAMS: Final = 60  # characters of the parameters there
ERROR: Final = 100  # and of an error's first line
BUFFER: Final = 1 << 16  # bytes of lines gathered before they are written
LARGEST: Final = 128 << 20  # bytes of such a file: a million lines of usual length
FILES: Final = 10  # such files that an engine's folder keeps


class Leftover(NamedTuple):
    """One task that is not completed."""

    number: int | None
    type: str
    params: str
    fate: str
    """What came of it: ``failed``, ``cancelled``, ``left`` or ``abandoned``."""
    why: str = ""
    given: Any = None
    """The parameters as JSON can hold them, with marks."""
    is_lost: bool = False
    """Whether some of them cannot be had back from there."""

    def __str__(self) -> str:
        task = "a task" if self.number is None else f"task {self.number}"
        params = _cut(self.params, PARAMS)
        why = f": {_cut(self.why, ERROR)}" if self.why else ""
        return f"{task} {self.type}{' ' * bool(params)}{params}, {self.fate}{why}"

    @property
    def line(self) -> bytes:
        """The line for `run --jobs`, which passes over all but type and parameters."""
        job = {"type": self.type, "params": self.given, "number": self.number, "state": self.fate}
        if self.why:
            job["error"] = self.why
        return msgspec.json.encode(job) + b"\n"

    @property
    def brief(self) -> bytes:
        """The line with these two alone."""
        return msgspec.json.encode({"type": self.type, "params": self.given}) + b"\n"


def of_task(task: Task, fate: str, why: str = "") -> Leftover:
    """Describe a task that did not complete."""
    work, given, lost = task.work, None, True
    try:
        shown = params_text(task)
        if is_typed(work):
            given = work.params_as_json()
            lost = is_lost(given) or bool(longest_revealed() and MASK in repr(given))
    except BaseException as broken:  # a stranger's value must not lose the rest
        shown = foreign.without("parameters", broken)
    if given is None or (lost and not is_lost(given)):
        given = {"repr": printable(shown)}
    if fate == "failed" and task.error is not None:
        why = printable(f"{foreign.kind_of(task.error)}: {first_line(task)}")
    return Leftover(task.number, task.name, shown, fate, why, given, lost)


def of_work(work: TypedWork) -> Leftover:
    """Describe what was read and did not become a task any more."""
    shown = " ".join(f"{name}={text[:PARAMS]}" for name, text in work.params_shown())
    given = work.params_as_json()
    return Leftover(None, work.name, shown, "left", "", given, is_lost(given))


def of_failure(failure: Failure) -> Leftover:
    """Describe a failure that nothing was done about."""
    given: Any = {"repr": printable(failure.params)}
    if failure.given is not None:
        given = msgspec.Raw(failure.given)
    why = printable(failure.error.split("\n", 1)[0])
    lost = failure.given is None
    return Leftover(failure.number, failure.type, failure.params, "failed", why, given, lost)


class Leftovers:
    """Those of one command; the first are kept to be named, each can be written at once.

    Args:
        descriptor: where the lines go; None: nowhere.
        brief: whether a line is the type and the parameters alone.
        largest: bytes that are written at most; None: all.
    """

    def __init__(
        self,
        descriptor: int | None = None,
        *,
        brief: bool = False,
        largest: int | None = None,
    ) -> None:
        self._descriptor = descriptor
        self._brief = brief
        self._buffer = bytearray()
        self.named: list[str] = []
        self.count = 0
        self.lost = 0
        self.too_many = 0
        """Those that did not fit into the file."""
        self._largest = self._room = largest
        self.error: OSError | None = None

    def add(self, one: Leftover) -> None:
        """Take one more."""
        self.count += 1
        self.lost += one.is_lost
        if len(self.named) < NAMED:
            self.named.append(str(one))
        if self._descriptor is not None and self.error is None:
            line = one.brief if self._brief else one.line
            # Once one did not fit, none follows: the file ends at one place, not with gaps.
            if self._room is not None and (self.too_many or len(line) > self._room):
                self.too_many += 1
                return
            if self._room is not None:
                self._room -= len(line)
            self._buffer += line
            if len(self._buffer) >= BUFFER:
                self.flush()

    def flush(self) -> None:
        """Write what was gathered; whether that went well is in ``error``."""
        if self._descriptor is None or self.error is not None:
            return
        try:
            write_all(self._descriptor, bytes(self._buffer))
        except OSError as error:
            self.error = error
        self._buffer.clear()

    def tell(
        self, file: Path | None, again: str, *, nowhere: str = "nowhere", beside: str = ""
    ) -> None:
        """Name them, say where all of them are, and how they are run again.

        Args:
            nowhere: where they are without a file.
            beside: what has to be said with that command.
        """
        if not self.count:
            return
        for words in self.named:
            say(words)
        rest = self.count - len(self.named)
        if rest:
            say(f"… and {rest:,} more, kept in {file}" if file else f"… and {rest:,} more")
        if file is None:
            say(f"not completed: {_tasks(self.count)}, kept {nowhere}")
            return
        if self.too_many:
            say(
                f"{self.too_many:,} of them did not fit into the file, which takes "
                f"{self._largest:,} bytes: they are not kept"
            )
        if self.lost:
            what = "has a value" if self.lost == 1 else "have values"
            say(
                f"{self.lost:,} of them {what} without a JSON form, marked in the file: "
                "`run` refuses such a line until the mark is replaced"
            )
        run = f"to run what is in the file again{beside}: {again}"
        say(f"not completed: {_tasks(self.count)}; {run}")


def new_file(folder: Path) -> tuple[Path, int]:
    """Make a file for leftovers in an engine's state folder; raises OSError."""
    kept.make_private(folder)
    when = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    file = folder / f"unfinished-{when}-{os.getpid()}.jsonl"
    return file, open_to_write(file, os.O_CREAT | os.O_EXCL)


def keep_newest(folder: Path, file: Path) -> None:
    """Remove all but the newest of the files that `new_file` made, never the given one.

    The time of the last change counts. So a file that another process still writes is among the
    newest, and a file in which a person has replaced marks is as well.
    """
    others: list[tuple[int, Path]] = []
    for one in folder.glob("unfinished-*.jsonl"):
        with contextlib.suppress(FileNotFoundError):  # another process has removed it
            found = one.lstat()
            if one != file and stat.S_ISREG(found.st_mode):
                others.append((found.st_mtime_ns, one))
    others.sort(reverse=True)
    for _, one in others[FILES - 1 :]:
        with contextlib.suppress(
            OSError
        ):  # removed already, or not ours: it stays, and does no harm
            one.unlink()


def keep_and_tell(
    found: Iterable[Leftover], folder: Path | None, config: str | None, *, largest: int = LARGEST
) -> None:
    """Write leftovers to a file in a folder, and tell of them; None: the demo, which keeps none.

    The last line that is said names the file and the command that runs it again.
    """
    file, descriptor, problem = None, None, "nowhere: the demo remembers nothing, and forgets them"
    leftovers = Leftovers()
    for one in found:
        if leftovers.count == 0 and folder is not None:
            try:
                file, descriptor = new_file(folder)
            except OSError as error:
                problem = f"nowhere: {folder}: {error.strerror}"
            leftovers = Leftovers(descriptor, largest=largest)
        leftovers.add(one)
    leftovers.flush()
    if leftovers.error is not None:
        say(f"{file}: cannot be written: {leftovers.error.strerror}; it is not complete")
    elif file is not None and folder is not None:
        keep_newest(folder, file)
    leftovers.tell(file, again(file, config), nowhere=problem)
    if descriptor is not None:
        os.close(descriptor)


def tell_kept(found: Iterable[Leftover], count: int, journal: str) -> None:
    """Name the first tasks that stay in the journal, and say how many do, of all that are in it."""
    if not count:
        return
    for one in itertools.islice(found, NAMED):
        say(str(one))
    stay, them = ("stays", "it") if count == 1 else ("stay", "them")
    say(
        f"{_tasks(count)} {stay} in the journal {journal}: "
        f"the next start of this engine takes {them} up"
    )


def again(file: Path | None, config: str | None) -> str:
    """Return the command that runs the lines of a file."""
    words = ["chasqui-tui", *(("--config", config) if config else ()), "run", "--jobs", str(file)]
    return shlex.join(words)


def _tasks(count: int) -> str:
    return f"{count:,} task{'s' * (count != 1)}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
