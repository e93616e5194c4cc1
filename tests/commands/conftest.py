"""The real command, in a fresh folder."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chasqui.control.sockets.place import socket_of
from chasqui.engine.config.places import overrides_file
from tests.acceptance.terminal import Terminal
from tests.commands.fake_host import FakeHost, Handler
from tests.commands.hosting import SLEEP, STATUS
from tests.hosts import kill_hosts

Done = subprocess.CompletedProcess[bytes]


@pytest.fixture
def chasqui(tmp_path: Path) -> Callable[..., Done]:
    def chasqui(*words: str, input: bytes | None = None, **environment: str) -> Done:
        return subprocess.run(
            [sys.executable, "-m", "chasqui", *words],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL if input is None else None,
            input=input,
            env={**os.environ, **environment},
            capture_output=True,
            timeout=60,
        )

    return chasqui


@pytest.fixture
def by_shell(tmp_path: Path) -> Callable[..., Done]:
    """Run the command as a shell line, which may redirect or close its streams."""

    def by_shell(line: str, before: str = "") -> Done:
        return subprocess.run(
            ["/bin/sh", "-c", f"{before} exec {shlex.quote(sys.executable)} -m chasqui {line}"],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )

    return by_shell


@pytest.fixture
def rows() -> Callable[[Done], list[dict[str, Any]]]:
    return lambda done: [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Terminal]]:
    """Start programs in the fresh folder, each on a terminal of its own."""
    monkeypatch.chdir(tmp_path)
    started: list[Terminal] = []

    def terminal(*words: str) -> Terminal:
        started.append(Terminal(words))
        return started[-1]

    yield terminal
    for one in started:
        one.close()
        os.close(one.master)
        os.close(one.slave)
    kill_hosts()


@pytest.fixture
def restored_signals() -> Iterator[None]:
    """Put the handlers of signals back that a test's object has taken."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Install a plugin that the command finds: its name and its code."""
    site = tmp_path / "site"
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]))

    def plugin(name: str, code: str) -> None:
        info = site / f"fake_{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (site / f"fake_{name}.py").write_text(code)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: fake-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[chasqui.plugins]\n{name} = fake_{name}\n")

    return plugin


@pytest.fixture
def config(tmp_path: Path) -> Callable[[str], Path]:
    """Write the config here."""

    def config(text: str) -> Path:
        (tmp_path / "config.toml").write_text(f"[engine]\n{text}")
        return tmp_path / "config.toml"

    return config


@pytest.fixture
def overrides(tmp_path: Path) -> Callable[[str], Path]:
    """Write what a console would have kept for the config here."""

    def overrides(text: str) -> Path:
        file = overrides_file("default", tmp_path / "config.toml")
        file.parent.mkdir(parents=True)
        file.write_text(text)
        return file

    return overrides


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give this test a folder for sockets, of a path that is short enough."""
    folder = Path(tempfile.mkdtemp(prefix="cq-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    (folder / "chasqui").mkdir(mode=0o700)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def host(runtime: Path) -> Iterator[Callable[..., FakeHost]]:
    """Start the host of no config, with what each verb answers."""
    started: list[FakeHost] = []

    def host(**handlers: Handler) -> FakeHost:
        usual: dict[str, Handler] = {
            "status": lambda _: STATUS,
            "types": lambda _: {"types": [SLEEP]},
        }
        started.append(FakeHost(socket_of("default", None), **{**usual, **handlers}))
        return started[-1]

    yield host
    for one in started:
        one.close()
