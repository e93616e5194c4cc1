"""Make mutants of files by operators, and print those that the tests of the file do not notice.

    python -m tests.mutate FILE ... [--tests TEST ...]
    python -m tests.mutate --since COMMIT [FILE ...]

Each mutant is one change to a copy of the tree: a comparison flipped, a constant changed, a
statement deleted, a condition negated, a return value dropped and the like. The tests that run are
those that bear the file's name (`tests/pool/test_rate.py` for `chasqui/pool/rate.py`), else those
of its folder. --since takes only the lines that differ from the commit. The status is 0 when every
mutant is noticed, 1 when some survive, and 2 when nothing could be tried.

A survivor is a question, not a verdict: does a promise lack a test, is the code not needed, or does
the change mean the same? What answers the first with a new promise goes into `tests.mutants`.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from chasqui import Pool, PoolExecutor
from tests.mutants.trying import LIMIT, ROOT, Copies, verdict
from tests.mutate.operators import Change, changes
from tests.mutate.targets import Unfit, changed_lines, is_source, mirrors

PATIENCE = 5  # times as long as the tests took without a change, before they count as hanging


def main(words: list[str], root: Path = ROOT) -> int:
    """Try the mutants that the words ask for."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutate", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--since", metavar="COMMIT", help="only lines that differ from it")
    parser.add_argument("--tests", nargs="+", metavar="TEST", help="run these instead")
    asked = parser.parse_args(words)
    try:
        chosen = _chosen(root, asked.files, asked.since)
        if not chosen:
            raise Unfit("there is nothing to change: name a file that has code, or --since COMMIT")
        tried = survived = 0
        for file, made in chosen.items():
            survivors = _survivors(root, file, made, asked.tests or mirrors(root, file))
            tried += len(made)
            survived += len(survivors)
    except Unfit as unfit:
        print(f"tests.mutate: {unfit}", file=sys.stderr)
        return 2
    print(f"{tried} mutants, {survived} not noticed")
    return 1 if survived else 0


def _chosen(root: Path, names: list[str], since: str | None) -> dict[Path, list[Change]]:
    files = [Path(name).resolve() for name in names]
    for file in files:
        if not file.is_relative_to(root) or not is_source(root, file):
            raise Unfit(f"{file} is no source of the package or of a plugin")
    lines = changed_lines(root, since) if since else None
    chosen = {}
    for file in files or sorted(lines or {}):
        made = changes(file.read_text(encoding="utf-8"))
        if lines is not None:
            made = [change for change in made if change.line in lines.get(file, ())]
        if made:
            chosen[file] = made
    return chosen


def _survivors(root: Path, file: Path, made: list[Change], tests: list[str]) -> list[Change]:
    name = file.relative_to(root)
    source, survivors = file.read_text("utf-8"), []
    with Copies(root) as copies, Pool(os.cpu_count() or 1, max(1, len(made))) as pool:
        began = time.monotonic()
        with copies.changed(name, source) as copy:
            said = verdict(copy, tests)
        limit = max(LIMIT, PATIENCE * (time.monotonic() - began))
        if said != "NOT NOTICED":  # nothing has been changed yet
            raise Unfit(f"the tests of {name} ({' '.join(tests)}) do not pass as it is: {said}")
        print(f"{name}: {len(made)} mutants, tried with {' '.join(tests)}", flush=True)

        def tried(change: Change) -> str:
            with copies.changed(name, change.applied(source)) as copy:
                return verdict(copy, tests, limit)

        for change, said in zip(made, PoolExecutor(pool).map(tried, made), strict=True):
            if not said.startswith("noticed"):
                survivors.append(change)
                old = " ".join(change.old.split())
                print(f"{name}:{change.line}: {change.operator}: {old} -> {change.new}", flush=True)
    return survivors


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
