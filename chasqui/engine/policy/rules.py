"""Policy: the rules for the tasks of a type, such as retry, time limit and rate.

Rules are given in three places: with the type, in the config's ``[types.NAME]``, and with a
submission. Each overrides the one before; rules that it leaves out stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, Final

from chasqui import numbers
from chasqui.durations import duration
from chasqui.engine.policy.breaker import Breaker
from chasqui.engine.policy.retry import Retry
from chasqui.pool.rate import Rate

OTHERS: Final[Mapping[str, type]] = {
    "retry": Retry,
    "breaker": Breaker,
    "pool": str,
}
"""The other rules, with the class of each."""

NUMBERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "concurrency": partial(numbers.count, "concurrency"),
    "rate": Rate.of,
    "priority": numbers.priority,
    "time_limit": partial(numbers.period, "time_limit"),
    "expires": partial(numbers.period, "expires"),
}
"""The rules that are numbers, with the check of each."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules for a type or a submission; None: not given.

    Raises:
        ValueError: a value makes no sense; the message says which.
    """

    retry: Retry | None = None
    time_limit: float | None = None
    """Seconds that the body may run."""
    priority: int | None = None
    """The highest starts first."""
    expires: float | None = None
    """Seconds after its acceptance within which it must start."""
    concurrency: int | None = None
    """How many tasks of the type run at once, in each pool that has such tasks."""
    rate: Rate | str | None = None
    """How many tasks of the type start per time, such as ``10/s``."""
    breaker: Breaker | None = None
    """When to stop the type because it keeps failing."""
    pool: str | None = None
    """The name of the pool that runs it."""

    def __post_init__(self) -> None:
        for name, read in NUMBERS.items():
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, read(value))
        for name, kind in OTHERS.items():
            value = getattr(self, name)
            if value is not None and not isinstance(value, kind):
                raise TypeError(f"{name} must be {_named(kind)}, got {value!r}")

    def under(self, other: Policy) -> Policy:
        """Return this policy, overridden by another."""
        said = {
            f.name: value for f in fields(other) if (value := getattr(other, f.name)) is not None
        }
        return replace(self, **said) if said else self

    @property
    def is_plain(self) -> bool:
        """Whether tasks with this policy have no settings of their own in the pool."""
        return self.time_limit is None and not self.priority and self.expires is None

    def __str__(self) -> str:
        return "; ".join(self._words())

    def _words(self) -> Iterator[str]:
        if (retry := self.retry) is not None and retry.attempts > 1:
            delays = f"delays from {duration(retry.base)}, each {retry.backoff:g} times the last"
            yield f"{retry.attempts:,} attempts, {delays}, at most {duration(retry.cap)}"
        elif retry is not None:
            yield "1 attempt"
        if self.time_limit is not None:
            yield f"time limit {duration(self.time_limit)}"
        if self.priority is not None:
            yield f"priority {self.priority}"
        if self.expires is not None:
            yield f"expires {duration(self.expires)} after its acceptance"
        if self.concurrency is not None:
            yield f"{self.concurrency:,} at a time"
        if self.rate is not None:
            yield str(self.rate)
        if (breaker := self.breaker) is not None:
            when = f"{breaker.failures:,} failures within {duration(breaker.seconds)}"
            yield f"stopped for {duration(breaker.cooldown)} after {when}"
        if self.pool is not None:
            yield f"in pool {self.pool}"


def _named(kind: type) -> str:
    return "a name" if kind is str else f"a {kind.__name__}, such as {kind.__name__}()"


PLAIN: Final = Policy()


def from_table(table: Mapping[str, Any], base: Policy = PLAIN) -> Policy:
    """Make the policy of a config's ``[types.NAME]``.

    ``attempts`` and the keys of the tables ``retry`` and ``breaker`` override those of ``base``,
    key by key.

    Raises:
        ValueError: a value makes no sense.
    """
    said = dict(table)
    retry = dict(said.pop("retry", {}))
    breaker = dict(said.pop("breaker", {}))
    if "attempts" in said:
        retry["attempts"] = said.pop("attempts")
    if retry:
        said["retry"] = replace(base.retry or Retry(), **retry)
    if breaker:
        said["breaker"] = replace(base.breaker or Breaker(), **breaker)
    return Policy(**said)
