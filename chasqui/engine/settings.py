"""Settings: what an engine is made with; each is checked before anything is built from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chasqui import arguments, numbers
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.failures.log import Retention
from chasqui.engine.failures.retention import days
from chasqui.engine.logs.task_log import LogCapture
from chasqui.engine.policy.rules import Policy, from_table
from chasqui.engine.pools import DEFAULT
from chasqui.pool.clock import Clock
from chasqui.pool.threads import StartThread
from chasqui.pool.work import iterable

if TYPE_CHECKING:
    import random

    from chasqui.engine.config.type_tables import TypeTable
    from chasqui.engine.schedules.tables import ScheduleConfig

MODES: Final = ("power", "process", "off")
"""How durable a journal is; see `chasqui.engine.journal`."""


class Surroundings(NamedTuple):
    """What an engine gets from outside, so that tests can replace it."""

    clock: Clock
    start_thread: StartThread
    chance: random.Random | None
    """What the jitter of retries is drawn from; None: from a generator of its own."""


class Settings(NamedTuple):
    """The settings of an engine; see `BaseEngine`."""

    name: str
    pools: Mapping[str, PoolConfig]
    """The default pool first."""
    policies: Mapping[str, Policy | TypeTable]
    schedules: Iterable[ScheduleConfig]
    keep_failures: int | Retention | None
    keep_history: int | Retention | None
    capture: LogCapture
    grace: float
    max_abandoned: int | None
    journal: Path | None
    journal_mode: str
    journal_keep_days: float
    journal_keep_rows: int

    @classmethod
    def checked(cls, default: PoolConfig, **given: Any) -> Settings:
        """Return settings of which each is of its kind.

        Raises:
            TypeError, ValueError: one is not; the text names it.
        """
        given["name"] = _name("name", given["name"])
        given["pools"] = {DEFAULT: default, **_pools(given["pools"])}
        given["policies"] = _policies(given["policies"])
        given["schedules"] = _schedules(given["schedules"])
        capture = given["capture"]
        given["capture"] = LogCapture() if capture is None else _capture(capture)
        given["journal"] = _journal(given["journal"])
        mode = given["journal_mode"]
        if mode not in MODES:
            words = f"{', '.join(MODES[:-1])} or {MODES[-1]}"
            raise ValueError(f"journal_mode must be {words}, got {numbers.shown(mode)}")
        given["journal_keep_days"] = days("journal_keep_days", given["journal_keep_days"])
        rows = given["journal_keep_rows"]
        given["journal_keep_rows"] = numbers.count("journal_keep_rows", rows)
        return cls(**given)


def _name(what: str, given: object) -> str:
    if not (name := arguments.text(what, given)):
        raise ValueError(f"{what} must not be empty")
    return name


def _journal(given: object) -> Path | None:
    if given is None:
        return None
    if given == "":  # such as from a variable of the environment that is not set
        raise ValueError("journal must be a path, got ''; for no journal give None")
    return arguments.path("journal", given)


def _pools(given: object) -> dict[str, PoolConfig]:
    words = "a mapping of names to PoolConfig"
    pools = {} if given is None else arguments.mapping("pools", given, words)
    for name, config in pools.items():
        _name("the name of a pool", name)
        arguments.of_kind(f"pools[{name!r}]", config, PoolConfig, "a PoolConfig")
    return pools


def _policies(given: object) -> dict[str, Policy | TypeTable]:
    words = "a mapping of types' names to Policy or tables"
    policies = {} if given is None else arguments.mapping("policies", given, words)
    for name, policy in policies.items():
        if isinstance(policy, Policy):
            continue
        table = arguments.mapping(f"policies[{name!r}]", policy, "a Policy or a table")
        try:
            from_table(table)  # it is used when the type is, over the type's own policy
        except (TypeError, ValueError) as error:
            raise ValueError(f"policies[{name!r}]: {error}") from None
    return policies


def _schedules(given: Any) -> list[ScheduleConfig]:
    from chasqui.engine.schedules.tables import ScheduleConfig

    many = list(iterable("schedules", given, "a list of ScheduleConfig"))
    for index, one in enumerate(many):
        arguments.of_kind(f"schedules[{index}]", one, ScheduleConfig, "a ScheduleConfig")
    return many


def _capture(given: object) -> LogCapture:
    return arguments.of_kind("capture", given, LogCapture, "a LogCapture")
