"""Sending one request over a wire of ours.

Nothing of the environment is used: a proxy from it would connect where no address is judged.
An answer that is not HTTP fails in words; what a stranger sent is not repeated in them.
"""

from __future__ import annotations

import re
import ssl
import weakref
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import httpcore
import httpx

from chasqui_http.errors import HttpFailed
from chasqui_http.wire import Stream, Wire, said

ALWAYS: Final = {
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "keep-alive",
    "User-Agent": "chasqui-http",
}
# What the reader of HTTP calls some faults, and what they are.
WORDS: Final = {
    "_SWITCH": "it switches to another protocol",
    "buffer too long": "a head or a line in it is too long",
    "request line": "illegal status line",
}
KEPT: Final = 8  # idle connections of a thread; a task uses one at a time
KEPT_SECONDS: Final = 15.0  # below what common servers keep an idle connection for


class Session:
    """A thread's client and the wire under it."""

    def __init__(self, *, allow_private: bool, ca_file: Path | None) -> None:
        self.wire = Wire(allow_private=allow_private)
        context = httpx.create_ssl_context(trust_env=False)
        if ca_file is not None:
            try:
                context.load_verify_locations(ca_file)
            except OSError as error:
                raise HttpFailed(
                    "tls", f"ca_file = {ca_file} in [plugin.http] cannot be used: {said(error)}"
                ) from error
        self.cookies = httpx.Cookies()
        self._transport = _Transport(self.wire, context)
        weakref.finalize(self, self._transport.close)

    def send(self, method: str, url: httpx.URL, headers: Mapping[str, str]) -> httpx.Response:
        """Return the response to a request; its content has not been read.

        Raises:
            HttpFailed: there is none.
        """
        host = re.sub(rb"%[^\]]*", b"", url.netloc)  # the zone of an address is for this machine
        request = httpx.Request(method, url, headers={"Host": host.decode(), **ALWAYS, **headers})
        self.cookies.set_cookie_header(request)
        response = self._transport.handle_request(request)
        response.request = request
        self.cookies.extract_cookies(response)
        return response


class _Transport(httpx.BaseTransport):
    """Sends requests over a wire, and once more where only an old connection was at fault."""

    def __init__(self, wire: Wire, context: ssl.SSLContext) -> None:
        self._wire = wire
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=KEPT,
            max_keepalive_connections=KEPT,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=wire,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response of a request without a body, its content not yet read."""
        sent = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
        )
        connections, reads = self._wire.connections, self._wire.reads
        try:
            response = self._pool.handle_request(sent)
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            if self._wire.connections != connections:
                raise self._failed(error, reads) from error
            # The server has given up a kept connection just as it was used again, or it had sent
            # more than it announced before. Neither is this request's fault.
            response = self._again(sent)
        else:
            if self._wire.reads == reads:
                # Nothing was read since the request was sent, so this is no answer to it: it lay
                # behind the body of the one before.
                response.close()
                response = self._again(sent)
        fields = httpx.Headers(response.headers)
        if "Content-Length" in fields and "Transfer-Encoding" in fields:
            # Programs end such an answer at different places: a way to smuggle in another one.
            response.close()
            raise HttpFailed("protocol", "it announces both a Content-Length and chunks")
        return httpx.Response(
            response.status,
            headers=fields,
            stream=_Body(response, self._wire, _length(request.method, response.status, fields)),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _again(self, sent: httpcore.Request) -> httpcore.Response:
        self._pool.close()
        reads = self._wire.reads
        try:
            return self._pool.handle_request(sent)
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise self._failed(error, reads) from error

    def _failed(self, error: Exception, reads: int) -> HttpFailed:
        if isinstance(error, httpcore.NetworkError):
            return HttpFailed("connection", f"the connection broke: {said(error)}")
        if self._wire.reads == reads:
            return HttpFailed("connection", "the server hung up without an answer")
        why = "it hung up before the head ended" if self._wire.ended else _in_words(error)
        return HttpFailed("protocol", f"the answer is not HTTP: {why}")


class _Body(httpx.SyncByteStream):
    """A response's content as it comes."""

    def __init__(self, response: httpcore.Response, wire: Wire, length: int | None) -> None:
        self._response = response
        self._wire = wire
        self._stream: Stream = response.extensions["network_stream"]
        self._stream.expect(length)

    def __iter__(self) -> Iterator[bytes]:
        stream = self._response.stream
        assert isinstance(stream, Iterable)
        try:
            yield from stream
            self._stream.look_beyond()  # now, for closing the response may close the connection
        except httpcore.ProtocolError as error:
            if self._wire.ended:
                raise HttpFailed("length", "it ended before the end that was announced") from error
            raise HttpFailed("protocol", f"its content is not HTTP: {_in_words(error)}") from error
        except httpcore.NetworkError as error:
            raise HttpFailed("connection", f"the connection broke: {said(error)}") from error

    def close(self) -> None:
        self._response.close()


def _length(method: str, status: int, fields: httpx.Headers) -> int | None:
    """Return how many bytes the body of an answer has, if its head says so."""
    if method == "HEAD" or status in (204, 304):
        return 0
    announced = fields.get("Content-Length")
    return None if announced is None else int(announced)  # only digits come this far


def _in_words(error: Exception) -> str:
    """Return what is wrong, without the bytes in which it was found."""
    text = re.split(r":? (?:bytearray\()?b['\"]", str(error))[0]
    return next((words for part, words in WORDS.items() if part in text), text)
