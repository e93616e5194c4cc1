"""The lines of a job log: fields between tabs, in UTF-8, the first nine as GNU parallel has them.

A field has no tab and no newline in it, so a line is a line to every program that reads it. What
the task was given stands in one field, as a shell reads it; what is secret is masked, as in a row.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.writing import Row
from chasqui.console.model.command_line import quoted

PARALLELS: Final = b"Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand"
HEADER: Final = PARALLELS + b"\tState\tType\tDigest\tRun\n"
STATES: Final = ("completed", "failed", "cancelled", "refused")
LOCAL: Final = ":"  # as GNU parallel calls this machine
COMMAND: Final = "shell.run"  # of which the log has the command itself, as GNU parallel's has
LARGEST: Final = 1 << 48
LONGEST: Final = 4096  # characters of a value: a chunk of the input may be one


class LogEntry(NamedTuple):
    """What a line of the log says of a line of the input."""

    number: int
    state: str
    type: str
    digest: str
    run: str


def log_line(key: LineKey, row: Row, run: str) -> bytes:
    """Return the line for a row; ``run`` tells the command from others."""
    state = "refused" if row["number"] is None else row["state"]
    status, signal = _ending(row, state)
    ran = row["ran"] or 0.0
    fields = (
        str(key.number),
        LOCAL,
        f"{time.time() - ran:.3f}",
        f"{ran:.3f}",
        "0",  # no file is sent to another machine, and none comes back
        "0",
        str(status),
        str(signal),
        _command(row),
        state,
        quoted(row["type"] or "-"),
        key.digest or "-",
        run,
    )
    return "\t".join(fields).encode("utf-8", "backslashreplace") + b"\n"


def parsed(raw: bytes) -> LogEntry | None:
    """Return what a whole line says; None: it is none of a job log."""
    fields = raw.removesuffix(b"\n").decode("utf-8", "replace").split("\t")
    if len(fields) != HEADER.count(b"\t") + 1:
        return None
    number, (state, type, digest, run) = fields[0], fields[-4:]
    digest = "" if digest == "-" else digest
    try:
        line = LogEntry(int(number), state, type, digest, run)
        known = state in STATES and 0 < line.number < LARGEST and int(digest or "0", 16) >> 64 == 0
    except ValueError:
        return None
    return line if known else None


def _command(row: Row) -> str:
    """Return the task as words for a shell, without a character that cannot be seen."""
    words, params = [row["type"] or "-"], row["params"]
    if row["type"] == COMMAND and isinstance(params, Mapping) and (own := _words(params)):
        words = own  # whatever else it was given, such as where it runs
    elif isinstance(params, Mapping):
        words += [f"{name}={_text(value)}" for name, value in params.items()]
    elif params is not None:
        words.append(_text(params))
    return " ".join(quoted(word) for word in words)


def _words(params: Mapping[str, Any]) -> list[str]:
    """Return the words of a command; none for a text that cannot be split into words."""
    command = params.get("command")
    if isinstance(command, str):
        try:
            command = shlex.split(command)  # as `shell.run` does
        except ValueError:
            return []
    return [_text(word) for word in command] if isinstance(command, list) else []


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _ending(row: Row, state: str) -> tuple[int, int]:
    """Return an exit status and a signal; a task that is no command has 0, or 1 for a failure."""
    said = row["result"] if state == "completed" else (row["error"] or {}).get("details")
    # As `shell.run` says how a command ended; a `status` alone may be that of an HTTP answer.
    if isinstance(said, Mapping) and "output" in said and type(said.get("status")) is int:
        status = said["status"]
        return (status, 0) if status >= 0 else (-1, -status)
    return (0 if state == "completed" else 1), 0
