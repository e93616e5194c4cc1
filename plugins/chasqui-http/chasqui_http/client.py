"""A client over a wire of ours.

Nothing of the environment is used: a proxy from it would connect where no address is judged.
"""

from __future__ import annotations

import ssl
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import httpcore
import httpx

from chasqui_http.errors import HttpFailed
from chasqui_http.wire import Wire, said

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
        self.client = httpx.Client(
            transport=_Transport(self.wire, context),
            trust_env=False,
            timeout=None,  # the wire's watch knows better
            headers={"Accept-Encoding": "identity", "User-Agent": "chasqui-http"},
        )
        weakref.finalize(self, self.client.close)


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
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
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
        assert isinstance(response.stream, Iterable)
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
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
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
            raise self._failed(error, reads) from error

    def _failed(self, error: Exception, reads: int) -> HttpFailed:
        if isinstance(error, httpcore.NetworkError):
            return HttpFailed("connection", f"the connection broke: {said(error)}")
        if self._wire.reads == reads:
            return HttpFailed("connection", "the server hung up without an answer")
        return HttpFailed("protocol", f"the answer is not HTTP: {error}")


class _Body(httpx.SyncByteStream):
    """A response's content as it comes."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        stream = self._response.stream
        assert isinstance(stream, Iterable)
        try:
            yield from stream
        except httpcore.RemoteProtocolError as error:
            raise HttpFailed("length", "it ended before the end that was announced") from error
        except httpcore.NetworkError as error:
            raise HttpFailed("connection", f"the connection broke: {said(error)}") from error

    def close(self) -> None:
        self._response.close()
