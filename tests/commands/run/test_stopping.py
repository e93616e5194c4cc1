"""`run`: every way to end early, what it says of that, and its status."""

from __future__ import annotations

import json
import re
import signal

import pytest

from tests.commands.running import Running
from tests.present import present


@pytest.mark.slow
def test_a_run_that_stops_on_failure_leaves_the_rest(chasqui, rows):
    text = b"".join(b'{"type": "demo.fail"}\n' for _ in range(500))
    done = chasqui("run", "--jobs", "-", "--stop-on-failure", "--workers", "1", input=text)

    assert 1 == done.returncode
    assert len(rows(done)) < 500
    assert b"left" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_reading_and_lets_running_tasks_finish(tmp_path, number, status):
    run = Running(tmp_path, "demo.sleep", "--each", "seconds", "--workers", "1")
    run.feed(b"0\n0.5\n3600\n")
    assert b'"line":1' in run.row()
    run.program.send_signal(number)
    code, out, errors = run.end()

    # How many were read and had begun when the signal came is chance; what began has its row.
    began = 1 + len(out.splitlines())
    assert status == code
    accepted = int(present(re.search(r"accepted (\d)", errors.decode()))[1])
    assert began <= accepted <= 3
    assert (
        f"accepted {accepted} = completed {began} + failed 0 + cancelled 0 + "
        f"left {accepted - began}" in errors.decode()
    )
    assert "Traceback" not in errors.decode()


@pytest.mark.slow
def test_a_second_signal_ends_it_at_once(tmp_path):
    run = Running(tmp_path, "demo.sleep", "--each", "seconds", "--workers", "2")
    run.feed(b"3600\n0\n")
    run.row()  # of the second: so the first, which is older, runs
    run.interrupt()
    code, _, errors = run.end()

    assert 130 == code
    assert b"cancelled 1" in errors


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_whose_whole_input_was_read_says_that_its_tasks_were_cancelled(
    tmp_path, number, status
):
    run = Running(tmp_path, "demo.sleep", "--each", "seconds", "--workers", "3")
    run.feed(b"3600\n3600\n0\n")
    run.close_input()
    run.row()  # of the third: so the others, which are older, run
    run.interrupt(number)
    code, out, errors = run.end()

    assert status == code
    assert ["cancelled"] * 2 == [json.loads(row)["state"] for row in out.splitlines()]
    assert b"cancelled 2 + left 0 + abandoned 0 (clean)" in errors


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "said"),
    [
        (
            signal.SIGINT,
            "stopping: 2 running tasks may end within 40s; interrupt again to ask them",
        ),
        (
            signal.SIGTERM,
            "stopping (SIGTERM): 2 running tasks may end within 40s; a second signal asks them",
        ),
    ],
)
def test_a_first_signal_says_once_what_is_waited_for_and_how_not_to(tmp_path, number, said):
    (tmp_path / "config.toml").write_text("[engine]\nshutdown_timeout = 40\n")
    run = Running(tmp_path, "demo.sleep", "--each", "seconds", "--workers", "3")
    run.feed(b"3600\n3600\n0\n")
    run.row()  # of the third: so the others, which are older, run
    run.program.send_signal(number)
    line = run.message().decode()
    run.interrupt(number)
    _, _, errors = run.end()

    assert f"chasqui-tui: {said} to stop at once\n" == line
    assert b"stopping" not in errors


@pytest.mark.slow
def test_without_a_file_for_them_no_more_lines_are_read_than_become_tasks(tmp_path):
    (tmp_path / "config.toml").write_text("[engine]\n[pools.default]\nqueue_size = 10\n")
    run = Running(tmp_path, "demo.sleep", "--each", "seconds", "--workers", "1")
    run.feed(b"0\n" + b"3600\n" * 1000)
    run.row()
    run.interrupt()
    _, _, errors = run.end()

    found = present(re.search(rb"up to line (\d+), accepted up to line (\d+)", errors))
    read, accepted = map(int, found.groups())
    assert f"accepted {accepted} = " in errors.decode()
    assert accepted <= read <= accepted + 1


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_was_ignored_at_the_start_stays_ignored(tmp_path, number):
    run = Running(
        *(tmp_path, "demo.sleep", "--each", "seconds", "--workers", "1"),
        preexec_fn=lambda: signal.signal(number, signal.SIG_IGN),
    )
    run.feed(b"0\n")
    run.row()
    run.program.send_signal(number)
    run.feed(b"0\n")
    run.close_input()
    code, _, errors = run.end()

    assert (0, True) == (code, b"accepted 2 = completed 2" in errors), errors


@pytest.mark.slow
def test_an_interrupt_ends_a_run_at_once_that_is_stopping_by_itself(tmp_path):
    (tmp_path / "config.toml").write_text("[engine]\nshutdown_timeout = 3600\n")
    run = Running(tmp_path, "--jobs", "-", "--stop-on-failure", "--workers", "2")
    run.feed(b'{"type": "demo.sleep", "params": {"seconds": 3600}}\n{"type": "demo.fail"}\n')
    line = run.message().decode()
    run.program.send_signal(signal.SIGINT)
    code, _, errors = run.end()

    assert "stopping at the first failure: 1 running task may end within 1h00m; " in line
    assert "interrupt to ask it to stop at once" in line
    assert (130, True) == (code, b"cancelled 1" in errors)


def test_when_the_reader_goes_away_the_run_ends_with_its_ledger(tmp_path):
    run = Running(tmp_path, "demo.sleep", "--each", "seconds")
    run.feed(b"0\n")
    code, errors = run.lose_reader(b"0\n")

    assert 141 == code
    assert b"accepted 2 = completed 2" in errors
    assert b"Traceback" not in errors
