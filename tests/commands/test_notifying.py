"""What a service manager is told."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from chasqui.commands.notifying import Notifier


@pytest.fixture
def manager(runtime: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind(str(runtime / "notify"))
        end.setblocking(False)
        yield end


def told(manager: socket.socket) -> list[str]:
    messages = []
    try:
        while True:
            messages.append(manager.recv(4096).decode())
    except BlockingIOError:
        return messages


def test_a_manager_is_told_of_the_beginning_and_of_the_end(manager, runtime):
    notifier = Notifier({"NOTIFY_SOCKET": str(runtime / "notify")})
    notifier.ready("running")
    notifier.stopping()

    ready, stopping = told(manager)
    assert f"READY=1\nMAINPID={os.getpid()}\nSTATUS=running" == ready
    assert "STOPPING=1" in stopping


def test_a_manager_may_listen_at_an_abstract_address():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0chasqui-test-{os.getpid()}")
        manager.setblocking(False)
        Notifier({"NOTIFY_SOCKET": f"@chasqui-test-{os.getpid()}"}).stopping()

        assert 1 == len(told(manager))


def test_signs_of_life_come_twice_within_the_time_that_the_manager_waits(manager, runtime):
    now = 100.0
    notifier = Notifier(
        {"NOTIFY_SOCKET": str(runtime / "notify"), "WATCHDOG_USEC": "4000000"}, lambda: now
    )
    for _ in range(8):
        now += 0.5
        notifier.alive("")

    assert ["WATCHDOG=1"] * 2 == told(manager)


def test_the_line_of_the_status_is_sent_when_it_changes_and_not_often(manager, runtime):
    now = 100.0
    notifier = Notifier({"NOTIFY_SOCKET": str(runtime / "notify")}, lambda: now)
    for step in range(12):
        now += 1.0
        notifier.alive(f"{step} running")

    assert ["STATUS=4 running", "STATUS=9 running"] == told(manager)


def test_signs_of_life_that_another_process_owes_are_not_sent(manager, runtime):
    environment = {
        "NOTIFY_SOCKET": str(runtime / "notify"),
        "WATCHDOG_USEC": "2",
        "WATCHDOG_PID": "1",
    }
    notifier = Notifier(environment)
    notifier.alive("")

    assert [] == told(manager)
    assert {} == environment  # so that processes that tasks start do not speak for the host


def test_without_a_manager_nothing_is_sent_and_one_that_has_gone_is_no_error(runtime):
    Notifier({}).ready("running")
    Notifier({"NOTIFY_SOCKET": str(runtime / "gone")}).ready("running")
