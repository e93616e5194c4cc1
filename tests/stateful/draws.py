"""What the machine draws: engines, tasks, limits."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.stateful.job import BREAKABLE, INTERVAL, TYPES, Tries
from tests.stateful.turns import Pace

POOLS = ("default", "side")

KINDS = st.sampled_from([*TYPES, *BREAKABLE, "paced"])
PICK = st.integers(0, 999)
TRIES = st.builds(
    Tries, st.integers(1, 3), st.sampled_from([0.5, 2.0, 8.0]), st.sampled_from([1.0, 2.0])
)
CUSTOMERS = st.sampled_from(["x", "x", "y", "z"])
HELD_FOR = st.sampled_from([0.5, 3.0, 20.0])
"""For how long a debounce or a cooldown has a task hold its key."""
TIMEOUTS = st.sampled_from([None, 2.0, 10.0, 60.0])
SHAPES = st.lists(
    st.fixed_dictionaries(
        {
            "pools": st.fixed_dictionaries(
                {name: st.tuples(st.integers(1, 4), st.sampled_from([2, 6, 20])) for name in POOLS}
            ),
            "max_abandoned": st.sampled_from([1, 0, 2, 4]),
            "life": st.integers(20, 80),
            "shrink": st.sampled_from([True, True, False]),
            "drain": st.sampled_from([True, True, False]),
            "timeout": TIMEOUTS,
        }
    ),
    min_size=4,
    max_size=4,
)
"""What engines are like, how many steps they live, and how they are shut down: perhaps made smaller
before, so that some workers are surplus."""
DELAYS = st.sampled_from([0.5, 3.0, 20.0])
SAID = st.fixed_dictionaries(
    {
        "nap": st.sampled_from([None, None, 0.5, 2.0, 30.0]),
        "time_limit": st.sampled_from([None, None, 1.0, 4.0, 9.0]),
        "expires": st.sampled_from([None, None, None, 1.0, 5.0]),
        "priority": st.sampled_from([None, None, -2, 0, 3, 6]),
        "pool": st.sampled_from([None, None, None, *POOLS]),
        "tries": st.none() | TRIES,
        "customer": CUSTOMERS,
    }
).map(lambda said: {name: value for name, value in said.items() if value is not None})
LIMITS = st.fixed_dictionaries(
    {},
    optional={
        "concurrency": st.sampled_from([1, None, 2]),
        "pace": st.sampled_from([Pace(2 * INTERVAL, 1), None, Pace(INTERVAL / 2, 3)]),
        "by": st.sampled_from(["customer", None]),
    },
)
