"""Run tests in a copy of the tree with one file changed, and say whether they notice.

What is installed is the package in the working tree, so the copy goes before it on the path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LIMIT = 150.0  # seconds; a mutant that makes the tests hang is noticed as well
PARTS = ("chasqui", "plugins", "tests", ".github", "pyproject.toml", "README.md", "config.toml")


@contextmanager
def copied(root: Path = ROOT) -> Iterator[Path]:
    """Give a copy of the tree that lasts as long as the context."""
    with tempfile.TemporaryDirectory(prefix="chasqui-mutant-") as folder:
        copy = Path(folder, "tree")
        copy.mkdir()
        for part in PARTS:
            source = root / part
            if source.is_dir():
                ignore = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, copy / part, ignore=ignore)
            elif source.exists():
                shutil.copy(source, copy / part)
        yield copy


def verdict(copy: Path, tests: list[str], limit: float = LIMIT) -> str:
    """Run the tests of a copy: what comes back begins with "noticed" unless they all pass."""
    plugins = copy / "plugins"
    folders = [path for path in plugins.iterdir() if path.is_dir()] if plugins.is_dir() else []
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, [copy, *folders])),
        "STATEFUL_UNSHRUNK": "1",  # a mutant is noticed without a small example of it
    }
    # Its own folder: where pytest's runs share one, they tidy it up under each other's feet.
    apart = ["-p", "no:cacheprovider", "--basetemp", str(copy.parent / "tests")]
    chosen = ["-q", "-x", "-m", "not long", "--no-header"]
    command = [sys.executable, "-m", "pytest", *chosen, *apart]
    try:
        done = subprocess.run(
            [*command, *tests],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            errors="backslashreplace",  # what a test prints may be bytes of any kind
            timeout=limit,
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
