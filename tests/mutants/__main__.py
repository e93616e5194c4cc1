"""Apply each mutant to a copy of the tree and see whether a test notices.

    python -m tests.mutants [NAME ...]

A name is that of a mutant, or of a file here for all mutants in it; one that has a slash stands for
all that change a file of this path. The status is 1 when a mutant survives, or when its change no
longer applies.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from functools import partial

from chasqui import Pool, PoolExecutor
from tests import mutants
from tests.mutants.mutant import Mutant
from tests.mutants.trying import ROOT, Copies, verdict

FILES: dict[str, tuple[Mutant, ...]] = {
    part: getattr(importlib.import_module(f"tests.mutants.{part}"), "MUTANTS", ())
    for part in sorted(module.name for module in pkgutil.iter_modules(mutants.__path__))
    if part != "__main__"
}
MUTANTS = [one for part in FILES.values() for one in part]


def main(names: list[str]) -> int:
    """Try the mutants of these names, or all."""
    paths = tuple(name for name in names if "/" in name)
    chosen = [
        mutant
        for part, ones in FILES.items()
        for mutant in ones
        if not names or {part, mutant.name} & set(names) or mutant.file.startswith(paths)
    ]
    survivors = 0
    with Copies() as copies, Pool(os.cpu_count() or 1, max(1, len(chosen))) as pool:
        verdicts = PoolExecutor(pool).map(partial(_try, copies), chosen)
        for mutant, said in zip(chosen, verdicts, strict=True):
            survivors += not said.startswith("noticed")
            print(f"{mutant.name}: {said}   ({mutant.promise})", flush=True)
    print(f"{len(chosen)} mutants, {survivors} not noticed")
    return 1 if survivors or not chosen else 0


def _try(copies: Copies, mutant: Mutant) -> str:
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        return f"DOES NOT APPLY ({text.count(mutant.old)} places)"
    with copies.changed(mutant.file, text.replace(mutant.old, mutant.new)) as copy:
        return verdict(copy, [mutant.tests])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
