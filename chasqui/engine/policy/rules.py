"""Policy: what is done with the tasks of a type beside running them.

A policy is said in three places: with the type, in the config's ``[types.NAME]``, and with a
submission. Each lies over the one before; what is not said there stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from chasqui import numbers
from chasqui.dataclass import dataclass, names_of, replace
from chasqui.durations import duration
from chasqui.engine.policy.breaker import Breaker
from chasqui.engine.policy.retry import Retry
from chasqui.pool.rate import Rate

OTHERS: Final[Mapping[str, type]] = {
    "retry": Retry,
    "breaker": Breaker,
    "pool": str,
}
"""What else may be said, with what it is."""

NUMBERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "concurrency": partial(numbers.count, "concurrency"),
    "rate": Rate.of,
    "priority": numbers.priority,
    "time_limit": partial(numbers.period, "time_limit"),
    "expires": partial(numbers.period, "expires"),
}
"""What is said in numbers, with how each is read."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be said of a type or of a submission; None is not said.

    Raises:
        ValueError: a value makes no sense; the text says which.
    """

    retry: Retry | None = None
    time_limit: float | None = None
    """Seconds that the body may run."""
    priority: int | None = None
    """Higher starts first."""
    expires: float | None = None
    """Seconds after its acceptance by which it must have started."""
    concurrency: int | None = None
    """How many tasks of the type run at once, in each pool that has some."""
    rate: Rate | str | None = None
    """How many tasks of the type start in a time, such as ``10/s``."""
    breaker: Breaker | None = None
    """When to leave the type alone since it keeps failing."""
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
        """Return this policy with what another says laid over it."""
        said = {
            name: value for name in names_of(Policy) if (value := getattr(other, name)) is not None
        }
        return replace(self, **said) if said else self

    @property
    def is_plain(self) -> bool:
        """Whether a task needs nothing but a place in the backlog when it is accepted."""
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
            yield f"left alone for {duration(breaker.cooldown)} after {when}"
        if self.pool is not None:
            yield f"in pool {self.pool}"


def _named(kind: type) -> str:
    return "a name" if kind is str else f"a {kind.__name__}, such as {kind.__name__}()"


PLAIN: Final = Policy()


def from_table(table: Mapping[str, Any], base: Policy = PLAIN) -> Policy:
    """Make the policy of a config's ``[types.NAME]``.

    ``attempts`` and the keys of the tables ``retry`` and ``breaker`` lie over those of ``base``,
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
