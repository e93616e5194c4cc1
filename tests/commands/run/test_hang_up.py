"""A run that a signal stops names what it does not complete, and keeps it to be run again."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.running import Running

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]
)
def test_what_a_signal_leaves_is_named_and_can_be_run_again(tmp_path, state, number, status):
    run = Running(tmp_path, "demo.sleep", "--each", "seconds", "--workers", "2")
    run.feed(b"600\n0\n")
    run.row()  # of the second: so the first, which is older, runs
    run.feed(b"601\n" + b"".join(b"%d\n" % line for line in range(1, 20)) + b"none\n")
    run.row()  # of the last, which is refused: so all before it are accepted
    run.interrupt(number)
    code, _, errors = run.end()
    text = errors.decode()

    assert status == code
    assert re.search(r"task 1 demo.sleep seconds=600.0, cancelled", text)
    assert re.search(r"task 4 demo.sleep seconds=1.0, left", text)
    assert re.search(r"… and \d+ more, kept in ", text)
    (file,) = state.rglob("unfinished-*.jsonl")
    assert (
        f"again (say options such as --workers or --output with it): chasqui-tui run --jobs {file}"
        in text
    )
    params = [json.loads(line)["params"]["seconds"] for line in file.read_text().splitlines()]
    assert ({600.0, 601.0}, 1.0) == (set(params[:2]), params[2])
    assert 0.0 not in params
    again = [sys.executable, "-m", "chasqui", "run", "--jobs", file, "--dry-run"]
    assert 0 == subprocess.run(again, capture_output=True, timeout=60).returncode


def test_a_run_that_was_not_stopped_names_nothing_and_keeps_nothing(chasqui, state):
    done = chasqui("run", "demo.fail", "--each", "message", input=b"a\nb\n")

    assert 1 == done.returncode
    assert b"not completed" not in done.stderr
    assert [] == [*state.rglob("unfinished-*")]


def test_a_signal_keeps_nothing_beside_the_file_of_failures(tmp_path, state):
    run = Running(tmp_path, "demo.sleep", "--each", "seconds", "--failures", "rest")
    run.feed(b"0\n600\n")
    run.row()
    run.interrupt(signal.SIGTERM)
    run.end()

    assert [] == [*state.rglob("unfinished-*")]
    assert 1 == len((tmp_path / "rest").read_text().splitlines())
