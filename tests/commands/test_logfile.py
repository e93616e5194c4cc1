"""The file of [log]: what the command writes into it, and what it does when it cannot."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from datetime import datetime
from pathlib import Path

import pytest

from chasqui import Secret
from chasqui.commands.logfile import LogFile
from tests.waiting import until

WAIT = 10.0
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d "

PRYER = """
from chasqui import Context, Secret, hookimpl, task

@task
def pry(ctx: Context, pin: Secret[str]) -> None:
    ctx.log.warning("the pin is %s", pin.reveal())
    raise OSError(f"no door for {pin.reveal()}")

@hookimpl
def chasqui_tasks():
    return [pry]
"""


@pytest.fixture
def config(tmp_path):
    def config(text):
        (tmp_path / "config.toml").write_text(f"[engine]\n{text}")

    return config


@pytest.fixture
def log(tmp_path):
    return tmp_path / "chasqui.log"


@pytest.fixture
def opened(tmp_path):
    """Open log files that are closed at the end."""
    handlers = []

    def opened(path, **options):
        handlers.append(LogFile(path, **options))
        return handlers[-1]

    yield opened
    for handler in handlers:
        handler.close()


def record(text, *args, **more):
    return logging.LogRecord("chasqui.x", logging.WARNING, "x.py", 1, text, args, None, **more)


@pytest.mark.slow
def test_a_run_writes_what_went_wrong_and_says_nothing_more_on_standard_error(
    chasqui, config, log, monkeypatch
):
    plain = chasqui("run", "demo.fail", "message=no")
    config("[log]\nfile = 'chasqui.log'\n")
    done = chasqui("run", "demo.fail", "message=no", TZ="Asia/Kolkata")

    words = [re.sub(rb" in .*", b"", one.stderr) for one in (plain, done)]
    assert (words[0], 1) == (words[1], len(words[0].splitlines()))
    lines = log.read_text().splitlines()
    assert [
        "INFO chasqui.engine.logs.logbook engine started with 8 workers",
        "ERROR chasqui.engine.logs.logbook task 1 demo.fail: failed: RuntimeError: no",
        "INFO chasqui.engine.logs.logbook engine stopping",
        "INFO chasqui.engine.logs.logbook engine stopped",
    ] == [re.sub("^" + STAMP, "", line).split(": accepted")[0] for line in lines]
    assert all(line[23:29] == "+05:30" for line in lines), lines
    assert 0o600 == log.stat().st_mode & 0o777


@pytest.mark.slow
def test_at_the_level_debug_each_step_is_a_line(chasqui, config, log):
    config("[log]\nfile = 'chasqui.log'\nlevel = 'debug'\n")
    chasqui("run", "demo.sleep", "--each", "seconds", "--workers", "1", input=b"0\n0\n")

    steps = [line.split(": ")[1] for line in log.read_text().splitlines() if " task 2 " in line]
    assert ["accepted", "attempt 1 started on", "completed in"] == [
        " ".join(step.split(" ")[: 4 if step.startswith("attempt") else 2]) for step in steps
    ]


@pytest.mark.slow
def test_at_the_level_error_the_rest_is_left_out(chasqui, config, log):
    config("[log]\nfile = 'chasqui.log'\nlevel = 'error'\n")
    chasqui("run", "demo.sleep", "seconds=0")

    assert "" == log.read_text()


@pytest.mark.slow
def test_a_revealed_secret_is_in_no_line(chasqui, config, log, plugin):
    plugin("pryer", PRYER)
    config("[log]\nfile = 'chasqui.log'\nlevel = 'debug'\n")
    chasqui("run", "pryer.pry", "pin=env:THE_PIN", THE_PIN="geheim-4711")

    text = log.read_text()
    assert "task 1 pryer.pry: the pin is ••••" in text
    assert "OSError: no door for ••••" in text
    assert "geheim" not in text


def test_a_file_that_cannot_be_written_is_named_before_anything_starts(chasqui, config):
    config("[log]\nfile = 'nowhere/chasqui.log'\n")
    done = chasqui("run", "demo.sleep", "seconds=0")

    line = b"chasqui-tui: config.toml: log.file: nowhere/chasqui.log cannot be written: No such"
    assert (2, b"", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
    assert done.stderr.startswith(line)


@pytest.mark.slow
def test_the_console_logs_to_the_file_and_never_over_the_screen(terminal, config, log):
    config(
        "[log]\nfile = 'chasqui.log'\n[[schedule]]\ntype = 'demo.fail'\n"
        "cron = '* * * * * *'\nparams = { message = 'loud' }\n"
    )
    console = terminal(sys.executable, "-m", "chasqui", "--trust")
    console.await_text(r"Failures ✗ \d")
    until(lambda: "loud" in log.read_text())
    console.type("q")
    console.type("a")  # what q asks if a task happens to run
    console.end()

    assert b"chasqui.engine.logs.logbook" not in console.raw
    assert "written to the terminal" not in console.text


def test_a_line_has_the_local_time_of_its_record_and_is_one_line(opened, log):
    handler = opened(log)
    one = record("a\n\x1b[31mb %s", "c")
    one.created = 1_700_000_000.25
    handler.emit(one)
    try:
        raise ValueError("d")
    except ValueError:
        broken = record("x")
        broken.exc_info = sys.exc_info()
    handler.emit(broken)
    handler.close()

    first, second = log.read_text().splitlines()
    stamp, level, name, text = first.split(" ", 3)
    assert 1_700_000_000.25 == datetime.fromisoformat(stamp).timestamp()
    assert ("WARNING", "chasqui.x", "a⏎␛[31mb c") == (level, name, text)
    assert "x⏎Traceback" in second and second.endswith("ValueError: d")


def test_a_record_without_a_text_costs_its_caller_nothing(opened, log):
    handler = opened(log)
    handler.emit(record("%d %d", "x"))
    handler.close()

    assert "(a line of x.py:1 has no text)" in log.read_text()


def test_a_file_that_was_moved_away_is_opened_anew(opened, log):
    handler = opened(log)
    handler.emit(record("before"))
    until(lambda: log.exists() and "before" in log.read_text())
    log.rename(log.with_suffix(".1"))
    handler.emit(record("after"))
    handler.close()

    assert ("before", "after") == (
        log.with_suffix(".1").read_text().split()[-1],
        log.read_text().split()[-1],
    )


def test_a_file_that_hangs_costs_lines_and_no_time_and_says_how_many(opened, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    handler = opened(pipe, capacity=10)
    large = "x" * 10_000
    for _ in range(100):  # more than a pipe and the queue hold; nobody reads
        handler.emit(record(large))
    os.set_blocking(reader, True)
    read = []

    def drain():
        with os.fdopen(reader, encoding="utf-8") as stream:
            read.append(stream.read())

    draining = threading.Thread(target=drain)
    draining.start()
    handler.close()
    draining.join(WAIT)

    written = read[0].count(large)
    told = re.findall(r"WARNING chasqui.commands.logfile (\d+) log lines dropped", read[0])
    assert 10 <= written < 100
    assert 100 - written == sum(map(int, told))


@pytest.mark.slow
def test_a_fifo_that_no_program_reads_is_a_mistake_and_not_waited_for(chasqui, config, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    config('[log]\nfile = "pipe"\n')
    done = chasqui("run", "demo.sleep", "seconds=0")
    check = chasqui("config", "check")

    said = "log.file: pipe cannot be written: it is a FIFO that no program reads"
    assert (2, f"chasqui-tui: config.toml: {said}\n") == (done.returncode, done.stderr.decode())
    assert (2, True) == (check.returncode, said in check.stderr.decode())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_costs_lines_and_no_error(opened, tmp_path, capfd):
    link = tmp_path / "full"
    link.symlink_to("/dev/full")
    handler = opened(link)
    for _ in range(3):
        handler.emit(record("x"))
    until(lambda: handler._lost == 3)
    link.unlink()
    handler.emit(record("room again"))
    handler.close()

    assert "3 log lines dropped" in link.read_text()
    assert ("", "") == capfd.readouterr()


def test_secrets_in_any_record_are_masked(opened, log, monkeypatch):
    monkeypatch.setenv("LOGFILE_PIN", "geheim-4712")
    value: str = Secret("env:LOGFILE_PIN").reveal()
    handler = opened(log)
    handler.emit(record("the pin is %s", value))
    handler.close()

    assert log.read_text().endswith("the pin is ••••\n")
