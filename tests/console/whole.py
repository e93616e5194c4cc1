"""A port with everything that a port can carry, so that each screen of the console can be opened.

Its texts are given by a function of their fields, so that the same walk through the screens shows
fields by their names, or hostile texts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from chasqui.control.fake import FakePort
from chasqui.control.port import (
    Capabilities,
    ChangeView,
    CommandOutcome,
    CountFailures,
    Counts,
    CountWaiting,
    CrewView,
    DiscardFailures,
    EventView,
    FailureRow,
    FilledForm,
    FillForm,
    FinishedRow,
    GroupRow,
    LaneRow,
    LedgerView,
    Limit,
    ParameterInfo,
    Pause,
    ReadFailures,
    ResetBreaker,
    RetryEdited,
    RetryFailures,
    ShutdownView,
    Snapshot,
    StackView,
    TaskDetail,
    TaskRow,
    TaskTypeInfo,
    TypeRow,
    TypeView,
    UndoView,
    WorkerPlace,
    WorkerRow,
)
from chasqui.control.safe_text import SafeText
from tests.hostile.filling import NOW, Filling, Text

PAGES: Final = (
    "worker_page",
    "crew",
    "backlog_page",
    "lane_page",
    "failure_page",
    "group_page",
    "finished_page",
    "event_page",
    "type_page",
    "type_view",
)
"""What the fake port puts into a snapshot from its lists."""
LISTED: Final = ("breakers", "half_open", "paused_types", "strikes", "wrong", "problems")
TIMES: Final = {
    f"{record}.{field}": NOW - 60
    for record, fields in {
        "Snapshot": ("at",),
        "WorkerRow": ("since", "asked_at"),
        "TaskRow": ("created", "due"),
        "FailureRow": ("at",),
        "GroupRow": ("first_seen", "last_seen"),
        "FinishedRow": ("at",),
        "EventView": ("at", "first"),
        "TaskDetail": ("created", "started", "finished", "due"),
        "AttemptView": ("started", "finished"),
        "LogLineView": ("at",),
        "DeedView": ("at",),
        "StackView": ("started", "since", "looked"),
        "WorkerPlace": ("since",),
        "ProducerRow": ("since",),
        "ChangeView": ("at",),
        "RecentFailure": ("at",),
        "RetriedView": ("at",),
        "BreakerView": ("since",),
        "LastEndStatus": ("started", "stopped"),
        "JournalStatus": ("opened",),
    }.items()
    for field in fields
}
FIXED: Final[dict[str, Any]] = {
    **TIMES,
    "Snapshot.undo": None,
    "Snapshot.idle_types": 0,
    "CommandOutcome.parked": 0,  # a cancel is then confirmed by a key
    "Capabilities.can_cancel_running": True,
    "Capabilities.can_resize": True,
    "FrameView.own": True,
    "TypeRow.state": "breaker open",
    "BreakerView.state": "open",
    "TypeRow.share": 0.5,
    "TypeRow.errors": 0.5,
    "ChartView.seconds": 1,
    "JournalStatus.mode": "durable",  # other words are those of a host of another version
}


class Whole:
    """A port whose every text is given by a function of its field, and what opens its screens.

    Args:
        text: gives the text for a field.
        log: the file of the host's log.
        rows: how long its lists are at least.
    """

    def __init__(self, text: Text, log: Path | None = None, *, rows: int = 2) -> None:
        self.filling = Filling(text, FIXED, rows=rows)
        make = self.filling.make
        infos = [
            make(TaskTypeInfo, parameters=self._parameters()),
            make(TaskTypeInfo, parameters=(), package=SafeText("")),
        ]
        types = self.filling.rows(TypeRow)
        workers = [
            make(WorkerRow, state="idle", task=None),
            make(WorkerRow, state="running", task=11),
            *self.filling.rows(
                WorkerRow, state="running", task=12, slow="", asked_at=None, progress=None
            ),
        ]
        lane = make(LaneRow, first=tuple(make(TaskRow, number=21) for _ in range(3)))
        parked = make(LaneRow, kind="parked", first=())
        caps = make(Capabilities, embedded=True, beside=False, limited=SafeText(""), pid=0)
        caps = msgspec.structs.replace(caps, log=SafeText(str(log or "")))
        self.port = port = FakePort(
            make(Snapshot, **dict.fromkeys(PAGES), state="running", shutdown=None, ledger=None),
            caps=caps,
            workers=workers,
            backlog=self.filling.rows(TaskRow, number=21),
            lanes=[lane, parked],
            failures=self.filling.rows(FailureRow, number=31),
            groups=self.filling.rows(GroupRow, example=31),
            finished=[
                make(FinishedRow, number=41, state="completed", error=SafeText("")),
                *self.filling.rows(FinishedRow, number=32, state="failed", result=SafeText("")),
                make(FinishedRow, number=31, state="failed", result=SafeText("")),
            ],
            events=self.filling.rows(EventView, task=31),
            type_rows=types,
            types=infos,
            details=self._details(),
            stacks={row.name: make(StackView, worker=row.name) for row in workers},
            crew=make(CrewView, place=None),
            places={
                row.name: make(WorkerPlace, worker=row.name, task=row.task)
                for row in workers
                if row.task is not None
            },
            answers=self._answers(infos[0]),
        )
        port.type_views = {row.name: make(TypeView, row=row) for row in types}
        port.type_views |= {row.type: make(TypeView) for row in workers if row.type}
        wrong = tuple(
            (one.name, SafeText(text("CommandOutcome.problems"))) for one in infos[0].parameters[:1]
        )
        noted = tuple(
            (one.name, SafeText(text("CommandOutcome.notes"))) for one in infos[0].parameters[1:]
        )
        port.checks = {infos[0].name: CommandOutcome(ok=False, problems=wrong, notes=noted)}
        port.submissions = dict(port.checks)
        port.notes = {"x": SafeText(text("Page.note"))}
        self.filling.filled |= {"Page.note", "Capabilities.limited"}
        self._text, self._now, self._caps = text, port.now, port.caps
        self._answered = dict(port.answers)

    def running(self) -> None:
        """Be as at first."""
        self.port.now, self.port.caps = self._now, self._caps
        self.port.answers = dict(self._answered)

    def stopping(self) -> None:
        """Be stopping."""
        view = self.filling.make(ShutdownView, mode="drain")
        self._be(state="stopping", shutdown=view)

    def stopped(self) -> None:
        """Have stopped."""
        self._be(state="stopped", ledger=self.filling.make(LedgerView))

    def changed(self) -> None:
        """Have been changed by another client."""
        self._be(change=self.filling.make(ChangeView))

    def undoable(self) -> None:
        """Have done something that can be undone."""
        self._be(undo=self.filling.make(UndoView), retried=None)

    def with_one(self, name: str) -> None:
        """Have one of what a snapshot lists by name, and nothing else that is wrong."""
        one = getattr(self._now, name)[:1]
        self._be(**{**dict.fromkeys(LISTED, ()), name: one, "counts": Counts(), "more_strikes": 0})

    def limited(self) -> None:
        """Refuse all but looking and stopping."""
        limited = SafeText(self._text("Capabilities.limited"))
        self.port.caps = msgspec.structs.replace(self._caps, limited=limited)

    def of_unknown_types(self) -> None:
        """Fill in forms of a type that is not registered."""
        form = self.filling.make(FilledForm)
        self.port.answers[FillForm] = CommandOutcome(ok=True, form=form)

    def _be(self, **more: Any) -> None:
        self.port.now = msgspec.structs.replace(self._now, **more)

    def _parameters(self) -> tuple[ParameterInfo, ...]:
        make = self.filling.make
        return (
            make(ParameterInfo, kind="list", choices=(), item_kind="text"),
            make(ParameterInfo, kind="choice"),
            make(ParameterInfo, kind="text", choices=(), default=None),
        )

    def _details(self) -> dict[int, TaskDetail]:
        make = self.filling.make
        return {
            11: make(TaskDetail, number=11, state="running", error=None, result=None),
            12: make(TaskDetail, number=12, state="running", error=None, result=None),
            21: make(TaskDetail, number=21, state="queued", error=None, result=None),
            31: make(TaskDetail, number=31, state="failed", result=None),
            32: make(TaskDetail, number=32, state="failed", result=None, traces=()),
            41: make(TaskDetail, number=41, state="completed", error=None),
        }

    def _answers(self, info: TaskTypeInfo) -> dict[Any, Any]:
        make = self.filling.make
        counted = make(CommandOutcome, ok=True, kind="", token="", more=0, form=None)
        skipping = make(CommandOutcome, ok=True, kind="", token="", form=None)
        refused = make(CommandOutcome, ok=False, kind="", numbers=(), form=None)
        texts = tuple(
            (one.name, self.filling.make(FilledForm).texts[0][1]) for one in info.parameters
        )
        form = make(FilledForm, type=info.name, texts=texts)
        return {
            CountFailures: counted,
            CountWaiting: counted,
            RetryFailures: skipping,
            DiscardFailures: skipping,
            ReadFailures: refused,
            RetryEdited: refused,
            Pause: refused,
            Limit: refused,
            ResetBreaker: refused,
            FillForm: CommandOutcome(ok=True, form=form),
        }
