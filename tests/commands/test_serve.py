"""`chasqui-tui serve`: a host in the foreground, its signals, its manager and its exit statuses."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.present import present

pytestmark = pytest.mark.slow

Serve = Callable[..., "Served"]


class Served:
    """A host, and what it has said up to its ready line."""

    def __init__(self, folder: Path, words: tuple[str, ...], more: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "chasqui", "--trust", "serve", *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **more},
        )
        self.errors = ""
        while "is served at" not in self.errors:
            line = present(self.process.stderr).readline()
            assert line, self.errors
            self.errors += line

    def ends(self) -> int:
        """Wait for its end, and return its exit status."""
        status = self.process.wait(60)
        # Not by `communicate`, which would miss what came along with the line that was read last.
        with present(self.process.stderr) as rest:
            self.errors += rest.read()
        return status


@pytest.fixture
def serve(tmp_path: Path, runtime: Path) -> Iterator[Serve]:
    started: list[Served] = []

    def serve(*words: str, config: str = "", timeout: float = 0.3, **more: str) -> Served:
        (tmp_path / "config.toml").write_text(f"[engine]\nshutdown_timeout = {timeout}\n{config}")
        started.append(Served(tmp_path, words, more))
        return started[-1]

    yield serve
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


def kept(tmp_path: Path) -> list[dict[str, object]]:
    files = [*(tmp_path / "state").rglob("unfinished-*.jsonl")]
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_without_work_ends_a_host_well_and_its_socket_is_gone(serve, runtime, number):
    host = serve()
    host.process.send_signal(number)

    assert 0 == host.ends()
    assert [] == [*(runtime / "chasqui").glob("*.sock")]
    assert "accepted 0 = " in host.errors


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 143)]
)
def test_a_signal_drains_in_the_engines_time_and_what_is_left_is_kept(
    serve, chasqui, tmp_path, number, status
):
    host = serve()
    chasqui("submit", "demo.sleep", "seconds=600")
    host.process.send_signal(number)

    assert status == host.ends()
    assert ["demo.sleep"] == [line["type"] for line in kept(tmp_path)]
    last = host.errors.splitlines()[-1]
    assert "not completed: 1 task" in last and "chasqui-tui run --jobs" in last


def test_a_second_signal_ends_a_drain_at_once(serve, chasqui):
    host = serve(timeout=600)
    chasqui("submit", "demo.sleep", "seconds=600")
    until = time.monotonic() + 15
    while host.process.poll() is None and time.monotonic() < until:
        host.process.terminate()  # again and again, since two at once may arrive as one
        time.sleep(0.2)

    assert host.process.poll() is not None
    assert 143 == host.ends()


def test_an_engine_that_is_served_already_is_refused_with_process_and_way_to_it(serve, chasqui):
    host = serve()
    done = chasqui("serve")

    assert 75 == done.returncode
    said = done.stderr.decode()
    assert f"hosted by process {host.process.pid}" in said and "chasqui-tui attach" in said


def test_a_host_whose_log_cannot_be_written_says_what_to_do(chasqui, runtime, tmp_path):
    state = tmp_path / "state"
    state.write_text("a file, where a folder belongs")
    done = chasqui("serve", "--beside", XDG_STATE_HOME=str(state))

    said = done.stderr.decode()
    assert 69 == done.returncode
    assert f"{os.sep}host.log: the host's log cannot be written: Not a directory; " in said
    assert "set XDG_STATE_HOME to a folder that you can write" in said
    assert "Traceback" not in said


def test_a_host_says_where_a_group_may_look_and_a_member_asks_there(serve, chasqui, tmp_path):
    shared = Path(tempfile.mkdtemp(prefix="cq-"))
    host = serve(config=f'[host]\nobservers = "{os.getegid()}"\nobservers_folder = "{shared}"\n')
    (socket,) = shared.glob("default-*.observe.sock")

    assert 0 == chasqui("status", "--name", str(socket)).returncode
    refused = chasqui("pause", "--name", str(socket))
    host.process.terminate()

    assert 4 == refused.returncode, refused.stderr
    assert 0 == host.ends()
    assert f"group {os.getegid()} may look at it at {socket}" in host.errors
    assert [] == [*shared.glob("*.sock")]


def test_a_drain_that_a_client_asks_for_ends_the_host(serve, chasqui):
    host = serve()
    done = chasqui("shutdown")

    assert 0 == done.returncode, done.stderr
    assert 0 == host.ends()


def test_a_drain_that_its_time_cuts_short_ends_host_and_client_with_1(serve, chasqui):
    host = serve()
    chasqui("submit", "demo.sleep", "seconds=600")
    done = chasqui("shutdown", "--drain", "--wait")

    assert (1, 1) == (done.returncode, host.ends())
    assert b"the time was over before all had ended: 1 task was cut off" in done.stderr
    assert "cancelled 1" in host.errors


@pytest.mark.parametrize("mode", ["--cancel", "--abort"])
def test_a_shutdown_that_was_to_cancel_ends_host_and_client_with_0(serve, chasqui, mode):
    host = serve()
    chasqui("submit", "demo.sleep", "seconds=600")
    done = chasqui("shutdown", mode, "--wait")

    assert (0, 0) == (done.returncode, host.ends()), host.errors


def test_what_is_cancelled_by_hand_while_a_host_drains_is_not_cut_off(serve, chasqui):
    host = serve(timeout=600)
    chasqui("submit", "demo.sleep", "seconds=600")
    chasqui("shutdown")
    done = chasqui("cancel", "1")

    assert (0, 0) == (done.returncode, host.ends()), done.stderr


def test_a_host_that_was_killed_leaves_a_socket_that_the_next_one_takes_over(serve, runtime):
    first = serve()
    first.process.kill()
    first.ends()
    assert 1 == len([*(runtime / "chasqui").glob("*.sock")])
    second = serve()
    second.process.terminate()

    assert 0 == second.ends()


def test_a_service_manager_is_told_when_the_host_is_ready_and_when_it_ends(serve, runtime):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(runtime / "notify"))
        manager.settimeout(20)
        host = serve(NOTIFY_SOCKET=str(runtime / "notify"))
        ready = manager.recv(4096).decode()
        host.process.terminate()
        host.ends()

        assert ready.startswith(f"READY=1\nMAINPID={host.process.pid}\n")
        assert "STOPPING=1" in manager.recv(4096).decode()


def test_a_schedule_that_was_not_trusted_starts_no_host(chasqui, config):
    config('[[schedule]]\ntype = "demo.sleep"\ncron = "@daily"\nparams = { seconds = 1 }\n')
    done = chasqui("serve")

    assert 2 == done.returncode
    assert b"--trust" in done.stderr
