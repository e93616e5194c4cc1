"""Failures as lines that can be kept in a file, and given to `chasqui-tui run --jobs` again."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

import msgspec
from msgspec import Raw

from chasqui.engine.failures.failure import Failure
from chasqui.engine.values.marks import printable

MOST_BYTES: Final = 256 * 1024  # of the lines of one answer, but for the first
MOST_LINES: Final = 1000


def lines_of(failures: Iterable[Failure]) -> list[str]:
    """Return the first of these failures as lines of JSON, as many as fit into an answer."""
    lines: list[str] = []
    size = 0
    for failure in islice(failures, MOST_LINES):
        line = msgspec.json.encode(row_of_failure(failure)).decode()
        size += len(line)
        if lines and size > MOST_BYTES:
            break
        lines.append(line)
    return lines


def row_of_failure(failure: Failure) -> dict[str, Any]:
    """Return a failure with the keys of a row of `run`."""
    given = failure.given
    return {
        "number": failure.number,
        "type": printable(failure.type),
        "params": {"repr": printable(failure.params)} if given is None else Raw(given),
        "state": "failed",
        "attempts": failure.attempts,
        "result": None,
        "error": {"type": failure.exception, "message": printable(failure.message)},
        "waited": failure.waited,
        "ran": failure.ran,
    }
