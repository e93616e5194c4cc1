"""A port without an engine, for tests of consoles: a table of what is asked and what it says.

Nothing is worked out here: what a command changes is in the next reading when a test has set it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from chasqui.control.port import (
    Capabilities,
    Chosen,
    Command,
    CommandOutcome,
    CrewView,
    EventView,
    FailureRow,
    FinishedRow,
    GroupRow,
    LaneRow,
    Page,
    Snapshot,
    StackView,
    SubmitOptions,
    SubmitTasks,
    TaskDetail,
    TaskRow,
    TaskTypeInfo,
    TypeRow,
    TypeView,
    ViewQuery,
    Window,
    WorkerPlace,
    WorkerRow,
)
from chasqui.control.port import Row as Row
from chasqui.control.safe_text import SafeText

Answer = CommandOutcome | list[CommandOutcome]
SUBMITTED = CommandOutcome(ok=True, numbers=(1,))


class FakePort:
    """Answer what a test has set, and record what was asked.

    ``now`` is the snapshot without its pages; each reading has the windows that it asks for.
    ``failures`` are the rows of the list of all; ``listed`` has the rows of a choice. ``finished``
    and ``events`` are the rows of the list of all, or those of each filter; ``notes`` has what was
    not understood in a filter; ``backlog_of`` has the waiting tasks of a filter. ``answers`` has
    the outcome of a command, by the command or by its class; where it is a list, each of its
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
        lanes: Sequence[LaneRow] = (),
        backlog_of: Mapping[str, Sequence[TaskRow]] | None = None,
        failures: Sequence[FailureRow] = (),
        listed: Mapping[Chosen, Sequence[FailureRow]] | None = None,
        groups: Sequence[GroupRow] = (),
        finished: Sequence[FinishedRow] | Mapping[str, Sequence[FinishedRow]] = (),
        events: Sequence[EventView] | Mapping[str, Sequence[EventView]] = (),
        type_rows: Sequence[TypeRow] = (),
        types: Sequence[TaskTypeInfo] = (),
        details: Mapping[int, TaskDetail] | None = None,
        stacks: Mapping[str, StackView] | None = None,
        crew: CrewView | None = None,
        places: Mapping[str, WorkerPlace] | None = None,
        answers: Mapping[Command | type[Command], Answer] | None = None,
    ) -> None:
        self.now = now or Snapshot(at=1_700_000_000.0)
        self.caps = caps or Capabilities()
        self.workers = list(workers)
        self.backlog = list(backlog)
        self.lanes = list(lanes)
        self.backlog_of = dict(backlog_of or {})
        self.failures = list(failures)
        self.listed = dict(listed or {})
        self.groups = list(groups)
        self.finished = finished if isinstance(finished, Mapping) else {"": finished}
        self.events = events if isinstance(events, Mapping) else {"": events}
        self.narrowed: dict[str, Sequence[Any]] = {}  # workers or types, by the filter
        self.notes: dict[str, SafeText] = {}
        self.type_rows = list(type_rows)
        self.type_views: dict[str, TypeView] = {}
        self.offered = list(types)
        self.details = dict(details or {})
        self.stacks = dict(stacks or {})
        self.crew = crew or CrewView()
        self.places = dict(places or {})  # by the name of the worker
        self.answers = dict(answers or {})
        self.checks: dict[str, Answer] = {}
        self.submissions: dict[str, Answer] = {}
        self.paths: dict[str, Sequence[str]] = {}  # that a parameter can become, by its name
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
        chosen = query.backlog_of
        waiting = self.backlog_of.get(chosen, ()) if chosen else self.backlog
        failures = self.failures if of == Chosen() else self.listed.get(of, ())
        return msgspec.structs.replace(
            self.now,
            worker_page=self._page(
                self.narrowed.get(query.workers_of, self.workers), query.workers, query.workers_of
            ),
            crew=self._crew(query),
            backlog_page=self._page(waiting, query.backlog, query.backlog_of),
            lane_page=self._page(self.lanes, query.lanes),
            failure_page=self._page(failures, query.failures),
            group_page=self._page(self.groups, query.groups),
            finished_page=self._page(
                self.finished.get(query.finished_of, ()), query.finished, query.finished_of
            ),
            event_page=self._page(
                self.events.get(query.events_of, ()), query.events, query.events_of
            ),
            type_page=self._page(
                self.narrowed.get(query.types_of, self.type_rows), query.types, query.types_of
            ),
            metrics=self.now.metrics if query.metrics else None,
            settings=self.now.settings if query.settings else None,
            type_view=self.type_views.get(query.type_view.type) if query.type_view else None,
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

    def check(self, type: str, params: Mapping[str, str]) -> CommandOutcome:
        """Record what was to be judged; refuse a type that is not in the table."""
        self.checked.append((type, dict(params)))
        if type not in [info.name for info in self.offered]:
            return CommandOutcome(ok=False, reason=SafeText(f"unknown task type {type!r}"))
        return _next(self.checks.get(type)) or CommandOutcome(ok=True)

    def complete(self, type: str, name: str, text: str) -> Sequence[str]:
        """Return those of the paths set for this parameter that begin so."""
        return [path for path in self.paths.get(name, ()) if path.startswith(text)]

    def submit(
        self, type: str, params: Mapping[str, str], options: SubmitOptions
    ) -> CommandOutcome:
        """Record a submission."""
        self.submitted.append((type, dict(params), options))
        return _next(self.submissions.get(type)) or SUBMITTED

    def apply(self, command: Command) -> CommandOutcome:
        """Record a command."""
        self.commands.append(command)
        by_class = self.answers.get(type(command))  # not all commands can be hashed
        set_for = next((to for one, to in self.answers.items() if one == command), by_class)
        if set_for is None and isinstance(command, SubmitTasks):
            first = sum(len(one.tasks) for one in self.commands if isinstance(one, SubmitTasks))
            numbers = range(first - len(command.tasks) + 1, first + 1)
            return CommandOutcome(ok=True, numbers=tuple(numbers))
        return _next(set_for) or CommandOutcome(ok=True)

    def _crew(self, query: ViewQuery) -> CrewView | None:
        if query.workers is None:
            return None
        place = self.places.get(query.place_of)
        return msgspec.structs.replace(self.crew, place=place)

    def _page(
        self, rows: Sequence[Row], window: Window | None, filter: str = ""
    ) -> Page[Row] | None:
        if window is None:
            return None
        shown = tuple(rows[window.offset : window.offset + window.limit])
        note = self.notes.get(filter, SafeText(""))
        return Page(rows=shown, offset=window.offset, total=len(rows), rev=self.rev, note=note)


def _next(answer: Answer | None) -> CommandOutcome | None:
    """Return what was set: always the same, or each of several once."""
    if isinstance(answer, list):
        return answer.pop(0) if answer else None
    return answer
