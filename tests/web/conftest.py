"""The programs of the page `web` of the manual, behind real servers."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest

PAGE = Path(__file__).parents[2] / "chasqui" / "help" / "web.md"
FILE = re.compile(r"<!-- file: (?P<name>[\w.]+) -->\n```python\n(?P<text>.*?)```", re.DOTALL)
WAIT = 30.0

UVICORN = ["uvicorn", "--fd", "{fd}", "--log-level", "warning"]
GUNICORN = ["gunicorn", "--bind", "fd://{fd}", "--log-level", "warning", "--threads", "4"]
SERVERS = {
    "fastapi": [*UVICORN, "shop_fastapi:app"],
    "flask": [*GUNICORN, "--config", "gunicorn_conf.py", "shop_flask:app"],
    "django": [*GUNICORN, "shop_django:wsgi"],
}


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: Any


class Server:
    """A running server. Its port was open before it started, so no request comes too early."""

    def __init__(self, words: list[str], folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = listening.getsockname()[1]
            fd = listening.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-m", *(word.format(fd=fd) for word in words)],
                cwd=folder,
                pass_fds=[fd],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    def ask(self, method: str, path: str) -> Answer:
        """Make a request on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=WAIT)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        is_json = "json" in headers.get("content-type", "")
        return Answer(answer.status, headers, json.loads(body) if is_json else body)

    def submit(self, seconds: float = 0.0, picture: str = "a.png") -> Answer:
        """Ask for a job."""
        return self.ask("POST", f"/jobs?picture={picture}&seconds={seconds}")

    def stop(self) -> tuple[int, str]:
        """Send SIGTERM, and return how the server ended and what it has printed."""
        self._process.send_signal(signal.SIGTERM)
        printed, _ = self._process.communicate(timeout=WAIT)
        return self._process.returncode, printed

    def kill(self) -> None:
        """End it, if a test has not."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.communicate(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.communicate()


def written(folder: Path, **sizes: int) -> None:
    """Write the programs of the page into a folder, with other sizes of their engines."""
    for found in FILE.finditer(PAGE.read_text(encoding="utf-8")):
        text = found["text"]
        for name, size in sizes.items():
            text = re.sub(rf"\b{name}=\d+", f"{name}={size}", text)
        (folder / found["name"]).write_text(text)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers, and end those that a test leaves behind."""
    started: list[Server] = []

    def serve(words: list[str]) -> Server:
        started.append(Server(words, tmp_path))
        return started[-1]

    yield serve
    for server in started:
        server.kill()
