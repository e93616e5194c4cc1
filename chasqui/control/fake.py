"""A port without an engine, for tests of consoles: set what it shows, read what it was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from chasqui.control.port import (
    Capabilities,
    Command,
    FailureRow,
    Outcome,
    Page,
    Snapshot,
    SubmitOptions,
    TaskDetail,
    TaskRow,
    TaskTypeInfo,
    ViewQuery,
    Window,
    WorkerRow,
)
from chasqui.control.port import Row as Row
from chasqui.control.safe_text import SafeText


class FakePort:
    """Show what a test sets, and record every command.

    ``now`` is the snapshot without its pages; the lists are windowed as a real port does it.
    ``outcomes`` are returned in turn by `submit` and `apply`; when it is empty, all goes well.
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
        types: Sequence[TaskTypeInfo] = (),
        details: Mapping[int, TaskDetail] | None = None,
    ) -> None:
        self.now = now or Snapshot(at=1_700_000_000.0)
        self.caps = caps or Capabilities()
        self.workers = list(workers)
        self.backlog = list(backlog)
        self.failures = list(failures)
        self.types = list(types)
        self.details = dict(details or {})
        self.outcomes: list[Outcome] = []
        self.answers: list[Outcome] = []
        self.checked: list[tuple[str, dict[str, str]]] = []
        self.submitted: list[tuple[str, dict[str, str], SubmitOptions]] = []
        self.commands: list[Command] = []
        self.queries: list[ViewQuery] = []
        self.rev = 0

    def changed(self) -> None:
        """Tell readers that rows have changed, after setting any list."""
        self.rev += 1

    def snapshot(self, query: ViewQuery) -> Snapshot:
        """Read what the test has set."""
        self.queries.append(query)
        del self.queries[:-100]
        return msgspec.structs.replace(
            self.now,
            worker_page=self._page(self.workers, query.workers),
            backlog_page=self._page(self.backlog, query.backlog),
            failure_page=self._page(self.failures, query.failures),
            metrics=self.now.metrics if query.metrics else None,
        )

    def detail(self, number: int) -> TaskDetail | None:
        """Return the detail that the test has set for this number."""
        return self.details.get(number)

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
        return self._outcome(Outcome(ok=True, numbers=(len(self.submitted),)))

    def apply(self, command: Command) -> Outcome:
        """Record a command; refuse it when read-only, as a real port does."""
        if self.caps.read_only:
            return Outcome(ok=False, reason=SafeText("this console is read-only"))
        self.commands.append(command)
        return self._outcome(Outcome(ok=True))

    def _outcome(self, usual: Outcome) -> Outcome:
        return self.outcomes.pop(0) if self.outcomes else usual

    def _page(self, rows: Sequence[Row], window: Window | None) -> Page[Row] | None:
        if window is None:
            return None
        shown = tuple(rows[window.offset : window.offset + window.limit])
        return Page(rows=shown, offset=window.offset, total=len(rows), rev=self.rev)
