"""Durable: the parts that only an engine with a journal has; None for one without.

Their modules are imported when they are needed, since most engines have no journal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chasqui.engine.history.chunks import Chunks
from chasqui.engine.journal.keeping import Keeper
from chasqui.engine.policy.routes import Routes
from chasqui.engine.pools import Pools
from chasqui.engine.settings import Settings, Surroundings
from chasqui.engine.submission.submitter import Submitter
from chasqui.engine.types.registry import Registry
from chasqui.pool.clock import Clock

if TYPE_CHECKING:
    from chasqui.engine.failures.book import FailureBook
    from chasqui.engine.history.earlier import EarlierTasks
    from chasqui.engine.journal.journal import Journal


def journal_of(settings: Settings, around: Surroundings) -> Journal | None:
    """Return the journal that the settings ask for, not open yet."""
    if settings.journal is None or settings.journal_mode == "off":
        return None
    from chasqui.engine.journal.journal import Journal

    return Journal(
        settings.journal,
        settings.journal_mode,
        around.clock,
        around.start_thread,
        keep_days=settings.journal_keep_days,
        keep_rows=settings.journal_keep_rows,
    )


def book_of(journal: Journal | None, keeper: Keeper) -> FailureBook | None:
    """Return what keeps the failures."""
    if journal is None:
        return None
    from chasqui.engine.failures.book import FailureBook

    return FailureBook(journal, keeper)


def earlier_of(
    journal: Journal | None, chunks: Chunks, routes: Routes, clock: Clock
) -> EarlierTasks | None:
    """Return what finds the finished tasks of earlier lives."""
    if journal is None:
        return None
    from chasqui.engine.history.earlier import EarlierTasks

    return EarlierTasks(journal, chunks, routes.facts_of, clock)


def keep_keys(
    journal: Journal | None,
    keeper: Keeper,
    pools: Pools,
    submitter: Submitter,
    registry: Registry,
    clock: Clock,
) -> None:
    """Have submissions respect the keys that earlier lives have left."""
    if journal is None:
        return
    from chasqui.engine.submission.lasting import LastingKeys

    journal.rows.options_of = submitter.options_of
    submitter.keys.lasting = LastingKeys(
        journal, keeper, pools.find, registry.get, submitter.pool_of, clock
    )
