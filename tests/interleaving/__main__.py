"""Search for an order of instructions that breaks the pool.

    python -m tests.interleaving [MODEL ...] [--orders N] [--seed N]

Needs Python 3.12 or newer and the package interleave-test (the extra `dev`); development only. Half
of the orders are uniformly random, half by random priorities, which is better at rare ones.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.interleaving.models import MODELS

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.interleaving")
    parser.add_argument("models", nargs="*", metavar="MODEL", help=", ".join(MODELS))
    parser.add_argument("--orders", type=int, default=1000, help="orders to try of each model")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    try:
        import interleave_test
    except ImportError:
        print("interleave-test is not installed here; it needs Python 3.12 or newer")
        return 2
    broken = 0
    for name in args.models or MODELS:
        began = time.monotonic()
        try:
            for strategy in ("random", "pct"):
                interleave_test.explore(
                    MODELS[name],
                    strategy=strategy,
                    iterations=args.orders // 2,
                    seed=args.seed,
                    include=[str(ROOT / "chasqui" / "pool")],
                )
        except interleave_test.InterleaveError as error:
            broken += 1
            print(f"{name}: BROKEN\n{error}", flush=True)
        else:
            seconds = time.monotonic() - began
            print(f"{name}: {args.orders} orders hold ({seconds:.0f} s)", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
