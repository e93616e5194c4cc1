"""One request with its redirects, and the rules for URLs.

Only http and https are spoken, a redirect never changes from one to the other, and every hop is
judged by `chasqui_http.addresses` when it is connected. User names and passwords in a URL are
refused, and never repeated. A token goes to the origin that the task names and to no other, not
even when a later redirect leads back.
"""

from __future__ import annotations

import http
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from chasqui import Secret
from chasqui_http.client import Session
from chasqui_http.errors import HttpFailed
from chasqui_http.wire import Watch

MAX_REDIRECTS: Final = 10
REDIRECT_BODY: Final = 64 * 1024  # bytes; a redirect that says more loses its connection
URL_TEXT: Final = 200  # characters of a URL in a sentence


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
    def length(self) -> int | None:
        """How many bytes the content was announced to have."""
        said = self.response.headers.get("Content-Length")
        return int(said) if said is not None and said.isdecimal() else None

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
    session.client.cookies.clear()  # those of a redirect's hops are kept, those of other tasks not
    redirects = 0
    with session.wire.watched(watch):
        while True:
            sent = dict(headers or {})
            if _origin(at) != _origin(origin):
                token = None
            if token is not None:
                sent["Authorization"] = f"Bearer {_sendable(token)}"
            with naming(at):
                response = _send(session, session.client.build_request(method, at, headers=sent))
            try:
                onward = response.next_request if follow else None
                if onward is None:
                    yield Answer(response, redirects)
                    return
                if redirects == MAX_REDIRECTS:
                    raise HttpFailed(
                        "redirect", f"{shown(url)} leads through more than {redirects} redirects"
                    )
                with naming(at):
                    _drain(response)
                at = _onward(at, onward.url)
                redirects += 1
            finally:
                response.close()


def checked_url(text: str) -> httpx.URL:
    """Return a URL that may be asked for.

    Raises:
        HttpFailed: it may not; the text says what to give instead.
    """
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise HttpFailed("url", f"{_masked(text)!r} is not a URL") from None
    if url.userinfo or "@" in url.netloc.decode("ascii", "replace"):
        raise HttpFailed(
            "url",
            f"{_masked(text)} holds a user name or a password, which would be shown and kept; "
            "take it out and use the parameter token",
        )
    if url.scheme not in ("http", "https"):
        raise HttpFailed("url", f"{_masked(text)} is neither http:// nor https://")
    if not url.host or not (url.port is None or 0 < url.port < 65536):
        raise HttpFailed("url", f"{_masked(text)} names no host, or no port from 1 to 65535")
    return url.copy_with(fragment=None)


@contextmanager
def naming(url: httpx.URL | str) -> Iterator[None]:
    """Put the URL before what fails."""
    try:
        yield
    except HttpFailed as error:
        raise HttpFailed(error.reason, f"{shown(url)}: {error}", error.seen) from error


def shown(url: httpx.URL | str) -> str:
    """Return a URL short enough for a sentence."""
    text = str(url)
    return text if len(text) <= URL_TEXT else f"{text[:URL_TEXT]}…"


def status_text(code: int) -> str:
    """Return a status with its meaning; the server's own words are a stranger's and not used."""
    try:
        return f"{code} {http.HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _send(session: Session, request: httpx.Request) -> httpx.Response:
    try:
        return session.client.send(request, stream=True, auth=None, follow_redirects=False)
    except httpx.RemoteProtocolError as error:  # httpx reads where a redirect leads
        raise HttpFailed("redirect", "it redirects to something that is no URL") from error


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


def _onward(at: httpx.URL, to: httpx.URL) -> httpx.URL:
    try:
        onward = checked_url(str(to))
    except HttpFailed as error:
        raise HttpFailed("redirect", f"{shown(at)} redirects, but {error}") from error
    if onward.scheme != at.scheme:
        raise HttpFailed(
            "redirect",
            f"{shown(at)} redirects to {shown(onward)}, from {at.scheme} to {onward.scheme}, "
            "which is not followed; give that URL if it is meant",
        )
    return onward


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def _masked(text: str) -> str:
    """Return what a person typed without whatever may be a password."""
    return shown(re.sub(r"^([a-zA-Z][a-zA-Z0-9+.-]*:/*)?[^?#]*@", r"\1•••@", text))
