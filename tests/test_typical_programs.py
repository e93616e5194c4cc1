"""Typical programs run, and wrong ones are refused where the mistake is made.

What mypy and basedpyright say of them is checked by ``typing/check.py``, which ``.ci/types`` runs.
"""

from __future__ import annotations

import inspect
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.typing.check import MARK, refusals, unlike

FOLDER = Path(__file__).parent / "typing"
BESIDE = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))


RIGHT = sorted((FOLDER / "right").glob("*.py"))
WRONG = sorted((FOLDER / "wrong").glob("*.py"))


@pytest.mark.parametrize("program", RIGHT, ids=lambda one: one.stem)
def test_a_right_program_runs(program):
    runpy.run_path(str(program), run_name="__main__")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [pytest.param(*wanted, id=name) for name, *wanted in refusals(FOLDER)],
)
def test_a_wrong_call_is_refused_in_words(call, error, words):
    assert [] == list(unlike(call, error, words))


@pytest.mark.parametrize("file", WRONG, ids=lambda one: one.stem)
def test_each_wrong_function_says_where_it_is_refused(file):
    functions = {
        name: thing
        for name, thing in runpy.run_path(str(file)).items()
        if inspect.isfunction(thing) and inspect.signature(thing).return_annotation == "None"
    }

    assert [] == [
        name
        for name, thing in functions.items()
        if MARK not in inspect.getsource(thing) and "Raises" not in (thing.__doc__ or "")
    ]


@pytest.mark.long  # .ci/run has .ci/types and the script typical-programs do the same
def test_both_type_checkers_accept_the_right_lines_and_refuse_the_wrong_ones():
    for checker in ("mypy", "basedpyright"):
        if shutil.which(checker, path=BESIDE) is None:
            pytest.skip(f"{checker} is not installed; it is in the extra dev")
    done = subprocess.run(
        [sys.executable, FOLDER / "check.py"],
        env={**os.environ, "PATH": BESIDE},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
