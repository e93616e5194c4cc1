"""A summary as a person reads it, within the width of the terminal, and as a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from chasqui.commands.given import Usage
from chasqui.commands.opening import open_to_write
from chasqui.commands.run.following import Follower
from chasqui.commands.run.summary import RunSummary
from chasqui.commands.run.terminal_line import columns
from chasqui.commands.words import say_as_it_is
from chasqui.commands.writing import write_all
from chasqui.control.safe_text import safe_line
from chasqui.durations import duration

SHOWN: Final = 5  # kinds of failure
WIDE: Final = 4096  # characters of a line where it is not for a terminal
COUNTED: Final = ("completed", "failed", "cancelled", "refused", "left")


def text_of(facts: dict[str, Any], width: int = WIDE) -> list[str]:
    """Return the lines of a summary, none wider than ``width``."""
    return [safe_line(line, width) for line in _lines(facts)]


def tell(summary: RunSummary) -> None:
    """Write a summary on standard error."""
    is_terminal = sys.stderr.isatty()
    width = columns() - 1 if is_terminal else WIDE
    encoding = sys.stderr.encoding or "utf-8"
    text = "".join([f"{line}\n" for line in text_of(summary.facts(), max(width, 20))])
    text = text.encode(encoding, "backslashreplace").decode(encoding)
    say_as_it_is(text)


def tell_of_several(summary: RunSummary) -> None:
    """Write a summary on standard error, unless all of it is in the ledger and the one row."""
    if summary.lines > 1:
        tell(summary)


class SummaryFile(Follower):
    """The file that a summary is written into at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1
        self._error: OSError | None = None

    @property
    def problem(self) -> str:
        """What is wrong with it, in words; empty if nothing is."""
        if self._error is None:
            return ""
        return f"{self._path}: cannot be written: {self._error.strerror}; it has no summary"

    def begin(self) -> None:
        """Open it, and leave what it holds until there is something to replace it; raises Usage."""
        try:
            self._descriptor = open_to_write(self._path, os.O_CREAT)
        except OSError as error:
            raise Usage(f"{self._path}: cannot be written: {error.strerror}") from None

    def write(self, summary: RunSummary) -> None:
        """Write a summary; whether that went well is in ``problem``."""
        data = msgspec.json.format(msgspec.json.encode(summary.facts()), indent=2) + b"\n"
        try:
            if Path(f"/dev/fd/{self._descriptor}").is_file():
                os.ftruncate(self._descriptor, 0)
            write_all(self._descriptor, data)
        except OSError as error:
            self._error = error
        finally:
            os.close(self._descriptor)


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    rate = facts["rate"]
    speed = (
        ""
        if rate is None
        else f", {rate:,.3g} a second"
        if rate < 100
        else f", {rate:,.0f} a second"
    )
    counts = [f"{facts[name]:,} {name}" for name in COUNTED if facts[name] or name == "completed"]
    lines = "line" if facts["lines"] == 1 else "lines"
    yield f"{facts['lines']:,} {lines} in {duration(facts['seconds'])}{speed}: {', '.join(counts)}"
    failures = facts["failures"]
    if failures:
        yield "failures, by kind:"
    for kind in failures[:SHOWN]:
        example = kind["example"]
        what = " ".join(one for one in (kind["type"], kind["error"]) if one)
        message = example["message"].removeprefix(f"{kind['type']}: ")  # it is said already
        yield f"  {kind['count']:>7,}  {what}: {message}"
        yield f"           such as line {example['line']:,}: {example['text']}"
    more = facts["other_failures"] + sum(kind["count"] for kind in failures[SHOWN:])
    if more:
        yield f"  {more:>7,}  of other kinds"
    if facts["slowest"]:
        yield "slowest:"
    for slow in facts["slowest"]:
        state = "" if slow["state"] == "completed" else f" ({slow['state']})"
        text = f": {slow['text']}" if slow["text"] else ""
        yield f"  {duration(slow['ran']):>7}  line {slow['line']:,}{text}{state}"
