"""Viewing what stands around the workers: producers that wait, changed sizes, a task's place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chasqui.control.port import ViewQuery
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.stacks import NAME, StackViews, short
from chasqui.control.worker_records import CrewView, PoolSize, ProducerRow
from chasqui.engine.engine import BaseEngine
from chasqui.engine.metrics.reading import Reading
from chasqui.pool.submitters import Blocked

MOST: Final = 50  # producers that are listed


class CrewViews:
    """What stands around the workers of one engine. Any thread.

    Args:
        sizes: how many workers the config gives each pool.
    """

    def __init__(self, engine: BaseEngine, stacks: StackViews, sizes: Mapping[str, int]) -> None:
        self._engine = engine
        self._stacks = stacks
        self.sizes = sizes

    def view(self, query: ViewQuery, reading: Reading) -> CrewView | None:
        """View it, if the workers are on screen."""
        if query.workers is None:
            return None
        several = len(reading.pools) > 1
        waiting = [
            (one, SafeText(safe_line(name, NAME) if several else ""))
            for name, pool in reading.pools.items()
            for one in pool.producers
        ]
        waiting.sort(key=lambda pair: pair[0].since)
        place = self._stacks.place(query.place_of) if query.place_of else None
        return CrewView(
            producers=tuple(_producer(one, pool) for one, pool in waiting[:MOST]),
            more_producers=max(0, len(waiting) - MOST),
            sizes=tuple(self._changed()),
            place=place,
        )

    def _changed(self) -> list[PoolSize]:
        return [
            PoolSize(pool=safe_line(name, NAME), workers=wanted, configured=self.sizes[name])
            for name, pool in self._engine.pools.items()
            if (wanted := pool.workers_wanted) != self.sizes[name]
            and pool.state not in ("stopping", "stopped")
        ]


def _producer(one: Blocked, pool: SafeText) -> ProducerRow:
    file, _, line = one.site.rpartition(":")
    return ProducerRow(
        thread=safe_line(one.thread, NAME),
        site=safe_line(f"{short(file)}:{line}" if one.site else "", NAME),
        since=one.since,
        pool=pool,
    )
