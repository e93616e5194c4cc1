"""A run that is stopped names what it does not complete, and keeps it to be run again."""

from __future__ import annotations

import json
import re
import resource
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.commands.running import Running
from tests.present import present

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


FAILS = b"".join(b"%d\n" % line for line in range(1, 201))
FULL = 1024 * 1024  # bytes of a file, which may not become larger


def kept(state: Path) -> list[str]:
    """Return what the messages of the tasks that were kept are, in the order of the input."""
    (file,) = state.rglob("unfinished-*.jsonl")
    lines = [json.loads(line)["params"]["message"] for line in file.read_text().splitlines()]
    return sorted(lines, key=int)


@pytest.mark.parametrize(
    "rule",
    [
        ["--stop-on-failure"],
        ["--max-failures", "3"],
        ["--halt", "now,fail=1"],
        ["--halt", "soon,done=2"],
    ],
)
def test_what_a_rule_leaves_is_named_and_can_be_run_again(chasqui, state, rule):
    words = ("demo.fail", "--each", "message", "--workers", "1", *rule)
    done = chasqui("run", *words, input=FAILS)

    assert 1 == done.returncode
    assert b"task 1 demo.fail message=1, failed: RuntimeError: 1" in done.stderr
    assert re.search(rb"not completed: \d+ tasks; to run what is in the file again", done.stderr)
    accepted = int(present(re.search(rb"accepted (\d+) ", done.stderr))[1])
    assert [str(line) for line in range(1, accepted + 1)] == kept(state)[:accepted]


def test_what_a_success_has_made_needless_can_be_run_all_the_same(chasqui, state):
    words = ("demo.sleep", "--each", "seconds", "--workers", "1", "--halt", "now,success=1")
    done = chasqui("run", *words, input=b"0\n600\n601\n")

    assert 0 == done.returncode
    assert b"not completed: 2 tasks" in done.stderr
    assert 1 == len([*state.rglob("unfinished-*")])


def test_what_the_reader_of_the_output_did_not_wait_for_is_named_and_kept(tmp_path, state):
    (tmp_path / "config.toml").write_text("[engine]\nshutdown_timeout = 0.1\n")
    run = Running(tmp_path, "demo.sleep", "--each", "seconds", "--workers", "2")
    run.feed(b"600\n0\n")
    status, errors = run.lose_reader(b"0\n601\n")

    assert 141 == status
    assert b"seconds=600.0, cancelled" in errors
    assert b"not completed: 2 tasks" in errors
    assert 1 == len([*state.rglob("unfinished-*")])


def test_what_a_full_disk_leaves_is_named_and_kept(tmp_path, state):
    words = ("demo.fail", "--each", "message", "--workers", "1")
    largest = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (FULL, FULL))
    with (tmp_path / "full").open("ab") as full:
        full.truncate(FULL)
        run = Running(tmp_path, *words, stdout=full, preexec_fn=largest)
        status, _, errors = run.end(FAILS)

    assert 2 == status
    accepted = int(present(re.search(rb"accepted (\d+) ", errors))[1])
    assert [str(line) for line in range(1, accepted + 1)] == kept(state)[:accepted]


def test_the_folder_keeps_the_newest_ten_files_of_runs_too(chasqui, state):
    words = ("demo.fail", "--each", "message", "--stop-on-failure")
    for line in range(1, 13):
        chasqui("run", *words, input=b"%d\n" % line)

    assert 10 == len([*state.rglob("unfinished-*.jsonl")])


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
