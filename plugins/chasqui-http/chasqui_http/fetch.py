"""One request with its redirects.

Every hop is a URL that `chasqui_http.urls` permits, and its address is judged by
`chasqui_http.addresses` when it is connected. A token goes to the origin that the task names and to
no other, not even when a later redirect leads back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from chasqui import Secret
from chasqui_http.believing import Came, status_text
from chasqui_http.client import Session
from chasqui_http.errors import HttpFailed
from chasqui_http.urls import checked_url, onward, place, shown
from chasqui_http.wire import Stream, Watch

MAX_REDIRECTS: Final = 10
REDIRECT_BODY: Final = 64 * 1024  # bytes; a redirect that says more loses its connection
REDIRECTS: Final = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Answer:
    """The response of the last hop; its content has not been read."""

    response: httpx.Response
    redirects: int

    @property
    def url(self) -> str:
        """The URL that answered."""
        return str(self.response.url)

    @property
    def came(self) -> Came:
        """The head of it, to be judged."""
        headers = tuple(self.response.headers.multi_items())
        return Came(self.response.status_code, place(self.response.url), headers)

    @property
    def is_beyond(self) -> bool:
        """Whether more came than was announced; known behind the content."""
        stream: Stream = self.response.extensions["network_stream"]
        return stream.beyond

    @property
    def status(self) -> str:
        """The status as people know it: ``404 Not Found``."""
        return status_text(self.response.status_code)


@contextmanager
def fetch(
    session: Session,
    watch: Watch,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    token: Secret[str] | None = None,
    follow: bool = True,
) -> Iterator[Answer]:
    """Ask for a URL, and close the response behind the block.

    Raises:
        HttpFailed: there is no answer that can be used; the text names the URL.
        Cancelled, TimeLimit: the task should stop.
    """
    origin = at = checked_url(url)
    session.cookies.clear()  # those of a redirect's hops are kept, those of other tasks not
    redirects = 0
    with session.wire.watched(watch):
        while True:
            sent = dict(headers or {})
            if _origin(at) != _origin(origin):
                token = None
            if token is not None:
                sent["Authorization"] = f"Bearer {_sendable(token)}"
            with naming(at):
                response = session.send(method, at, sent)
            try:
                locations = response.headers.get_list("Location")
                if not (follow and locations and response.status_code in REDIRECTS):
                    yield Answer(response, redirects)
                    return
                if redirects == MAX_REDIRECTS:
                    raise HttpFailed(
                        "redirect", f"{shown(url)} leads through more than {redirects} redirects"
                    )
                with naming(at):
                    _drain(response)
                at = onward(at, locations)
                redirects += 1
            finally:
                response.close()


@contextmanager
def naming(url: httpx.URL | str) -> Iterator[None]:
    """Put the URL before what fails."""
    try:
        yield
    except HttpFailed as error:
        raise HttpFailed(error.reason, f"{shown(url)}: {error}", error.seen) from error


def _sendable(token: Secret[str]) -> str:
    text = token.reveal()
    if not re.fullmatch(r"[!-~]+", text):
        raise HttpFailed(
            "token", f"the token of {token.reference} is empty or has characters no header may have"
        )
    return text


def _drain(response: httpx.Response) -> None:
    """Read the body of a redirect, so that its connection can be used again."""
    read = 0
    for chunk in response.iter_raw():
        read += len(chunk)
        if read > REDIRECT_BODY:
            return


def _origin(url: httpx.URL) -> tuple[str, bytes, int]:
    return url.scheme, url.raw_host, url.port or (443 if url.scheme == "https" else 80)
