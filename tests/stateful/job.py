"""What types say of their tasks, and one task as a model sees it; nothing of Chasqui."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from tests.stateful.turns import Pace

if TYPE_CHECKING:
    from tests.stateful.pools import Pool

State = Literal["queued", "scheduled", "running", "completed", "failed", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
FINAL = ("completed", "failed", "cancelled")

NEVER = float("inf")
GRAIN = 2.0**-16  # seconds; what every moment is a multiple of, and floats hold exactly
DUST = GRAIN / 8  # what moments are multiples of once paces were halved; over a microsecond
INTERVAL = 3.0 + 33 * GRAIN  # of paces; others are as much times a power of two, so that they, too,
# have moments that floats hold exactly when one is changed for another


@dataclass(frozen=True)
class Tries:
    """How often a task is tried in all, and how long after each failure."""

    attempts: int
    base: float = 1.0
    backoff: float = 1.0


@dataclass(frozen=True)
class Trips:
    """When a type is left alone: so many failures in so many seconds, for how long, and how many
    must end well then."""

    failures: int
    seconds: float
    cooldown: float
    probes: int


ASKED = Tries(3)  # when a body asks to be tried later and nobody has said how often it may

TYPES: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "steady": {"tries": Tries(3, 2.0, 2.0)},
    "bounded": {"time_limit": 3.0},
    "urgent": {"priority": 5, "expires": 6.0},
    "told": {"tries": Tries(1)},
    "narrow": {"concurrency": 1},
    "keyed": {"concurrency": 1, "by": "customer"},
    "paced": {"pace": Pace(INTERVAL, 2)},
    "brittle": {"trips": Trips(2, 4.0 + 55 * GRAIN, 2.0 + 77 * GRAIN, 1)},
    "frail": {"trips": Trips(1, 5.0, 1.0 + 91 * GRAIN, 2), "pool": "side"},
}
"""What types say of themselves."""

CONFIG: Mapping[str, Mapping[str, Any]] = {
    "told": {"tries": Tries(2, 1.5), "priority": -1, "pool": "side"}
}
"""What the config says of types, over what they say."""


def rules_of(type: str) -> dict[str, Any]:
    """Return what is said of a type in all."""
    return {**TYPES[type], **CONFIG.get(type, {})}


BREAKABLE = tuple(name for name in TYPES if "trips" in TYPES[name])


@dataclass(eq=False)
class Job:
    """One accepted task."""

    number: int
    type: str
    created: float
    pool: Pool
    priority: int = 0
    tries: Tries | None = None
    time_limit: float | None = None
    expires: float = NEVER
    nap: float | None = None
    """Seconds that its body sleeps, heeding all; None: it waits for a word, heeding nothing."""
    key: str | None = None
    customer: str = "x"
    cooldown: float | None = None
    """For so long after it has completed it keeps its key."""
    over_at: float = NEVER
    submissions: int = 1
    attempts: int = 0
    history: list[State] = field(default_factory=list)
    due: float = NEVER
    filed: float = NEVER
    """The time that it waited for last, by which it comes back in another life."""
    began: float = 0.0
    deadline: float = NEVER
    wakes: float = NEVER
    stop_asked: bool = False
    error: str | None = None
    earlier: list[str] = field(default_factory=list)
    unwritten: bool = False
    """Whether it ended when its engine had stopped, which its journal does not say."""
    interrupted: int = 0
    """In how many kills in a row it was running."""

    @property
    def state(self) -> State:
        """Where it is now."""
        return self.history[-1]

    @property
    def final(self) -> bool:
        """Whether it has ended."""
        return self.state in FINAL

    @property
    def lost(self) -> bool:
        """Whether it will never start, since its pool has come to its end without it."""
        return self.pool.ended and self.state in ("queued", "scheduled")

    @property
    def cut(self) -> bool:
        """Whether it would have been running if the next life began now."""
        return self.state == "running" or self.unwritten

    def enter(self, state: State) -> bool:
        """Go into a state, and tell whether it is the first time."""
        assert not self.history or not self.final, f"task {self.number} ends twice"
        self.history.append(state)
        return state not in self.history[:-1]
