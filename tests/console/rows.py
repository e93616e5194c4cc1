"""Rows of a made engine."""

from __future__ import annotations

from typing import Any

from chasqui.control.fake import FakePort
from chasqui.control.port import (
    Chosen,
    Command,
    CommandOutcome,
    CountFailures,
    Counts,
    DiscardFailures,
    FailureRow,
    GroupRow,
    LedgerView,
    RetryFailures,
    SettingsView,
    Snapshot,
    TaskRow,
    TypeRow,
    WorkerRow,
)
from chasqui.control.safe_text import SafeText
from chasqui.control.settings_records import PoolSettings

NOW = 1_700_000_000.0


def snapshot(**more: Any) -> Snapshot:
    return Snapshot(**{"at": NOW, "workers": 4, "queue_size": 100, **more})


def waiting(*numbers: int, **more: Any) -> list[TaskRow]:
    return [
        TaskRow(
            **{
                "number": number,
                "type": SafeText("demo.sleep"),
                "state": "queued",
                "created": NOW - number,
                "params": SafeText(f"seconds={number}"),
                **more,
            }
        )
        for number in numbers
    ]


def workers(count: int, **first: Any) -> list[WorkerRow]:
    rows = [
        WorkerRow(name=SafeText(f"w{number:02}"), state="idle", since=NOW - number)
        for number in range(1, count + 1)
    ]
    if first:
        rows[0] = WorkerRow(**{"name": SafeText("w01"), "state": "running", "since": NOW, **first})
    return rows


def sizes(**pools: int) -> SettingsView:
    """Return how many workers pools are to have, and have in the config."""
    of = {"queue_size": 100, "config_queue_size": 100}
    return SettingsView(
        pools=tuple(
            PoolSettings(name=SafeText(name), workers=count, config_workers=count, **of)
            for name, count in pools.items()
        )
    )


def failures(*numbers: int, error: str = "ValueError: broken") -> list[FailureRow]:
    return [
        FailureRow(number=number, type=SafeText("demo.fail"), at=NOW, error=SafeText(error))
        for number in numbers
    ]


def busy(**more: int) -> Snapshot:
    counts = {"accepted": 7, "queued": 4, "running": 1, "completed": 2, **more}
    return snapshot(busy=1, counts=Counts(**counts))


def ledger(**more: Any) -> LedgerView:
    fates = {"completed": 5, "failed": 1, "cancelled": 1, "left": 0, "abandoned": 0}
    fates.update({name: count for name, count in more.items() if name in fates})
    rest = {name: value for name, value in more.items() if name not in fates}
    return LedgerView(**{"accepted": 7, "clean": True, "seconds": 0.5, **fates, **rest})


def kind(id: str = "g1", **more: Any) -> GroupRow:
    return GroupRow(
        **{
            "id": id,
            "type": SafeText("app.flaky"),
            "error": SafeText("ValueError: bad #"),
            "count": 3,
            "kept": 3,
            "open": 3,
            "first_seen": NOW - 7200,
            "last_seen": NOW - 5,
            "example": 3,
            **more,
        }
    )


def flaky(*numbers: int, **more: Any) -> list[FailureRow]:
    return [
        FailureRow(
            **{
                "number": number,
                "type": SafeText("app.flaky"),
                "at": NOW - number,
                "error": SafeText(f"ValueError: bad {number}"),
                "params": SafeText(f"path=/data/{number}.csv"),
                "group": "g1",
                **more,
            }
        )
        for number in numbers
    ]


def type_row(name: str, **more: Any) -> TypeRow:
    return TypeRow(name=SafeText(name), **more)


def counted(*rows: FailureRow) -> CommandOutcome:
    """Return what a port says when these failures are counted."""
    notes = tuple((str(row.number), row.params) for row in rows[:3])
    return CommandOutcome(ok=True, numbers=tuple(row.number for row in rows), notes=notes)


def port_with(*rows: FailureRow, **more: Any) -> FakePort:
    """Return a port whose engine has had these failures; ``now`` is what else its snapshots say.

    They are what is counted, and what is retried or discarded, whatever is chosen; of a group those
    are listed that are in it.
    """
    counts = Counts(accepted=len(rows), failed=len(rows))
    groups = {row.group for row in rows}
    by_group = {Chosen(group=id): [row for row in rows if row.group == id] for id in groups}
    done = CommandOutcome(ok=True, numbers=tuple(row.number for row in rows))
    port = FakePort(snapshot(counts=counts, **more.pop("now", {})), failures=rows, **more)
    port.listed = {**by_group, **port.listed}
    port.answers = {
        CountFailures: counted(*rows),
        RetryFailures: done,
        DiscardFailures: done,
        **port.answers,
    }
    return port


def changes(port: FakePort) -> list[Command]:
    """Return the commands that change something."""
    return [command for command in port.commands if not isinstance(command, CountFailures)]
