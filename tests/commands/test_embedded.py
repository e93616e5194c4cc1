"""The console of a script, over an engine of the script's own process."""

import inspect
import os
import signal
import sys
from pathlib import Path

import pytest

import chasqui
from chasqui import Engine, NoTerminal
from chasqui.commands.embedded import console

SCRIPT = """
import signal, sys, chasqui
from chasqui import Engine, task

@task
def work(n: int) -> int:
    return n

engine = Engine(2)
engine.register(work)
engine.submit_batch(work, [{"n": n} for n in range(7)])
try:
    chasqui.console(engine)
except KeyboardInterrupt:
    print("interrupted")
print("completed", engine.metrics().completed, engine.state, sys.getswitchinterval())
engine.shutdown(5)
print("over")
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    file = tmp_path / "script.py"
    file.write_text(SCRIPT)
    return file


@pytest.mark.slow
def test_leaving_the_console_of_a_script_leaves_its_engine_running(terminal, script):
    shown = terminal(sys.executable, str(script))
    shown.await_text("RUNNING")
    shown.await_text("total 7")
    shown.type("q")

    assert 0 == shown.end()
    assert (
        "completed 7 running 0.005" in shown.raw.decode()
    )  # the emulator does not go back to the first screen
    assert "over" in shown.raw.decode()  # the emulator does not go back to the first screen


@pytest.mark.slow
def test_a_signal_that_ends_the_console_reaches_the_script(terminal, script):
    shown = terminal(sys.executable, str(script))
    shown.await_text("RUNNING")
    os.kill(shown.program.pid, signal.SIGINT)

    assert 0 == shown.end()
    assert "interrupted" in shown.raw.decode()  # the emulator does not go back to the first screen
    assert "over" in shown.raw.decode()  # the emulator does not go back to the first screen


def test_without_a_terminal_the_script_is_told_and_its_engine_is_as_it_was():
    engine = Engine(1)

    with pytest.raises(NoTerminal, match="needs a terminal"):
        chasqui.console(engine)
    assert "new" == engine.state


def test_what_type_checkers_see_of_the_function_is_what_it_takes():
    tree = Path(chasqui.__file__).read_text(encoding="utf-8")
    for name, parameter in list(inspect.signature(console).parameters.items())[1:]:
        assert f"{name}: {parameter.annotation} = {parameter.default!r}".replace("'", '"') in tree


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"engine": 3}, "engine must be an Engine, got 3"),
        ({"theme": 3}, "theme must be a text, got 3"),
        ({"refresh": "often"}, "refresh must be a number, got 'often'"),
        ({"refresh": 0}, "refresh must be between 0.1 and 60, got 0"),
        ({"read_only": "no"}, "read_only must be True or False, got 'no'"),
        ({"overrides": 3}, "overrides must be a path, got 3"),
    ],
)
def test_a_wrong_argument_is_refused_before_the_terminal_is_looked_at(given, words):
    with pytest.raises((TypeError, ValueError), match=words):
        console(**{"engine": Engine(1), **given})
