"""A port without an engine, for tests of consoles: set what it shows, read what it was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from chasqui.control.port import (
    Capabilities,
    Chosen,
    Command,
    CountFailures,
    DiscardFailures,
    FailureRow,
    GroupRow,
    Outcome,
    Page,
    RetryFailures,
    Snapshot,
    SubmitOptions,
    TaskDetail,
    TaskRow,
    TaskTypeInfo,
    TypeRow,
    Undo,
    UndoView,
    ViewQuery,
    Window,
    WorkerRow,
)
from chasqui.control.port import Row as Row
from chasqui.control.safe_text import SafeText

SAMPLES = 3
UNDO_SECONDS = 30.0


class FakePort:
    """Show what a test sets, and record every command.

    ``now`` is the snapshot without its pages; the lists are windowed as a real port does it.
    ``outcomes`` are returned in turn by `submit` and `apply`; when it is empty, all goes well.
    Failures are then retried, discarded and brought back among ``failures``; those of one type and
    error are one group, unless ``groups`` says what groups there are. A filter is words that all
    stand in a failure's type, error or parameters; while ``now`` has a note of it, it is refused.
    ``answers`` are returned in turn by `check`; when it is empty, `check` knows of names only: of
    types that are not there, and of parameters that are missing or unknown.
    """

    def __init__(
        self,
        now: Snapshot | None = None,
        *,
        caps: Capabilities | None = None,
        workers: Sequence[WorkerRow] = (),
        backlog: Sequence[TaskRow] = (),
        failures: Sequence[FailureRow] = (),
        groups: Sequence[GroupRow] | None = None,
        type_rows: Sequence[TypeRow] = (),
        types: Sequence[TaskTypeInfo] = (),
        details: Mapping[int, TaskDetail] | None = None,
    ) -> None:
        self.now = now or Snapshot(at=1_700_000_000.0)
        self.caps = caps or Capabilities()
        self.workers = list(workers)
        self.backlog = list(backlog)
        self.failures = list(failures)
        self.groups = None if groups is None else list(groups)
        self.type_rows = list(type_rows)
        self.types = list(types)
        self.details = dict(details or {})
        self.outcomes: list[Outcome] = []
        self.answers: list[Outcome] = []
        self.checked: list[tuple[str, dict[str, str]]] = []
        self.submitted: list[tuple[str, dict[str, str], SubmitOptions]] = []
        self.commands: list[Command] = []
        self.queries: list[ViewQuery] = []
        self.asked_details: list[tuple[int, int]] = []
        self.rev = 0
        self._before: list[FailureRow] = []

    def changed(self) -> None:
        """Tell readers that rows have changed, after setting any list."""
        self.rev += 1

    def snapshot(self, query: ViewQuery) -> Snapshot:
        """Read what the test has set."""
        self.queries.append(query)
        del self.queries[:-100]
        groups = self.groups if self.groups is not None else self._grouped()
        return msgspec.structs.replace(
            self.now,
            worker_page=self._page(self.workers, query.workers),
            backlog_page=self._page(self.backlog, query.backlog),
            failure_page=self._page(self._chosen(query.failures_of), query.failures),
            group_page=self._page(groups, query.groups),
            type_page=self._page(self.type_rows, query.types),
            metrics=self.now.metrics if query.metrics else None,
        )

    def detail(self, number: int, log_after: int = 0) -> TaskDetail | None:
        """Return the detail set for this number, with the lines of its log after a cursor."""
        self.asked_details.append((number, log_after))
        found = self.details.get(number)
        if found is None:
            return None
        gone = found.log_dropped  # the lines before those that are set
        return msgspec.structs.replace(
            found,
            log=found.log[max(0, log_after - gone) :],
            log_dropped=max(0, gone - log_after),
            log_cursor=max(log_after, gone + len(found.log)),
        )

    def task_types(self) -> Sequence[TaskTypeInfo]:
        """List the types that the test has set."""
        return self.types

    def check(self, type: str, params: Mapping[str, str]) -> Outcome:
        """Record what was to be judged, and judge it by its names."""
        self.checked.append((type, dict(params)))
        if self.answers:
            return self.answers.pop(0)
        info = next((one for one in self.types if one.name == type), None)
        if info is None:
            return Outcome(ok=False, reason=SafeText(f"unknown task type {type!r}"))
        known = {one.name: one for one in info.parameters}
        problems = [
            (name, SafeText("is required"))
            for name, one in known.items()
            if one.required and name not in params
        ]
        unknown = SafeText("is not a parameter of this task type")
        problems += [(name, unknown) for name in params if name not in known]
        if not problems:
            return Outcome(ok=True)
        told = "; ".join(f"{name} {why}" for name, why in problems)
        return Outcome(ok=False, reason=SafeText(f"{type}: {told}"), problems=tuple(problems))

    def submit(self, type: str, params: Mapping[str, str], options: SubmitOptions) -> Outcome:
        """Record a submission."""
        self.submitted.append((type, dict(params), options))
        return self._outcome() or Outcome(ok=True, numbers=(len(self.submitted),))

    def apply(self, command: Command) -> Outcome:
        """Record a command."""
        self.commands.append(command)
        return self._outcome() or self._carry_out(command)

    def _carry_out(self, command: Command) -> Outcome:
        match command:
            case CountFailures() | RetryFailures() | DiscardFailures() if self._is_unclear(command):
                return Outcome(ok=False, reason=self.now.filter_note)
            case CountFailures(chosen=chosen):
                rows = self._chosen(chosen)
                notes = tuple((str(one.number), one.params) for one in rows[:SAMPLES])
                return Outcome(ok=True, numbers=tuple(one.number for one in rows), notes=notes)
            case RetryFailures(chosen=chosen):
                return self._retry(chosen)
            case DiscardFailures(chosen=chosen):
                return self._discard(chosen)
            case Undo():
                return self._undo()
        return Outcome(ok=True)

    def _is_unclear(self, command: CountFailures | RetryFailures | DiscardFailures) -> bool:
        return bool(command.chosen.filter and self.now.filter_note)

    def _retry(self, chosen: Chosen) -> Outcome:
        rows = self._chosen(chosen)
        again = [row.number for row in rows if row.state != "retried"]
        skipped = [(row.number, "was retried already") for row in rows if row.state == "retried"]
        self._before = list(self.failures)
        self.failures = [
            msgspec.structs.replace(row, state=SafeText("retried")) if row.number in again else row
            for row in self.failures
        ]
        self._set_undo("retry", again)
        return self._done(again, [*skipped, *self._missing(chosen, rows)])

    def _discard(self, chosen: Chosen) -> Outcome:
        rows = self._chosen(chosen)
        self._before = list(self.failures)
        self.failures = [row for row in self.failures if row not in rows]
        self._set_undo("discard", rows)
        return self._done([row.number for row in rows], self._missing(chosen, rows))

    def _undo(self) -> Outcome:
        if self.now.undo is None:
            return Outcome(ok=False, reason=SafeText("there is nothing to take back"))
        changed = [row.number for row in self._before if row not in self.failures]
        self.failures = self._before
        self._set_undo("", ())
        return self._done(changed, [])

    def _done(self, numbers: Sequence[int], skipped: Sequence[tuple[int, str]]) -> Outcome:
        self.changed()
        told = tuple((number, SafeText(why)) for number, why in skipped)
        return Outcome(ok=not told, numbers=tuple(numbers), skipped=told)

    def _set_undo(self, verb: str, done: Sequence[object]) -> None:
        undo = UndoView(verb=SafeText(verb), count=len(done), remaining=UNDO_SECONDS)
        self.now = msgspec.structs.replace(self.now, undo=undo if done else None)

    def _missing(self, chosen: Chosen, rows: Sequence[FailureRow]) -> list[tuple[int, str]]:
        there = {row.number for row in rows}
        return [(one, "is not kept") for one in chosen.numbers or () if one not in there]

    def _chosen(self, chosen: Chosen) -> list[FailureRow]:
        words = (chosen.filter or "").lower().split()
        return [
            row
            for row in self.failures
            if (chosen.numbers is None or row.number in chosen.numbers)
            and not (chosen.open_only and row.state == "retried")
            and (chosen.group is None or _group_of(row) == chosen.group)
            and all(word in f"{row.type} {row.error} {row.params}".lower() for word in words)
        ]

    def _grouped(self) -> list[GroupRow]:
        groups: dict[str, list[FailureRow]] = {}
        for row in self.failures:
            groups.setdefault(_group_of(row), []).append(row)
        return [
            GroupRow(
                id=id,
                type=rows[0].type,
                error=rows[0].error,
                count=len(rows),
                kept=len(rows),
                first_seen=min(row.at for row in rows),
                last_seen=max(row.at for row in rows),
                open=sum(row.state != "retried" for row in rows),
                example=rows[0].number,
                newest=rows[0].error,
            )
            for id, rows in groups.items()
        ]

    def _outcome(self) -> Outcome | None:
        return self.outcomes.pop(0) if self.outcomes else None

    def _page(self, rows: Sequence[Row], window: Window | None) -> Page[Row] | None:
        if window is None:
            return None
        shown = tuple(rows[window.offset : window.offset + window.limit])
        return Page(rows=shown, offset=window.offset, total=len(rows), rev=self.rev)


def _group_of(row: FailureRow) -> str:
    return row.group or f"{row.type} {row.error}"
