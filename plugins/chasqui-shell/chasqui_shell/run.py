"""The task type: run a command, follow it, and say how it ended."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from chasqui import (
    Between,
    Cancelled,
    ChasquiError,
    Context,
    Help,
    TaskType,
    TimeLimit,
    task,
)
from chasqui_shell.command import environment_of, fed, folder_of, program_of, words_of
from chasqui_shell.guard import Guard
from chasqui_shell.output import Kept, LineLog
from chasqui_shell.process import Process

KEEP_BYTES = 64 * 1024
LAST_LINES, LAST_CHARACTERS = 20, 1500  # of the output, in the error of a command that failed


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command has ended, and what it wrote."""

    status: int
    """Its exit status; the negative number of the signal that ended it."""
    output: str
    """Both streams in order, cut in the middle; bytes that are not UTF-8 are surrogates."""
    bytes: int
    """How many it wrote in all."""
    left_out: int
    """How many of them are not in ``output``."""
    seconds: float


class CommandFailed(ChasquiError):
    """A command exited otherwise than expected; ``words`` and ``finished`` say which and how."""

    def __init__(self, words: list[str], finished: Finished) -> None:
        super().__init__(words, finished)
        self.words = words
        self.finished = self.details = finished

    def __str__(self) -> str:
        command = _shortened(" ".join(self.words))
        last = _last_lines(self.finished.output)
        said = f"; it wrote last:\n{last}" if last else " and wrote nothing"
        return f"{command} {_ending(self.finished.status)}{said}"


@dataclass(frozen=True, slots=True)
class Settings:
    """What [plugin.shell] says."""

    pass_env: Collection[str] = ()
    """Names of environment variables that commands get, beside the usual ones."""
    allow: Collection[str] = ()
    """When not empty, the only programs that may be run."""
    grace: float = 2.0
    """Seconds between asking a command to end and killing it."""
    keep_bytes: int = KEEP_BYTES
    """Bytes kept of each end of an output."""


def run_with(settings: Settings) -> TaskType:
    """Make the task type for these settings."""

    guard = Guard(settings.grace)

    @task
    def run(
        ctx: Context,
        command: Annotated[list[str] | str, Help("words, or a text to split into words")],
        cwd: Annotated[Path | None, Help("where to run; empty: the engine's own folder")] = None,
        env: Annotated[dict[str, str], Help("variables beside those passed on")] = {},  # noqa: B006
        expect: Annotated[list[int], Help("exit statuses that are no failure; empty: any")] = [0],  # noqa: B006
        keep_bytes: Annotated[
            int | None, Between(0, 16 * 1024**2), Help("kept of each end of the output")
        ] = None,
        stdin: Annotated[str, Help("what it can read on its standard input")] = "",
    ) -> Finished:
        """Run a command, without a shell."""
        began = time.monotonic()
        words = words_of(command)
        folder = folder_of(cwd)
        kept = Kept(settings.keep_bytes if keep_bytes is None else keep_bytes)
        lines = LineLog(lambda line: ctx.log.info("%s", line))
        logged = ctx.log.isEnabledFor(logging.INFO)

        def on_output(data: bytes) -> None:
            kept.add(data)
            ctx.progress(kept.total, None, "bytes of output")
            if logged:
                lines.add(data)

        def outcome(status: int) -> Finished:
            lines.close()
            text, left_out = kept.text()
            seconds = round(time.monotonic() - began, 6)
            return Finished(status, text, kept.total, left_out, seconds)

        try:
            with Process(
                words,
                program_of(words[0], folder, settings.allow),
                folder=folder,
                environment=environment_of(settings.pass_env, env),
                stdin=fed(stdin),
                guard=guard,
                grace=settings.grace,
                on_output=on_output,
            ) as process:
                status = _follow(ctx, process, settings.grace)
        except (Cancelled, TimeLimit) as error:
            ended_by = process.status  # None: the kernel holds on to it
            error.details = outcome(-signal.SIGKILL if ended_by is None else ended_by)
            raise
        finished = outcome(status)
        if status not in expect and (expect or status < 0):
            raise CommandFailed(words, finished)
        return finished

    return run


def _follow(ctx: Context, process: Process, grace: float) -> int:
    """Take turns until the command is over, and return its status.

    What it leaves running after its exit, in its group or at its output, has the grace to end.
    """
    exited: float | None = None
    while not process.over:
        process.turn()
        ctx.raise_if_cancelled()
        if process.status is not None:
            exited = exited or time.monotonic()
            if time.monotonic() - exited >= grace:
                ctx.log.warning("the command exited and left processes running; ending them")
                break
    assert process.status is not None
    return process.status


def _ending(status: int) -> str:
    if status >= 0:
        return f"exited with status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:  # a real-time signal has no name
        return f"was ended by signal {-status}"


def _last_lines(output: str) -> str:
    lines = output[-LAST_CHARACTERS:].rstrip("\n").split("\n")[-LAST_LINES:]
    return _shown("\n".join(lines))


def _shortened(text: str, limit: int = 200) -> str:
    return _shown(text if len(text) <= limit else f"{text[:limit]}…")


def _shown(text: str) -> str:
    """Return a text with its bytes that are not UTF-8 escaped, so that it can go anywhere."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
