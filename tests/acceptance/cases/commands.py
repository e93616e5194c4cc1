"""`run` and the console: many descriptors, ignored signals, stray bytes, odd configs."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
from pathlib import Path

from bench import check, rows, run
from terminal import Terminal


def case_many_descriptors() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, most), most))
    for _ in range(1100):
        os.set_inheritable(os.open("/dev/null", os.O_RDONLY), True)
    done = run("run", "demo.sleep", "--each", "seconds", input=b"0\n0\n", close_fds=False)
    assert (0, 2) == (done.returncode, len(rows(done.stdout))), done


def case_an_ignored_interrupt() -> None:
    words = ["chasqui-tui", "run", "demo.sleep", "--each", "seconds", "--workers", "1"]
    program = subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    assert program.stdin is not None and program.stdout is not None
    program.stdin.write(b"0\n")
    program.stdin.flush()
    program.stdout.readline()
    program.send_signal(signal.SIGINT)
    program.stdin.write(b"0\n")
    program.stdin.close()
    assert (0, 1) == (program.wait(60), len(program.stdout.readlines()))


def case_read_and_accepted() -> None:
    Path("in").write_text("1\n" * 40_000)
    for more in ([], ["--failures", "rest"]):
        words = ["chasqui-tui", "run", "demo.sleep", "--each", "seconds", *more, "in"]
        program = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert program.stdout is not None
        program.stdout.readline()  # one has ended, so the others are being read or wait
        while program.poll() is None:
            program.send_signal(signal.SIGINT)
            time.sleep(0.1)
        _, errors = program.communicate()
        assert 130 == program.returncode
        assert "read up to line" in errors and "accepted up to line" in errors, errors


def case_configs_that_cannot_be_read() -> None:
    texts = {
        "deep": "[engine]\nx = " + "[" * 2000 + "]" * 2000,
        "long": "[engine]\nx = " + "9" * 5000,
        "many": "[engine]\n[pools.default]\nworkers = 99999999999999999999\n",
    }
    for name, text in texts.items():
        Path(f"{name}.toml").write_text(text)
        done = run("--config", f"{name}.toml", "config", "check")
        errors = done.stderr.decode()
        assert 2 == done.returncode and "Traceback" not in errors, errors
        assert f"{name}.toml" in errors


def case_an_old_mouse_report() -> None:
    terminal = Terminal(["chasqui-tui"], columns=160, lines=30)
    try:
        terminal.await_text("RUNNING")
        os.write(terminal.master, b"\x1b[M\x23" + bytes([32 + 120, 40]) + b"\xff\xfe\x80")
        terminal.press("?")
        terminal.await_text("Help")
        check(terminal.program.poll() is None, "the console goes on")
        check("Traceback" not in terminal.text, "nothing is on the screen")
    finally:
        terminal.close()
