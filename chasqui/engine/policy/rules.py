"""Policy: the rules for the tasks of a type, such as retry, time limit and rate.

Rules are given in three places: with the type, in the config's ``[types.NAME]``, and with a
submission. Each overrides the one before; rules that it leaves out stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Literal

from chasqui import numbers
from chasqui.arguments import mapping
from chasqui.durations import duration
from chasqui.engine.policy.breaker import Breaker
from chasqui.engine.policy.retry import Retry
from chasqui.keywords import hinting, unknown
from chasqui.pool.rate import Rate

Keep = Literal["result", "facts", "none"]
"""What the history keeps of a finished task: its facts and its result, its facts, or nothing."""
OnInterrupt = Literal["retry", "fail"]
"""What becomes of a task that was running when its process ended: it runs again, or fails."""
Ack = Literal["batch", "sync"]
"""When a journal has the end of a task: a few milliseconds after it, or before anyone sees it."""

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "keep": ("result", "facts", "none"),
    "on_interrupt": ("retry", "fail"),
    "ack": ("batch", "sync"),
}
"""The rules that are one of a few words, with these."""

OTHERS: Final[Mapping[str, type]] = {
    "retry": Retry,
    "breaker": Breaker,
    "by": str,
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


@hinting
@dataclass(frozen=True, slots=True)
class Policy:
    """The rules for a type or a submission; None: not given.

    Raises:
        ValueError: a value makes no sense; the message says which.

    >>> from chasqui import Engine
    >>> engine = Engine(policies={"app.fetch": Policy(time_limit=30, concurrency=4)})
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
    by: str | None = None
    """The parameter whose values the limits apply to, each by itself; "": to all tasks."""
    breaker: Breaker | None = None
    """When to stop the type because it keeps failing."""
    pool: str | None = None
    """The name of the pool that runs it."""
    keep: Keep | None = None
    """What the history keeps of its finished tasks; None: their facts."""
    on_interrupt: OnInterrupt | None = None
    """What becomes of a task that the end of its process interrupts; None: it runs again."""
    ack: Ack | None = None
    """When a journal has the ends of its tasks; None: a few milliseconds after them."""

    def __post_init__(self) -> None:
        wrong: list[TypeError | ValueError] = []
        for name, read in NUMBERS.items():
            if (value := getattr(self, name)) is not None:
                try:
                    object.__setattr__(self, name, read(value))
                except (TypeError, ValueError) as error:
                    wrong.append(error)
        for name, kind in OTHERS.items():
            value = getattr(self, name)
            if value is not None and not isinstance(value, kind):
                wrong.append(TypeError(f"{name} must be {_named(kind)}, got {value!r}"))
        for name, words in WORDS.items():
            if (value := getattr(self, name)) is not None and value not in words:
                told = f"{', '.join(words[:-1])} or {words[-1]}"
                wrong.append(ValueError(f"{name} must be {told}, got {numbers.shown(value)}"))
        if len(wrong) == 1:
            raise wrong[0]
        if wrong:
            told = "; ".join(map(str, wrong))
            raise (
                ValueError(told)
                if any(isinstance(e, ValueError) for e in wrong)
                else TypeError(told)
            )

    def under(self, other: Policy) -> Policy:
        """Return this policy, overridden by another."""
        # Both were checked when they were made. To make a third in the usual way would take a
        # submission with options 8 of its 20 us.
        merged = object.__new__(Policy)
        for name in Policy.__slots__:
            value = getattr(other, name)
            object.__setattr__(merged, name, getattr(self, name) if value is None else value)
        return merged

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
        each = f" for each {self.by}" if self.by else ""
        if self.concurrency is not None:
            yield f"{self.concurrency:,} at a time{each}"
        if self.rate is not None:
            yield f"{self.rate}{each}"
        if self.breaker is not None:
            yield str(self.breaker)
        if self.pool is not None:
            yield f"in pool {self.pool}"
        if self.keep is not None:
            yield _KEPT[self.keep]
        if self.on_interrupt == "fail":
            yield "fails if its process ends while it runs"
        if self.ack == "sync":
            yield "ends once that is on disk"


_KEPT: Final[dict[Keep, str]] = {
    "result": "the history keeps its results",
    "facts": "the history keeps no results",
    "none": "the history keeps nothing of it",
}


def _named(kind: type) -> str:
    return "a name" if kind is str else f"a {kind.__name__}, such as {kind.__name__}()"


PLAIN: Final = Policy()
ONCE: Final = Policy(retry=Retry(attempts=1))
"""The policy of a task whose work cannot be made any more; no submission asks for it."""


def from_table(table: Mapping[str, Any], base: Policy = PLAIN) -> Policy:
    """Make the policy of a config's ``[types.NAME]``.

    ``attempts`` and the keys of the tables ``retry`` and ``breaker`` override those of ``base``,
    key by key.

    Raises:
        TypeError, ValueError: a value makes no sense, or is of another kind.
    """
    said = dict(table)
    retry = mapping("retry", said.pop("retry", {}), "a table, such as {'attempts': 3}")
    breaker = mapping("breaker", said.pop("breaker", {}), "a table, such as {'failures': 3}")
    if "attempts" in said:
        retry["attempts"] = said.pop("attempts")
    if retry:
        said["retry"] = replace(base.retry or Retry(), **retry)
    if breaker:
        said["breaker"] = replace(base.breaker or Breaker(), **breaker)
    for name, value in said.items():
        if name not in Policy.__slots__:
            raise unknown("Policy", name, value, ("attempts", *Policy.__slots__))
    return Policy(**said)
