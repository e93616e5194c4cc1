"""Which lines of which files are changed, and which tests mirror a file."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

HUNK = re.compile(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@")


class Unfit(Exception):
    """What was asked for cannot be done; the message says why and what to do."""


def changed_lines(root: Path, commit: str) -> dict[Path, set[int]]:
    """Return the lines that differ from a commit, of each source file that has some."""
    done = subprocess.run(
        ["git", "diff", "--unified=0", "--no-color", "--no-ext-diff", commit, "--", "*.py"],
        cwd=root,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Unfit(f"git knows no changes since {commit}: {done.stderr.strip()}")
    lines: dict[Path, set[int]] = {}
    file = root
    for line in done.stdout.splitlines():
        if line.startswith("+++ "):
            file = root / line.removeprefix("+++ b/")
        elif (hunk := HUNK.match(line)) and is_source(root, file):
            first, count = int(hunk[1]), int(hunk[2] or 1)
            lines.setdefault(file, set()).update(range(first, first + count))
    return lines


def is_source(root: Path, file: Path) -> bool:
    """Say whether a file is one of the package or of a plugin, and no test."""
    parts = file.relative_to(root).parts
    return file.is_file() and parts[0] in {"chasqui", "plugins"} and "tests" not in parts


def mirrors(root: Path, file: Path) -> list[str]:
    """Return the tests of a file: those that bear its name, else those of its folder."""
    parts = file.relative_to(root).parts
    if parts[0] == "plugins":
        top, inner = Path(*parts[:2], "tests"), parts[3:-1]
    else:
        top, inner = Path("tests"), parts[1:-1]
    for depth in range(len(inner), -1, -1):
        folder = Path(top, *inner[:depth])
        named = sorted((root / folder).glob(f"test_{file.stem}.py"))
        if named:
            return [str(path.relative_to(root)) for path in named]
    for depth in range(len(inner), 0 if parts[0] == "chasqui" else -1, -1):
        folder = Path(top, *inner[:depth])
        if any((root / folder).glob("**/test_*.py")):
            return [str(folder)]
    raise Unfit(f"no test mirrors {file.relative_to(root)}: name some with --tests")
