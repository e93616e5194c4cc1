"""Viewing the settings of an engine beside those of its config."""

from __future__ import annotations

from typing import Final

from chasqui.control.port import SettingsView, ViewQuery
from chasqui.control.safe_text import safe_line
from chasqui.control.settings_records import PoolSettings, TypeSettings
from chasqui.control.type_details import lasts, limits_view
from chasqui.control.type_views import NAME
from chasqui.engine.config.tables import Config
from chasqui.engine.engine import BaseEngine
from chasqui.engine.logs.levels import kept_from
from chasqui.engine.metrics.reading import Reading
from chasqui.engine.policy.shown import changed_rules

TYPES: Final = 100  # that are listed


class SettingsViews:
    """The settings of one engine. Any thread.

    Args:
        config: the settings without what consoles have changed; None: those of now.
    """

    def __init__(self, engine: BaseEngine, config: Config | None) -> None:
        self._engine = engine
        present = engine.pools.items()
        said = {} if config is None else config.pools
        self.workers = {
            name: said[name].workers if name in said else pool.workers_wanted
            for name, pool in present
        }
        """How many workers the config gives each pool."""
        self.queue_sizes = {
            name: said[name].queue_size if name in said else pool.queue_size
            for name, pool in present
        }
        self.shutdown_timeout = (
            engine.shutdown_timeout if config is None else config.engine.shutdown_timeout
        )

        self.log_level = kept_from(engine) or ""
        """The level that the config gives the tasks' logs: nothing that is changed is saved."""

    def view(self, query: ViewQuery, reading: Reading) -> SettingsView | None:
        """View them, if they are on screen."""
        if not query.settings:
            return None
        engine = self._engine
        changed = changed_rules(engine)
        return SettingsView(
            pools=tuple(
                PoolSettings(
                    name=safe_line(name, NAME),
                    workers=pool.workers_wanted,
                    queue_size=pool.queue_size,
                    config_workers=self.workers[name],
                    config_queue_size=self.queue_sizes[name],
                )
                for name, pool in engine.pools.items()
            ),
            types=tuple(
                TypeSettings(
                    name=safe_line(name, NAME),
                    limits=limits_view(rules.limits, rules.breaker),
                    policy=limits_view(rules.policy, rules.policy_breaker),
                )
                for name, rules in changed[:TYPES]
            ),
            more_types=max(0, len(changed) - TYPES),
            lasts=lasts(reading),
            shutdown_timeout=engine.shutdown_timeout,
            config_shutdown_timeout=self.shutdown_timeout,
            log_level=kept_from(engine) or "",
            config_log_level=self.log_level,
        )
