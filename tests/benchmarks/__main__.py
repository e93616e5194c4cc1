"""Measure and print one table.

    python -m tests.benchmarks [NAME ...] [--quick] [--json FILE]

A NAME is a row, or the beginning of rows. --quick sees that every row runs, and measures nothing
worth believing. The status says whether the rows ran; a table says how fast they are.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.measure import Result, Scale
from tests.benchmarks.rows import ROWS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="see that every row runs")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the results there as well")
    args = parser.parse_args()
    chosen = [row for row in ROWS if not args.names or row.startswith(tuple(args.names))]
    if not chosen:
        parser.error(f"no such row; there are {', '.join(ROWS)}")
    scale = Scale.quick() if args.quick else Scale()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {scale}")
    print(f"{'row':<22} {'ratio':>8} {'go for':>8}  {'':<6} {'Chasqui':>14} {'peer':>14}  against")
    results = []
    for row in chosen:
        for result in ROWS[row](scale):
            results.append(result)
            print(_line(result, args.quick), flush=True)
    if args.json:
        args.json.write_text(json.dumps([asdict(one) for one in results], indent=1) + "\n")
    return 0


def _line(result: Result, quick: bool) -> str:
    sign, unit = "<=" if result.at_most else ">=", f" {result.unit}"
    verdict = "" if quick or not result.aim else "holds" if result.holds else "missed"
    return (
        f"{result.row:<22} {result.ratio:>6.2f}{unit} {sign}{result.aim:>4g}{unit:<2}  "
        f"{verdict:<6} {result.ours:>14} {result.theirs:>14}  {result.peer}"
    )


if __name__ == "__main__":
    sys.exit(main())
