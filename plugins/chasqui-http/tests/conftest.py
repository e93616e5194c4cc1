"""A server that answers byte for byte as a test says, truthfully or not."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chasqui import Engine, PluginHost, Task

CERTIFICATES = Path(__file__).parent / "certificates"
WAIT = 60.0


@dataclass
class Request:
    """What a client asked, and its connection."""

    method: str
    path: str
    headers: dict[str, str]
    connection: socket.socket

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)


Reply = bytes | Callable[[Request], Any]


def answer(status: str = "200 OK", body: bytes = b"", **headers: str) -> bytes:
    """Make a truthful response; a header with an underscore is one with a hyphen."""
    fields = {
        "Content-Length": str(len(body)),
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body


@dataclass
class Server:
    """Replies by path; a reply is bytes, or a function that is called with the request.

    A connection is kept until the client closes it, a function returns "close", or the reply says
    ``Connection: close``.
    """

    certificate: str | None = None
    replies: dict[str, Reply] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept)]
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None
        if self.certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(CERTIFICATES / self.certificate)
        self._threads[0].start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}{path}"

    def on(self, path: str, reply: Reply) -> str:
        """Set the reply of a path and return its URL."""
        self.replies[path] = reply
        return self.url(path)

    def asked(self, name: str) -> list[str | None]:
        """Return what each request so far had in a header."""
        return [request.headers.get(name.lower()) for request in self.requests]

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):  # the client was quicker
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(WAIT)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            with self._lock:
                self.connections += 1
                self._open.add(connection)
                self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        connection = plain
        try:
            if self._context:
                connection = self._context.wrap_socket(plain, server_side=True)
                with self._lock:
                    self._open.remove(plain)
                    self._open.add(connection)
            while self._reply(connection):
                pass
        except OSError:
            pass  # the client, or the end of the test, closed it
        finally:
            with self._lock:
                self._open.discard(connection)
                self._open.discard(plain)
            connection.close()
            plain.close()

    def _reply(self, connection: socket.socket) -> bool:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = connection.recv(1)
            if not byte or byte == b"\x16":  # TLS, where none is spoken
                return False
            head += byte
        first, *lines = head.decode("latin-1").rstrip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        request = Request(method, path, headers, connection)
        self.requests.append(request)
        reply = self.replies.get(path.partition("?")[0], answer("404 Not Found"))
        if isinstance(reply, bytes):
            if method == "HEAD":
                reply = reply[: reply.index(b"\r\n\r\n") + 4]
            connection.sendall(reply)
            return b"Connection: close" not in reply
        return bool(reply(request) != "close")


@dataclass
class File:
    """A file that a server serves with ranges, ETag and all, for as many bytes as it is let."""

    content: bytes
    etag: str | None = '"one"'
    headers: dict[str, str] = field(default_factory=dict)
    stop_after: int | None = None
    """Hang up after so many bytes of content."""
    sent: int = 0
    """How many bytes of content went out."""

    def __call__(self, request: Request) -> str | None:
        headers = dict(self.headers)
        if self.etag:
            headers["ETag"] = self.etag
        start, status = 0, "200 OK"
        wanted = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        if wanted and request.headers.get("if-range") in (
            None,
            self.etag,
            headers.get("Last-Modified"),
        ):
            start, status = int(wanted[1]), "206 Partial Content"
            if start >= len(self.content):
                headers["Content-Range"] = f"bytes */{len(self.content)}"
                request.send(answer("416 Range Not Satisfiable", b"", **headers))
                return None
            headers["Content-Range"] = f"bytes {start}-{len(self.content) - 1}/{len(self.content)}"
        body = self.content[start:]
        head = answer(status, body=body, **headers)[: -len(body) or None]
        let = body if self.stop_after is None else body[: self.stop_after]
        self.sent += len(let)
        request.send(head + let)
        return "close" if len(let) < len(body) else None


def seen(engine: Engine, url: str, **params: Any) -> Any:
    """Check a URL, and return what was seen."""
    return engine.submit("http.check", {"url": url, **params}).result(WAIT)


def failure(engine: Engine, url: str, **params: Any) -> Any:
    """Check a URL, and return how that failed."""
    task = engine.submit("http.check", {"url": url, **params})
    assert task.wait(WAIT)
    assert ("failed", "CheckFailed") == (task.state, type(task.error).__name__), task.error
    return task.error


def error_of(task: Task) -> BaseException | None:
    """Wait for a task that fails, and return its error."""
    assert task.wait(WAIT)
    assert "failed" == task.state
    return task.error


def part_of(target: Path) -> Path:
    """Return where a download keeps what has come so far."""
    return target.with_name("file.bin.part")


def names(target: Path) -> list[str]:
    """List the files in a download's folder."""
    return sorted(path.name for path in target.parent.iterdir())


class Tools:
    """What the tests make things with, and what they look at."""

    answer = staticmethod(answer)
    seen = staticmethod(seen)
    failure = staticmethod(failure)
    error_of = staticmethod(error_of)
    part_of = staticmethod(part_of)
    names = staticmethod(names)
    Server = Server
    File = File
    certificates = CERTIFICATES


@pytest.fixture
def tools() -> type[Tools]:
    return Tools


@pytest.fixture
def make_server() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def make(certificate: str | None = None) -> Server:
        servers.append(Server(certificate))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    return make_server()


@pytest.fixture
def make_engine() -> Iterator[Callable[..., Engine]]:
    """Engines with the plugin as it is installed, and settings of one's own."""
    engines: list[Engine] = []

    def make(workers: int = 1, **settings: Any) -> Engine:
        host = PluginHost(only=["http"], settings={"http": {"allow_private": True, **settings}})
        engine = Engine(workers=workers, plugins=host)
        engine.start()
        engines.append(engine)
        return engine

    yield make
    for engine in engines:
        assert engine.shutdown(WAIT).clean


@pytest.fixture
def engine(make_engine: Callable[..., Engine]) -> Engine:
    return make_engine()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where a download goes."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder / "file.bin"


@pytest.fixture
def fetch(engine: Engine, target: Path) -> Callable[..., Task]:
    """Submit a download to the target."""

    def submit(url: str, **params: Any) -> Task:
        return engine.submit("http.download", {"url": url, "to": target, **params})

    return submit
