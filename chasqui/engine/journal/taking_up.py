"""Taking up: an engine that begins gets the tasks that earlier lives have left in its journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chasqui.engine.journal.feeding import JournalFeeder
from chasqui.engine.journal.journal import Journal
from chasqui.engine.journal.parked import ParkedTasks
from chasqui.engine.journal.recovery import Restorer
from chasqui.engine.types.registry import Registry
from chasqui.pool.pool import Pool
from chasqui.pool.threads import StartThread

if TYPE_CHECKING:
    from chasqui.engine.policy.routes import Routes
    from chasqui.engine.submission.keys import Keys


def take_up(
    journal: Journal,
    registry: Registry,
    routes: Routes,
    pools: Mapping[str, Pool],
    keys: Keys,
    start_thread: StartThread,
) -> tuple[JournalFeeder, ParkedTasks]:
    """Bring the tasks of earlier lives into their pools, as far as there is room."""
    restorer = Restorer(routes, keys)
    feeder = JournalFeeder(journal, registry, routes, pools, restorer, start_thread)
    parked = journal.backlog = ParkedTasks(feeder, journal)
    registry.on_registered = feeder.registered
    feeder.begin()
    return feeder, parked
