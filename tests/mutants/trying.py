"""Run tests in a copy of the tree with one file changed, and say whether they notice.

What is installed is the package in the working tree, so the copy goes before it on the path.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LIMIT = 150.0  # seconds; a mutant that makes the tests hang is noticed as well
PARTS = ("chasqui", "plugins", "tests", ".github", "pyproject.toml", "README.md", "config.toml")


class Copies:
    """Copies of the tree, of which each is used by one thread at a time, and then again.

    To make a copy and to compile its modules takes longer than most tests of a mutant.
    """

    def __init__(self, root: Path = ROOT) -> None:
        self._root = root
        self._idle: list[Path] = []
        self._folders = ExitStack()
        self._seconds = itertools.count(1)

    def __enter__(self) -> Copies:
        return self

    def __exit__(self, *_: object) -> None:
        self._folders.close()

    @contextmanager
    def changed(self, name: str | Path, text: str) -> Iterator[Path]:
        """Give a copy in which a file has another text, as long as the context lasts."""
        copy = self._taken()
        file = copy / name
        before = file.read_text(encoding="utf-8")
        try:
            self._write(file, text)
            yield copy
        finally:
            self._write(file, before)
            self._idle.append(copy)

    def _taken(self) -> Path:
        with suppress(IndexError):
            return self._idle.pop()
        folder = tempfile.TemporaryDirectory(prefix="chasqui-mutant-")
        copy = Path(self._folders.enter_context(folder), "tree")
        copy.mkdir()
        for part in PARTS:
            source = self._root / part
            if source.is_dir():
                ignore = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, copy / part, ignore=ignore)
            elif source.exists():
                shutil.copy(source, copy / part)
        return copy

    def _write(self, file: Path, text: str) -> None:
        file.write_text(text, encoding="utf-8")
        # A module is compiled again if its length has changed or its time, of which only whole
        # seconds count.
        second = next(self._seconds)
        os.utime(file, (second, second))


def verdict(copy: Path, tests: list[str], limit: float = LIMIT) -> str:
    """Run the tests of a copy: what comes back begins with "noticed" unless they all pass."""
    plugins = copy / "plugins"
    folders = [path for path in plugins.iterdir() if path.is_dir()] if plugins.is_dir() else []
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, [copy, *folders])),
        "STATEFUL_UNSHRUNK": "1",  # a mutant is noticed without a small example of it
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is compiled serves the next mutant
    # Its own folder: where pytest's runs share one, they tidy it up under each other's feet.
    apart = ["-p", "no:cacheprovider", "--basetemp", str(copy.parent / "tests")]
    marks = "" if all("::" in one for one in tests) else "not long"  # a test that is named is run
    chosen = ["-q", "-x", "-m", marks, "--no-header"]
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
