"""Feeding: the tasks that earlier lives have left, brought into their pools in order.

What finds no room stays in the file, and comes in as room appears; memory holds a chunk of each
type. While older tasks of a pool wait, its gate has new submissions wait behind them. A type that
is absent parks its tasks: they stay in the file and hold up no others until it is there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from chasqui import loggers
from chasqui.engine.journal.journal import Journal
from chasqui.engine.journal.lots import COUNTS, Lot, TaskLine, give_back, is_due, take_first
from chasqui.engine.journal.recovery import Restorer
from chasqui.engine.journal.rows import OpenRow
from chasqui.engine.types.registry import APPLICATION, Registry, owner_of
from chasqui.engine.types.task_type import TaskType
from chasqui.errors import JournalUnavailable, PoolClosed, UnknownPool, UnknownType
from chasqui.pool import forking
from chasqui.pool.gate import Gate
from chasqui.pool.locks import new_lock, wait_for, wake
from chasqui.pool.older import room_for_older, set_waiting
from chasqui.pool.pool import Pool
from chasqui.pool.restoring import put_back_many
from chasqui.pool.state import State, state_of
from chasqui.pool.threads import StartThread

if TYPE_CHECKING:
    from chasqui.engine.policy.routes import Routes

log = loggers.named("chasqui.engine.journal")

MOST: Final = 1000  # tasks that are put back at once
AGAIN_SECONDS: Final = 0.05  # until a journal that could not be read is read again


class JournalFeeder:
    """The tasks of earlier lives that are not in a pool. Any thread."""

    def __init__(
        self,
        journal: Journal,
        registry: Registry,
        routes: Routes,
        pools: Mapping[str, Pool],
        restorer: Restorer,
        start_thread: StartThread,
    ) -> None:
        self._journal = journal
        self._registry = registry
        self._routes = routes
        self._pools = pools
        self._restorer = restorer
        self._start_thread = start_thread
        self._lock = threading.RLock()  # guards the lots; the lock of a pool may be taken in it
        forking.watch(self)
        self._lots: dict[str, list[Lot]] = {}  # by the name of their pool
        self._types: dict[str, TaskType] = {}
        self._parked: list[Lot] = []
        self._bell = new_lock()
        self._closed = False
        self._runs = False
        self._told = False  # has it been logged that the file cannot be read?

    def begin(self) -> None:
        """Bring in what there is room for, before the pools start."""
        epoch, read = self._journal.epoch, self._journal.read
        for type, pool, queued, scheduled in self._journal.store.connection.execute(COUNTS):
            self._place(Lot(type, pool, queued, scheduled, epoch, read))
        for name, pool in self._pools.items():
            state_of(pool).gate = Gate(self.wake)
            self._feed(name)
        if self.waiting:
            self._run_thread()

    @property
    def waiting(self) -> int:
        """How many tasks wait in the file for room in their pool."""
        return sum(len(lot) for lots in list(self._lots.values()) for lot in list(lots))

    def parked_lots(self) -> list[Lot]:
        """List the lots whose type is absent."""
        with self._lock:
            return list(self._parked)

    def _locked_all(self) -> list[Lot]:
        return [*self._parked, *(lot for lots in self._lots.values() for lot in lots)]

    def registered(self, type: str) -> None:
        """Have the parked tasks of a type run, as it has been registered."""
        with self._lock:
            found = self._locked_unpark(type)
        for lot in found:
            self._place(lot)
        if found:
            self._run_thread()
            self.wake()

    def _locked_unpark(self, type: str) -> list[Lot]:
        found = [lot for lot in self._parked if lot.type == type]
        self._parked = [lot for lot in self._parked if lot.type != type]
        return found

    def wake(self) -> None:
        """Have the thread look for room."""
        wake(self._bell)

    def close(self, *, cancel: bool = False) -> None:
        """Bring in no more; what waits stays for the next life, unless it is cancelled."""
        self._closed = True
        self.wake()
        if cancel and self._journal.is_open:
            try:
                self.cancel_waiting()
            except JournalUnavailable as error:
                log.warning("tasks of earlier lives stay in the journal: %s", error)

    def cancel_waiting(self) -> int:
        """Cancel all that wait in the file for room, and return how many; what is parked stays.

        Raises:
            JournalUnavailable: the file cannot be read.
        """
        done = 0
        while taken := self._take_waiting():
            self._journal.withdrawn(taken)
            done += len(taken)
        return done

    def _take_waiting(self) -> list[OpenRow]:
        with self._lock:
            return self._locked_take_waiting()

    def _locked_take_waiting(self) -> list[OpenRow]:
        lots = [lot for lots in self._lots.values() for lot in lots]
        lines = [line for lot in lots for line in (lot.queued, lot.scheduled)]
        return [row for _, row in take_first(lines, MOST)]

    def holds(self, row: OpenRow) -> bool:
        """Tell whether a task is in the file only."""
        with self._lock:
            return self._locked_lot_of(row) is not None

    def withdraw(self, rows: Iterable[OpenRow]) -> list[OpenRow]:
        """Take tasks out for good, and return those that no pool has had."""
        with self._lock:
            taken = self._locked_withdraw(rows)
        for name in self._pools:
            self._tell(name)
        return taken

    def _locked_withdraw(self, rows: Iterable[OpenRow]) -> list[OpenRow]:
        taken: list[OpenRow] = []
        for row in rows:
            if (lot := self._locked_lot_of(row)) is not None:
                lot.line_of(row).withdraw(row)
                taken.append(row)
        return taken

    def _locked_lot_of(self, row: OpenRow) -> Lot | None:
        """Return the lot that has a task to be taken."""
        of_kind = (
            lot for lot in self._locked_all() if (lot.type, lot.pool) == (row.type, row.pool)
        )
        return next((lot for lot in of_kind if lot.line_of(row).holds(row)), None)

    # Inside

    def _place(self, lot: Lot) -> None:
        """Find the pool of a lot, or park it."""
        try:
            type = self._registry.get(lot.type)
            pool = lot.pool or ""
            if pool not in self._pools:
                pool = self._routes.of_type(lot.type).pool.name
        except UnknownType:
            owner = owner_of(lot.type)
            known = owner and owner != APPLICATION
            lot.reason = f"unavailable: {owner if known else f'{lot.type} is not registered'}"
        except UnknownPool as error:
            lot.reason = f"unavailable: {error}"
        else:
            lot.reason = ""
            with self._lock:
                self._types[lot.type] = type
                self._lots.setdefault(pool, []).append(lot)
            return
        with self._lock:
            self._parked.append(lot)

    def _run_thread(self) -> None:
        with self._lock:
            runs, self._runs = self._runs, True
        if not runs:
            self._start_thread(self._run, "chasqui-recovery")

    def _run(self) -> None:
        while not self._closed and self._more():
            wait_for(self._bell, AGAIN_SECONDS)

    def _more(self) -> bool:
        """Feed every pool; False when nothing waits any more."""
        for name in self._pools:
            with suppress(PoolClosed):
                self._feed(name)
        if self.waiting:
            return True
        with self._lock:
            self._runs = bool(self.waiting)
            return self._runs

    def _feed(self, name: str) -> None:
        """Bring tasks into a pool until it has no room, or there are no more."""
        pool = state_of(self._pools[name])
        fed = False
        try:
            while self._feed_some(name, pool):
                fed = True
            self._told = False
        except JournalUnavailable as error:
            if not self._told:
                log.warning("tasks of earlier lives wait: %s", error)
            self._told = True
        if self._tell(name) and fed:
            self.wake()  # workers have made room again

    def _feed_some(self, name: str, pool: State) -> bool:
        """Bring in at most a thousand of each kind, and tell whether to go on."""
        with self._lock:
            return not self._closed and self._locked_feed_some(self._lots.get(name, ()), pool)

    def _locked_feed_some(self, lots: Sequence[Lot], pool: State) -> bool:
        """Put in what is due and what is queued, as far as there is room, and what is due later."""
        scheduled, queued = [lot.scheduled for lot in lots], [lot.queued for lot in lots]
        now = int((pool.monotonic() + pool.epoch) * 1e6)
        done = self._locked_put_back(take_first(scheduled, _most(room_for_older(pool)), now), pool)
        done |= self._locked_put_back(take_first(queued, _most(room_for_older(pool))), pool)
        moments = pool.schedule_size - len(pool.scheduled)
        if any((row := line.head()) is not None and is_due(row, now) for line in scheduled):
            moments = 0  # what is due comes first
        return self._locked_put_back(take_first(scheduled, _most(moments)), pool) or done

    def _locked_put_back(self, taken: Sequence[tuple[TaskLine, OpenRow]], pool: State) -> bool:
        """Put tasks into a pool, and tell whether all of them found room."""
        if not taken:
            return False
        done, types, restored = 0, self._types, self._restorer.restored
        try:
            done = put_back_many(pool, [restored(row, types[row.type], pool) for _, row in taken])
        finally:
            give_back(taken[done:])
        return done == len(taken)

    def _tell(self, name: str) -> bool:
        """Tell the gate of a pool how many older tasks wait; say whether there is room for them."""
        waiting = sum(len(lot.queued) for lot in list(self._lots.get(name, ())))
        return set_waiting(state_of(self._pools[name]), waiting)


def _most(room: int) -> int:
    return min(MOST, room)
