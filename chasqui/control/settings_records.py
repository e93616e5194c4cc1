"""What an operator may set of an engine: each value, and what the config has in its place."""

from __future__ import annotations

from chasqui.control.metric_records import LimitsView
from chasqui.control.record import Record
from chasqui.control.safe_text import SafeText


class PoolSettings(Record, frozen=True, kw_only=True):
    """The sizes of a pool."""

    name: SafeText
    workers: int
    queue_size: int
    config_workers: int
    config_queue_size: int


class TypeSettings(Record, frozen=True, kw_only=True):
    """The limits and the breaker of a type that has others than its policy."""

    name: SafeText
    limits: LimitsView
    policy: LimitsView


class SettingsView(Record, frozen=True, kw_only=True):
    """What an operator may set of an engine."""

    pools: tuple[PoolSettings, ...] = ()
    types: tuple[TypeSettings, ...] = ()  # the first of those that differ from their policy
    more_types: int = 0
    lasts: SafeText = SafeText("")  # until when limits hold that are set now
    shutdown_timeout: float | None = None  # seconds that a drain may take; None: no limit
    config_shutdown_timeout: float | None = None
    log_level: str = ""  # from which lines of bodies are kept; empty: none are, or it is not known
    config_log_level: str = ""
