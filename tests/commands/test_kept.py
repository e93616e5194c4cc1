"""A host keeps accepted tasks in its journal, from one start to the next."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import until

pytestmark = pytest.mark.slow

CONFIG = "[engine]\nshutdown_timeout = 0.3\n[pools.default]\nworkers = 1\n"
Serve = Callable[..., "subprocess.Popen[str]"]
Status = Callable[[], dict[str, Any]]


@pytest.fixture
def serve(tmp_path: Path, runtime: Path) -> Iterator[Serve]:
    started: list[subprocess.Popen[str]] = []

    def serve(config: str = CONFIG) -> subprocess.Popen[str]:
        (tmp_path / "config.toml").write_text(config)
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "chasqui", "serve"],
                cwd=tmp_path,
                stdin=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        errors = started[-1].stderr
        assert errors is not None
        assert any("is served at" in line for line in errors)
        return started[-1]

    yield serve
    for one in started:
        if one.poll() is None:
            one.kill()
        one.communicate(timeout=60)


@pytest.fixture
def status(chasqui) -> Status:
    def status() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(chasqui("status", "--json").stdout)
        return found

    return status


def journals(tmp_path: Path) -> list[Path]:
    return [*(tmp_path / "state").rglob("jobs.db")]


def test_what_waits_when_a_host_stops_runs_after_the_next_start(serve, status, chasqui, tmp_path):
    first = serve()
    chasqui("submit", "demo.sleep", "seconds=600")
    chasqui("submit", "demo.sleep", "--each", "seconds", input=b"0\n0\n0\n")
    first.terminate()
    _, said = first.communicate(timeout=60)

    assert 143 == first.returncode
    assert re.search(r"left 3 .*, 3 kept in the journal", said)
    words = f"3 tasks stay in the journal {journals(tmp_path)[0]}: the next start of this engine"
    assert words in said
    assert "task 2 demo.sleep seconds=0.0, left" in said
    assert "not completed: 1 task" in said  # the one that ran, and was asked to stop
    serve()
    until(lambda: 3 == status()["counts"]["completed"])


def test_a_second_signal_cancels_nothing_that_the_journal_keeps(serve, status, chasqui):
    first = serve(CONFIG.replace("0.3", "600"))
    chasqui("submit", "demo.sleep", "--each", "seconds", input=b"600\n600\n600\n")
    first.terminate()
    until(lambda: "stopping" == status()["state"])
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)
    serve()

    found = status()["counts"]
    assert 2 == found["queued"] + found["running"]


def test_a_host_that_is_killed_runs_what_it_ran_again(serve, status, chasqui):
    first = serve()
    chasqui("submit", "demo.sleep", "--each", "seconds", input=b"600\n600\n")
    first.kill()
    first.communicate(timeout=60)
    serve()

    until(lambda: 1 == status()["counts"]["running"])
    assert 1 == status()["counts"]["queued"]


def test_a_host_without_a_journal_forgets_what_waits_and_has_no_file(
    serve, status, chasqui, tmp_path
):
    config = CONFIG + '[journal]\nmode = "off"\n'
    first = serve(config)
    chasqui("submit", "demo.sleep", "--each", "seconds", input=b"600\n600\n")
    first.terminate()
    _, said = first.communicate(timeout=60)
    serve(config)

    assert "kept in the journal" not in said
    assert 0 == status()["counts"]["accepted"]
    assert "off" == status()["journal"]["mode"]
    assert [] == journals(tmp_path)


def test_a_folder_of_the_journal_that_cannot_be_made_is_named_with_what_to_do(chasqui, tmp_path):
    state = tmp_path / "a-file"
    state.write_text("")
    done = chasqui("serve", XDG_STATE_HOME=str(state))

    said = done.stderr.decode()
    assert 2 == done.returncode
    assert f"{state}{os.sep}" in said and "the folder of the journal cannot be made" in said
    assert 'journal.mode = "off"' in said and "Traceback" not in said


def test_info_names_the_journal_and_its_size(serve, chasqui, tmp_path):
    before = chasqui("info").stdout.decode()
    serve()
    named = chasqui("info").stdout.decode()
    (file,) = journals(tmp_path)
    (tmp_path / "config.toml").write_text(CONFIG + '[journal]\nmode = "off"\n')

    assert re.search(r"^journal +\S+jobs.db  \(no host has made it yet\)$", before, re.MULTILINE)
    assert re.search(rf"^journal +{re.escape(str(file))}  [\d.]+ [KM]iB$", named, re.MULTILINE)
    assert "journal      (none: journal.mode is off)" in chasqui("info").stdout.decode()


def test_a_console_in_its_own_process_beside_a_host_is_told_who_has_the_journal(
    serve, tmp_path, terminal
):
    host = serve()
    console = terminal(sys.executable, "-m", "chasqui", "--here")

    assert 75 == console.end()
    said = console.text.replace("\n", "")
    assert f"{journals(tmp_path)[0]}" in said and f"process {host.pid}" in said
    assert "chasqui-tui attach" in said and "default-" in said
    assert "Traceback" not in said
