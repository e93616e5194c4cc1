"""What every test relies on: no thread left behind, no ambient settings, a count per package."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

from tests.hosts import kill_hosts

ROOT = Path(__file__).resolve().parent.parent
SETTLE_SECONDS = 5.0  # for threads on their way out; only a leak waits this long


# No test fails because a machine is slow: one took 1.4 s to load the tables of all characters.
settings.register_profile("slow", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("slow")


def pytest_configure() -> None:
    """Let the programs that tests start be interrupted, also where the tests themselves cannot."""
    # A shell starts the background jobs of a script with SIGINT ignored, and nohup with SIGHUP.
    # What is ignored is inherited; what has a handler is not.
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


@pytest.fixture(autouse=True, scope="session")
def _programs_are_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the many programs that tests start share their bytecode where it may not be written."""
    with pytest.MonkeyPatch.context() as patch:
        if sys.dont_write_bytecode:
            patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
            patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("bytecode")))
        yield


@pytest.fixture(autouse=True)
def _no_ambient_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith("CHASQUI_"):
            monkeypatch.delenv(name)
    monkeypatch.delenv("SLICE", raising=False)  # what a test runs is whole
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    yield
    if (tmp_path / "chasqui").exists():  # the folder of sockets
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        kill_hosts()


@pytest.fixture(autouse=True)
def _loggers_as_they_were() -> Iterator[None]:
    """Undo what a command that runs in this process makes of loggers."""
    logger, root = logging.getLogger("chasqui"), logging.root
    before = logger.propagate, logger.level, list(logger.handlers), root.manager.disable, root.level
    yield
    logger.propagate = before[0]
    logger.setLevel(before[1])
    logger.handlers[:] = before[2]
    logging.disable(before[3])
    root.setLevel(before[4])


@pytest.fixture
def frantic_switching() -> Iterator[None]:
    """Have threads take turns as often as Python can, so that they meet wherever they may."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def only_own_garbage() -> Iterator[None]:
    """Keep what other tests have left out of the searches for garbage, for a test that measures."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + SETTLE_SECONDS
    for thread in set(threading.enumerate()) - before:
        thread.join(max(0.0, deadline - time.monotonic()))
    left = [thread.name for thread in set(threading.enumerate()) - before]
    assert [] == left, "threads left behind"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep only a part of the tests if ``SLICE`` asks for it: 2/3 is the second of three parts."""
    if wanted := os.environ.get("SLICE"):
        part, parts = map(int, wanted.split("/"))
        kept: list[pytest.Item] = []
        left_out: list[pytest.Item] = []
        for item in items:
            is_kept = crc32(item.nodeid.encode()) % parts == part % parts
            (kept if is_kept else left_out).append(item)
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable(report: Any) -> Generator[None, Any, Any]:
    """Send reports between processes also where a test has printed half of a character."""
    return _sendable((yield))


def _sendable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {name: _sendable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_sendable(one) for one in value]
    if isinstance(value, tuple):  # as which xdist looks it up, if a whole file is skipped
        return tuple(_sendable(one) for one in value)
    return value


def _package(path: str) -> str:
    parts = Path(path).parts
    return parts[1] if parts[0] == "plugins" else "chasqui"


def pytest_collection_finish(session: pytest.Session) -> None:
    _count(session.config, [item.nodeid for item in session.items])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Count what each of the processes collects that share the tests among them."""
    _count(node.config, ids)


def _count(config: pytest.Config, ids: list[str]) -> None:
    config.stash[_COLLECTED] = Counter(_package(one.split("::")[0]) for one in ids)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print a line of counts for each package."""
    collected = config.stash.get(_COLLECTED, Counter())
    for package in sorted(collected):
        line = f"{package}: collected {collected[package]}"
        for outcome in ("passed", "skipped", "failed"):
            reports = terminalreporter.stats.get(outcome, [])
            count = sum(
                _package(report.nodeid.split("::")[0]) == package
                for report in reports
                if outcome != "passed" or report.when == "call"
            )
            line += f", {outcome} {count}"
        terminalreporter.write_line(line)


_COLLECTED: pytest.StashKey[Counter[str]] = pytest.StashKey()
