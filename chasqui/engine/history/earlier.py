"""Earlier: finished tasks of earlier lives of the engine, as they are in its journal.

The newest of them go into the history when it is first looked at, as many as it may keep, and are
read in slices, since a long read would keep the journal from being tidied. A single task is found
by its number as long as its row is in the file.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

from chasqui import loggers
from chasqui.engine.failures.failure import MESSAGE_TEXT, PARAMS_TEXT
from chasqui.engine.history.chunks import Chunks
from chasqui.engine.history.entry import PARAMS_BYTES, RESULT_BYTES, HistoryEntry, Whole, utf8
from chasqui.engine.policy.rules import Keep
from chasqui.engine.values.marks import with_numbers
from chasqui.errors import ChasquiError
from chasqui.pool import forking
from chasqui.pool.clock import Clock

log = loggers.named("chasqui.engine.journal")

SLICE: Final = 1000  # rows of one read
PAUSE: Final = 5.0  # seconds after a read that failed
COLUMNS: Final = (
    "select id, type, state, attempt, created_us, not_before_us, started_us, finished_us, worker,"
    " key, params, result, error from task"
)
NEXT: Final = (
    f"{COLUMNS} where finished_us is not null and (finished_us, id) < (?, ?) and epoch < ?"
    " order by finished_us desc, id desc limit ?"
)
ONE: Final = f"{COLUMNS} where id = ? and state >= 10"
MANY: Final = "select count(*) from task where finished_us is not null and epoch < ?"
LONG_NUMBER: Final = re.compile(r"\d{16}")  # one that a journal has as it is, and a row marked
STATES: Final = {10: "completed", 11: "failed", 12: "cancelled"}


class ReadsTasks(Protocol):
    """What this needs of a journal."""

    @property
    def is_open(self) -> bool:
        """Whether it can be read."""
        ...

    @property
    def epoch(self) -> int:
        """The number of this life of the engine."""
        ...

    def read(self, sql: str, *given: object) -> list[tuple[Any, ...]]:
        """Return all rows of a query; raises JournalUnavailable."""
        ...


class EarlierTasks:
    """The finished tasks in a journal. Any thread.

    Args:
        chunks: where the newest go.
        facts_of: returns the pool of a type, and what the history keeps of it.
    """

    def __init__(
        self,
        journal: ReadsTasks,
        chunks: Chunks,
        facts_of: Callable[[str], tuple[str, Keep]],
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._chunks = chunks
        self._facts_of = facts_of
        self._clock = clock
        self._lock = threading.RLock()
        forking.watch(self)
        self._loaded = False
        self._not_before = 0.0

    def load(self) -> None:
        """Have the newest in the history, once."""
        if not self._loaded and self._journal.is_open:
            with self._lock:
                self._locked_load()

    def find(self, number: int) -> HistoryEntry | None:
        """Return the entry of a finished task that is in the file."""
        if not self._journal.is_open:
            return None
        try:
            rows = self._journal.read(ONE, number)
        except ChasquiError as error:
            log.warning("task %d is not looked up: %s", number, error)
            return None
        return next((entry for row in rows if (entry := self._entry(row, {})) is not None), None)

    def _locked_load(self) -> None:
        now = self._clock.monotonic()
        if self._loaded or now < self._not_before:
            return
        self._loaded = True  # a signal handler in the middle finds what there is
        try:
            entries = list(self._newest())
            ((total,),) = self._journal.read(MANY, self._journal.epoch)
            entries.reverse()
            self._chunks.put_before(entries, max(total, len(entries)))
        except ChasquiError as error:
            log.warning("finished tasks of earlier lives are not shown yet: %s", error)
            self._loaded, self._not_before = False, now + PAUSE
        except BaseException:
            self._loaded = False  # else the next look would find a history without them
            raise

    def _newest(self) -> Iterator[HistoryEntry]:
        """Go through the newest, the newest first, as many as are kept."""
        left, after = self._chunks.retention.keep, (1 << 62, 0)
        facts: dict[str, tuple[str, Keep]] = {}
        while left > 0:
            rows = self._journal.read(NEXT, *after, self._journal.epoch, min(left, SLICE))
            for row in rows:
                entry = self._entry(row, facts, cut=True)
                if entry is not None:
                    yield entry
            if len(rows) < SLICE:
                return
            left -= len(rows)
            after = rows[-1][7], rows[-1][0]

    def _entry(
        self, row: tuple[Any, ...], known: dict[str, tuple[str, Keep]], *, cut: bool = False
    ) -> HistoryEntry | None:
        number, type, state, attempts, created, due, started, finished, worker, key = row[:10]
        if type not in known:
            known[type] = self._facts_of(type)
        pool, keep = known[type]
        if keep == "none":
            return None
        params, notes = _value(row[10], PARAMS_BYTES if cut else None, "parameters take")
        result, more = _value(row[11], RESULT_BYTES if cut else None, "result takes")
        kind, _, message = (row[12] or "").partition(": ")
        has_result = row[11] is not None and keep == "result"
        whole = Whole(
            type,
            STATES[state],
            attempts,
            _seconds(created),
            key,
            {} if params is None else params,
            False,
            has_result,
            result if has_result else None,
            kind if state == 11 else "",
            message[:MESSAGE_TEXT] if state == 11 else "",
            "; ".join(filter(None, (notes, more if has_result else ""))),
        )
        queued = max(created, due) if started is None or due <= started else created
        claimed = None if started is None else _seconds(started)
        times = _seconds(queued), claimed, _seconds(finished)
        return HistoryEntry(pool, utf8(type), worker, number, whole, *times, 0.0)


def _value(text: str | None, most: int | None, what: str) -> tuple[Any, str]:
    """Return a value as a row has it, and why if it is cut."""
    import msgspec

    if text is None:
        return None, ""
    if most is not None and len(text) > most:
        note = f"its {what} more than {most:,} bytes, so they are cut; ask for the task by number"
        return {"repr": text[:PARAMS_TEXT]}, note
    value = msgspec.json.decode(text)
    return (with_numbers(value) if LONG_NUMBER.search(text) else value), ""


def _seconds(moment: int) -> float:
    return moment / 1e6
