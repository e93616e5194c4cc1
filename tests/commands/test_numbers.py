"""Numbers on the command line: what is none ends the command with a line that names it."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "count", ["0", "-1", "nan", "inf", "1.5", "x", "", "99999999999999999999", "9" * 5000]
)
def test_workers_that_are_no_number_of_them_are_refused(chasqui, count):
    done = chasqui("run", "demo.sleep", "seconds=0", f"--workers={count}")

    assert (2, b"") == (done.returncode, done.stdout)
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("chasqui-tui: --workers must be ") and len(line) < 200


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1", "1e400", "1e308", "9" * 5000, "true", ""])
def test_a_parameter_that_is_no_number_is_refused(chasqui, seconds):
    done = chasqui("run", "demo.sleep", f"seconds={seconds}")

    assert (2, b"") == (done.returncode, done.stdout)
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("chasqui-tui: demo.sleep: seconds ") and len(line) < 200


@pytest.mark.slow
def test_a_job_whose_number_is_too_large_is_a_row_that_says_so(chasqui, rows):
    jobs = b"".join(
        b'{"type": "demo.sleep", "params": {"seconds": %b}}\n' % number
        for number in (b"NaN", b"Infinity", b"1e400", b"1" + b"0" * 400, b"1" + b"0" * 5000, b"0")
    )

    done = chasqui("run", "--jobs", "-", input=jobs)

    assert 2 == done.returncode and b"Traceback" not in done.stderr
    found = {row["line"]: row["state"] for row in rows(done)}
    assert "completed" == found.pop(6)
    assert dict.fromkeys(range(1, 6), "failed") == found


@pytest.mark.slow
def test_config_check_names_a_number_of_workers_that_no_machine_has(chasqui, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("[engine]\n[pools.default]\nworkers = 99999999999999999999\n")

    done = chasqui("config", "check")

    assert 2 == done.returncode
    said = (done.stdout + done.stderr).decode()
    assert "pools.default.workers: must be at most 10000, got 99999999999999999999" in said
