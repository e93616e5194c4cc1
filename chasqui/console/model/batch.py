"""What is said of a file of rows: what its first rows mean, which are bad, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, Protocol

from chasqui.console.model.format import Glyphs, plain
from chasqui.control.intake.shapes import Row
from chasqui.control.port import TaskTypeInfo
from chasqui.secret import MASK, is_reference

VALUE: Final = 40
"""Characters of a value that are shown, so that those after it are seen as well."""
WHY: Final = 200
"""Characters of a reason that are shown."""


class CountedRows(Protocol):
    """The rows of a file, as far as they are counted."""

    @property
    def state(self) -> str:
        """What is done with them."""
        ...

    waits: str
    rows: int
    bad: int
    submitted: int
    refused: int
    expected: int
    numbers: tuple[int, int] | None
    wrong: list[tuple[int, str]]
    first: list[Row]
    problem: str
    doubt: tuple[int, int] | None

    @property
    def good(self) -> int:
        """How many can be submitted."""
        ...

    @property
    def is_stopped(self) -> bool:
        """Whether an operator has stopped it."""
        ...


def rows(count: int) -> str:
    """Count rows."""
    return f"{count:,} row{'s' * (count != 1)}"


def counts(batch: CountedRows) -> str:
    """Say how many rows there are, and how many of them are good."""
    if not batch.bad:
        return f"{rows(batch.rows)}, all good"
    return f"{rows(batch.rows)}: {batch.good:,} good, {batch.bad:,} bad"


def question(batch: CountedRows, key: str, close: str) -> str:
    """Say what can be done with a file that was checked."""
    if not batch.good:
        return "there is no row to submit" if not batch.rows else "no row of it can be submitted"
    if not batch.bad:
        what = "the row" if batch.rows == 1 else f"all {rows(batch.rows)}"
        return f"{key} submits {what}; {close} submits none"
    good = f"{batch.good:,} good row{'s' * (batch.good != 1)}"
    return f"{key} submits the {good} and leaves out {batch.bad:,}; {close} submits none"


def answer(batch: CountedRows, submit: str, close: str) -> tuple[str, str]:
    """Say how it is with a file, and in which role; ``submit`` and ``close`` are keys."""
    if batch.state == "checking":
        return f"checking: {rows(batch.rows)} so far; {close} goes back", "dim"
    if batch.state == "ready":
        return question(batch, submit, close), "ok" if batch.good else "error"
    if batch.state == "ended":
        text = outcome(batch) if batch.expected else batch.problem
        return text, "error" if batch.problem else "dim" if batch.is_stopped else "ok"
    done = f"{batch.submitted:,} of {batch.expected:,} submitted"
    waits = f"; waiting for room: {batch.waits}" if batch.waits else ""
    return f"{done}{waits}; {close} stops", "dim"


def first_lines(batch: CountedRows, info: TaskTypeInfo, glyphs: Glyphs) -> Iterator[str]:
    """Show the first rows as they were understood."""
    width = max((len(f"{row.line:,}") for row in batch.first), default=0)
    for row in batch.first:
        said = row.why if row.task is None else _parameters(row, info)
        yield plain(f"line {row.line:>{width},}  {said}", glyphs)


def wrong_lines(batch: CountedRows, glyphs: Glyphs) -> Iterator[str]:
    """Name the bad rows, each with its reason."""
    width = max((len(f"{line:,}") for line, _ in batch.wrong), default=0)
    for line, why in batch.wrong:
        yield plain(f"line {line:>{width},}  {why}", glyphs, cap=WHY)
    rest = batch.bad - len(batch.wrong)
    if rest > 0:
        yield plain(f"… and {rest:,} more", glyphs)


def outcome(batch: CountedRows) -> str:
    """Say what was submitted, and why it ended early."""
    said = [f"submitted {_tasks(batch)}" if batch.submitted else "submitted none"]
    if batch.refused:
        said.append(f"refused {rows(batch.refused)}")
    text = ", ".join(said)
    if batch.problem:
        text += f"; then {batch.problem}"
    elif batch.is_stopped:
        text += "; then stopped"
    if batch.doubt is not None:
        begin, end = batch.doubt
        text += f"; lines {begin:,} to {end:,} were sent and not acknowledged: some may be in"
    return text


def _tasks(batch: CountedRows) -> str:
    first, last = batch.numbers or (0, 0)
    if batch.submitted == 1:
        return f"task {first}"
    of = f" of {batch.expected:,}" if batch.submitted < batch.expected else ""
    return f"{batch.submitted:,}{of} rows as tasks {first} to {last}"


def _parameters(row: Row, info: TaskTypeInfo) -> str:
    if row.task is None:
        return row.why
    secrets = {one.name for one in info.parameters if one.kind == "secret"}
    given = {**row.task.params, **row.task.texts}
    return " ".join(
        f"{name}={_hidden(value) if name in secrets else _text(value)}"
        for name, value in given.items()
    )


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= VALUE else text[: VALUE - 1] + "…"


def _hidden(value: object) -> str:
    """Show a reference to a secret, and nothing else."""
    return value if isinstance(value, str) and is_reference(value) else MASK
