"""What the program's own script defines, in child processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
from chasqui import Context, Engine, Retry, task

class Flaky(Exception):
    pass

@task(retry=Retry(attempts=2, base=0.01, on=Flaky))
def fetch(ctx: Context, always: bool = False) -> int:
    if always or ctx.attempt < 2:
        raise Flaky("again")
    return ctx.attempt

if __name__ == "__main__":
    with Engine(workers=1, backend="processes") as engine:
        print(engine.call(fetch).result(30))
        try:
            engine.call(fetch, True).result(30)
        except Flaky as error:
            print(error)
"""


@pytest.mark.slow
def test_an_error_of_a_class_in_the_script_is_of_that_class_for_retries_and_for_the_program(
    tmp_path,
):
    (tmp_path / "program.py").write_text(PROGRAM)

    ran = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )

    assert ("2\nagain\n", "") == (ran.stdout, ran.stderr)


FAILS = """
import sys
from chasqui import Engine, task

FOLDER = sys.argv[1]  # of which a child has none

@task
def where() -> str:
    return FOLDER

if __name__ == "__main__":
    with Engine(workers=1, backend="processes") as engine:
        for _ in range(2):
            task = engine.call(where)
            task.wait(30)
            print(repr(task.error))
"""


@pytest.mark.slow
def test_a_script_that_cannot_be_loaded_again_says_why_each_time(tmp_path):
    (tmp_path / "program.py").write_text(FAILS)

    ran = subprocess.run(
        [sys.executable, "program.py", "folder"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ["IndexError('list index out of range')"] * 2 == ran.stdout.splitlines()
