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
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from chasqui import Pool, PoolExecutor
from tests import mutants
from tests.mutants.mutant import Mutant

FILES: dict[str, tuple[Mutant, ...]] = {
    part: getattr(importlib.import_module(f"tests.mutants.{part}"), "MUTANTS", ())
    for part in sorted(module.name for module in pkgutil.iter_modules(mutants.__path__))
    if part != "__main__"
}
MUTANTS = [one for part in FILES.values() for one in part]

ROOT = Path(__file__).resolve().parent.parent.parent
LIMIT = 150  # seconds; a mutant that makes the tests hang is noticed as well
PARTS = ("chasqui", "plugins", "tests", ".github", "pyproject.toml", "README.md", "config.toml")


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
    with Pool(workers=os.cpu_count() or 1) as pool:
        verdicts = PoolExecutor(pool).map(_try, chosen)
        for mutant, verdict in zip(chosen, verdicts, strict=True):
            survivors += not verdict.startswith("noticed")
            print(f"{mutant.name}: {verdict}   ({mutant.promise})", flush=True)
    print(f"{len(chosen)} mutants, {survivors} not noticed")
    return 1 if survivors or not chosen else 0


def _try(mutant: Mutant) -> str:
    with tempfile.TemporaryDirectory(prefix="chasqui-mutant-") as folder:
        copy = Path(folder, "tree")
        copy.mkdir()
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                ignore = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, copy / part, ignore=ignore)
            else:
                shutil.copy(source, copy / part)
        file = copy / mutant.file
        text = file.read_text(encoding="utf-8")
        if text.count(mutant.old) != 1:
            return f"DOES NOT APPLY ({text.count(mutant.old)} places)"
        file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        return _tested(copy, mutant.tests)


def _tested(copy: Path, tests: str) -> str:
    paths = [copy, *(path for path in (copy / "plugins").iterdir() if path.is_dir())]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "STATEFUL_UNSHRUNK": "1",  # a mutant is noticed without a small example of it
    }
    # Its own folder: where pytest's runs share one, they tidy it up under each other's feet.
    apart = ["-p", "no:cacheprovider", "--basetemp", str(copy.parent / "tests")]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "", "--no-header", *apart]
    try:
        done = subprocess.run(
            [*command, tests],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        return "noticed: the tests hang"
    failed = [
        line
        for line in done.stdout.splitlines()
        if line.startswith(("FAILED ", "ERROR tests", "ERROR plugins"))
    ]
    if done.returncode == 0:
        return "NOT NOTICED"
    if done.returncode in (4, 5):  # the tests are not where they should be
        return f"NOT TRIED: {done.stdout}{done.stderr}"
    return f"noticed by {failed[0].split('::')[-1][:90] if failed else 'an error'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
