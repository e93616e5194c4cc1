"""Checks the typical programs with mypy and basedpyright, both strict, and runs them.

    python tests/typing/check.py [FOLDER]

The programs of ``right/`` pass both checkers and run. In the files of ``wrong/`` both checkers
refuse each line that says ``# refused``, and no other. A function there whose docstring says
``Raises TypeError: words`` raises that when it is called, with these words in its text.

The Python that runs it has chasqui-tui; mypy and basedpyright are on PATH.
"""

from __future__ import annotations

import inspect
import json
import re
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MARK = "# refused"
RAISES = re.compile(r"Raises (\w+): (.+?)\.?$", re.DOTALL)

Lines = set[tuple[str, int]]
"""Lines of programs: the name of the file below the folder, and the number of the line."""


def main(folder: Path) -> int:
    """Check all programs, say what is wrong, and print the figure."""
    problems: list[str] = []
    marked = marked_lines(folder)
    for checker, refused in (("mypy", mypy), ("basedpyright", basedpyright)):
        found = refused(folder)
        problems += [f"{checker} refuses {where}" for where in texts(found.keys() - marked, found)]
        problems += [f"{checker} accepts {where}" for where in texts(marked - found.keys(), {})]
    programs = sorted((folder / "right").glob("*.py"))
    for program in programs:
        done = subprocess.run([sys.executable, program], capture_output=True, text=True)
        if done.returncode:
            problems.append(f"{program.name} does not run: {done.stderr.strip()[-1000:]}")
    raising = list(refusals(folder))
    for name, call, error, words in raising:
        problems += [f"{name}: {why}" for why in unlike(call, error, words)]
    print(*problems, sep="\n", end="\n" if problems else "")
    print(
        f"{len(programs)} right programs pass both checkers and run, {len(marked)} wrong lines "
        f"are refused by both, {len(raising)} wrong calls at run time; {len(problems)} problems"
    )
    return 1 if problems else 0


def marked_lines(folder: Path) -> Lines:
    """Return the lines that say that checkers refuse them."""
    return {
        (f"{path.parent.name}/{path.name}", number)
        for path in folder.glob("*/*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MARK in line
    }


def mypy(folder: Path) -> dict[tuple[str, int], str]:
    """Return the lines that mypy refuses, with what it says."""
    words = ["--config-file", "mypy.ini", "--python-executable", sys.executable]
    done = _run(folder, "mypy", *words, "--output", "json", "--no-error-summary", ".")
    found: dict[tuple[str, int], str] = {}
    for line in done.splitlines():
        said = json.loads(line)
        if said["severity"] == "error":
            path = Path(said["file"])
            found[f"{path.parent.name}/{path.name}", said["line"]] = said["message"]
    return found


def basedpyright(folder: Path) -> dict[tuple[str, int], str]:
    """Return the lines that basedpyright refuses, with what it says."""
    words = ["--project", ".", "--pythonpath", sys.executable, "--outputjson"]
    done = json.loads(_run(folder, "basedpyright", *words))
    found: dict[tuple[str, int], str] = {}
    for said in done["generalDiagnostics"]:
        if said["severity"] == "error":
            path, line = Path(said["file"]), said["range"]["start"]["line"] + 1
            found[f"{path.parent.name}/{path.name}", line] = said["message"].partition("\n")[0]
    return found


def refusals(folder: Path) -> Iterator[tuple[str, Callable[[], Any], str, str]]:
    """Yield the functions of wrong programs that raise, each with the error and its words."""
    for path in sorted((folder / "wrong").glob("*.py")):
        for name, call in runpy.run_path(str(path)).items():
            if inspect.isfunction(call) and (said := RAISES.search(inspect.getdoc(call) or "")):
                error, words = said.groups()
                yield f"{path.name}: {name}", call, error, " ".join(words.split())


def unlike(call: Callable[[], Any], error: str, words: str) -> Iterator[str]:
    """Say how a call does not raise what it should."""
    try:
        call()
    except Exception as raised:
        kinds = [kind.__name__ for kind in type(raised).__mro__]
        if error not in kinds or words not in str(raised):
            yield f"expected {error}: {words}; got {kinds[0]}: {raised}"
    else:
        yield f"expected {error}: {words}; nothing was raised"


def texts(lines: Lines, said: dict[tuple[str, int], str]) -> list[str]:
    """Show lines, each with what a checker says of it."""
    return [f"{file}:{line} {said.get((file, line), '')}".strip() for file, line in sorted(lines)]


def _run(folder: Path, checker: str, *words: str) -> str:
    done = subprocess.run([checker, *words], cwd=folder, capture_output=True, text=True)
    if done.returncode > 1:
        raise SystemExit(f"{checker} cannot check: {done.stderr or done.stdout}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)))
