"""A port without an engine, for tests of consoles: a table of what is asked and what it says.

Nothing is worked out here: what a command changes is in the next reading when a test has set it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from chasqui.control.port import (
    Capabilities,
    Chosen,
    Command,
    FailureRow,
    GroupRow,
    Outcome,
    Page,
    Snapshot,
    StackView,
    SubmitOptions,
    TaskDetail,
    TaskRow,
    TaskTypeInfo,
    TypeRow,
    ViewQuery,
    Window,
    WorkerRow,
)
from chasqui.control.port import Row as Row
from chasqui.control.safe_text import SafeText

Answer = Outcome | list[Outcome]
SUBMITTED = Outcome(ok=True, numbers=(1,))


class FakePort:
    """Answer what a test has set, and record what was asked.

    ``now`` is the snapshot without its pages; each reading has the windows that it asks for.
    ``failures`` are the rows of the list of all; ``listed`` has the rows of a choice. ``answers``
    has the outcome of a command, by the command or by its class; where it is a list, each of its
    outcomes is given once. ``submissions`` has those of `submit` and ``checks`` those of `check`,
    by the name of the type. What is not in a table goes well.
    """

    def __init__(
        self,
        now: Snapshot | None = None,
        *,
        caps: Capabilities | None = None,
        workers: Sequence[WorkerRow] = (),
        backlog: Sequence[TaskRow] = (),
        failures: Sequence[FailureRow] = (),
        listed: Mapping[Chosen, Sequence[FailureRow]] | None = None,
        groups: Sequence[GroupRow] = (),
        type_rows: Sequence[TypeRow] = (),
        types: Sequence[TaskTypeInfo] = (),
        details: Mapping[int, TaskDetail] | None = None,
        stacks: Mapping[str, StackView] | None = None,
        answers: Mapping[Command | type[Command], Answer] | None = None,
    ) -> None:
        self.now = now or Snapshot(at=1_700_000_000.0)
        self.caps = caps or Capabilities()
        self.workers = list(workers)
        self.backlog = list(backlog)
        self.failures = list(failures)
        self.listed = dict(listed or {})
        self.groups = list(groups)
        self.type_rows = list(type_rows)
        self.offered = list(types)
        self.details = dict(details or {})
        self.stacks = dict(stacks or {})
        self.answers = dict(answers or {})
        self.checks: dict[str, Answer] = {}
        self.submissions: dict[str, Answer] = {}
        self.checked: list[tuple[str, dict[str, str]]] = []
        self.submitted: list[tuple[str, dict[str, str], SubmitOptions]] = []
        self.commands: list[Command] = []
        self.queries: list[ViewQuery] = []
        self.asked_details: list[tuple[int, int]] = []
        self.asked_stacks: list[tuple[str, str]] = []
        self.rev = 0

    def changed(self) -> None:
        """Make readers notice changed rows; call it after setting a list."""
        self.rev += 1

    def snapshot(self, query: ViewQuery) -> Snapshot:
        """Return what the test has set."""
        self.queries.append(query)
        del self.queries[:-100]
        of = query.failures_of
        failures = self.failures if of == Chosen() else self.listed.get(of, ())
        return msgspec.structs.replace(
            self.now,
            worker_page=self._page(self.workers, query.workers),
            backlog_page=self._page(self.backlog, query.backlog),
            failure_page=self._page(failures, query.failures),
            group_page=self._page(self.groups, query.groups),
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

    def stack(self, worker: str, pool: str = "") -> StackView | None:
        """Return the stack set for a worker."""
        self.asked_stacks.append((worker, pool))
        return self.stacks.get(worker)

    def types(self) -> Sequence[TaskTypeInfo]:
        """List the types that the test has set."""
        return self.offered

    def check(self, type: str, params: Mapping[str, str]) -> Outcome:
        """Record what was to be judged; refuse a type that is not in the table."""
        self.checked.append((type, dict(params)))
        if type not in [info.name for info in self.offered]:
            return Outcome(ok=False, reason=SafeText(f"unknown task type {type!r}"))
        return _next(self.checks.get(type)) or Outcome(ok=True)

    def submit(self, type: str, params: Mapping[str, str], options: SubmitOptions) -> Outcome:
        """Record a submission."""
        self.submitted.append((type, dict(params), options))
        return _next(self.submissions.get(type)) or SUBMITTED

    def apply(self, command: Command) -> Outcome:
        """Record a command."""
        self.commands.append(command)
        set_for = self.answers.get(command, self.answers.get(type(command)))
        return _next(set_for) or Outcome(ok=True)

    def _page(self, rows: Sequence[Row], window: Window | None) -> Page[Row] | None:
        if window is None:
            return None
        shown = tuple(rows[window.offset : window.offset + window.limit])
        return Page(rows=shown, offset=window.offset, total=len(rows), rev=self.rev)


def _next(answer: Answer | None) -> Outcome | None:
    """Return what was set: always the same, or each of several once."""
    if isinstance(answer, list):
        return answer.pop(0) if answer else None
    return answer
