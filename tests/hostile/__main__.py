"""Drive hostile objects through an engine: `python -m tests.hostile OBJECTS SEED`.

Prints what went wrong, and the ledger last. The status is 0 when nothing did.
"""

from __future__ import annotations

import sys

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests import hostile
from tests.hostile.driven import Rig

VALUES = 5  # of each task, beside its error
MOST = 500  # examples at a time: Hypothesis remembers each


def main(objects: int, first: int) -> int:
    """Drive so many objects through, and return the exit status."""
    rig, wrong, done = Rig(), list[str](), 0

    def drive(error: object, values: list[object]) -> None:
        nonlocal done
        done += 1 + VALUES
        wrong.extend(rig.wrong(error, values))  # type: ignore[arg-type]

    while done < objects and not wrong:
        strategy = given(
            st.one_of(st.none(), hostile.errors(), hostile.errors()),
            st.lists(hostile.values(), min_size=VALUES, max_size=VALUES),
        )
        quick = settings(
            max_examples=min(MOST, (objects - done) // (1 + VALUES) + 1),
            deadline=None,
            database=None,
            suppress_health_check=[*HealthCheck],
        )
        seed(first)(quick(strategy(drive)))()
        first += 1000
    for one in wrong[:20]:
        print(one)
    print(f"{done} objects: {rig.close()}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
