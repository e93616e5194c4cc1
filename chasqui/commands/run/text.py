"""Text instead of rows: what a task returned or wrote, and a line for what failed.

Of a command it is the output, byte for byte, also of one that failed: no newline is added, as with
`xargs` and GNU parallel. Of other tasks it is the result: a text as a line, nothing for None, and
anything else as compact JSON. On a terminal control characters are made visible.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from chasqui.commands.run.forms import Form, Shown
from chasqui.commands.run.line_keys import ONLY, LineKey
from chasqui.commands.run.visible import visible
from chasqui.commands.writing import Row
from chasqui.engine.values.marks import mark

OF_A_COMMAND: Final = ("output", "bytes", "left_out")
"""Keys by which a result, or what an error says, is known as that of a command."""


class Wrote(NamedTuple):
    """What a task returned or wrote."""

    text: bytes
    left_out: int = 0
    """How many bytes of a command's output are not in there."""
    is_output: bool = False
    """Whether it is a command's output."""


class TextForm(Form):
    """What tasks returned or wrote.

    Args:
        tags: whether each line of it begins with the input line and a tab.
        visibly: whether control characters are made visible, for a terminal.
    """

    def __init__(self, *, tags: bool = False, visibly: bool = False) -> None:
        self._tags = tags
        self._visibly = visibly
        self._lock = threading.Lock()  # guards the next
        self._cut = 0

    @property
    def problem(self) -> str:
        """Say how many outputs are not whole."""
        if not self._cut:
            return ""
        outputs = "output is" if self._cut == 1 else "outputs are"
        return f"{self._cut:,} {outputs} not whole; keep_bytes=N keeps N bytes of each end"

    def shown(self, key: LineKey, row: Row, data: bytes) -> Shown:
        """Return what the task of a row returned or wrote, and what is said of a failure."""
        wrote = wrote_of(row)
        text = tagged(wrote.text, key.text) if self._tags else wrote.text
        said = []
        if row["state"] != "completed" and row["number"] is not None:  # else it is said already
            said.append(_failure(row, wrote.is_output))
        if wrote.left_out:
            said.append(f"{wrote.left_out:,} bytes of the output are left out")
            with self._lock:
                self._cut += 1
        where = "" if key is ONLY or not said else f"line {key.number}: "
        return Shown(visible(text) if self._visibly else text, where + "; ".join(said))


def wrote_of(row: Row) -> Wrote:
    """Return what the task of a row returned or wrote."""
    is_done = row["state"] == "completed"
    said = row["result"] if is_done else (row["error"] or {}).get("details")
    if isinstance(said, Mapping) and all(name in said for name in OF_A_COMMAND):
        left_out = said["left_out"]
        count = left_out if isinstance(left_out, int) else 0
        return Wrote(_bytes(said["output"]) or b"", count, True)
    return Wrote(_line(said) if is_done else b"")


def tagged(text: bytes, line: str) -> bytes:
    """Put a line and a tab before each line of a text."""
    if not text:
        return text
    tag = _encoded(line) + b"\t"
    *whole, last = text.split(b"\n")
    return b"".join([tag + one + b"\n" for one in whole]) + (tag + last if last else b"")


def _failure(row: Row, is_shown: bool) -> str:
    type, state, error = row["type"], row["state"], row["error"]
    if error is None or state != "failed":
        return f"{type} {state}"
    first, _, more = str(error["message"]).partition("\n")
    if more and is_shown:  # what it wrote last is in its output
        first = first.rpartition("; ")[0] or first
    return f"{type} failed: {error['type']}: {first}"


def _line(result: Any) -> bytes:
    if result is None:
        return b""
    text = _bytes(result)
    if text is None:
        return msgspec.json.encode(result) + b"\n"
    return text if text.endswith(b"\n") else text + b"\n"


def _bytes(value: Any) -> bytes | None:
    """Return a text as it was, also one that JSON cannot hold; None: it is no text."""
    if isinstance(value, str):
        return _encoded(value)
    if isinstance(value, Mapping) and mark(value) == "bytes":
        try:
            return base64.b64decode(value["bytes"], validate=True)
        except ValueError:  # of a host
            return None
    return None


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a character, which is no byte either
        return text.encode("utf-8", "backslashreplace")
