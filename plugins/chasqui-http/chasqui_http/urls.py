"""Which URLs are asked for, where redirects lead, and how URLs are shown.

Only http and https, a host that `chasqui_http.hosts` knows as one, a port from 1 to 65535. User
names and passwords are refused, and never repeated. Whatever a person or a server writes, nothing
but HttpFailed is raised for it.
"""

from __future__ import annotations

import re
import urllib.parse
from typing import Final

import httpx

from chasqui_http.errors import HttpFailed
from chasqui_http.hosts import checked_host

TEXT: Final = 200  # characters of a URL in a sentence
# Scheme, authority, and the rest without its fragment.
URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://([^/?#]*))?([^#]*)(?:#.*)?", re.DOTALL)
AUTHORITY: Final = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::(.*))?", re.DOTALL)


def checked_url(text: str) -> httpx.URL:
    """Return a URL that may be asked for.

    Raises:
        HttpFailed: it may not; the text says what to give instead.
    """
    _refuse_unprintable(text)
    said = masked(text)
    parts = URL.fullmatch(text)
    scheme, authority, rest = parts.groups() if parts else ("", "", "")
    if "@" in (authority or ""):
        raise HttpFailed(
            "url",
            f"{said} holds a user name or a password, which would be shown and kept; "
            "take it out and use the parameter token",
        )
    if scheme.lower() not in ("http", "https"):
        raise HttpFailed("url", f"{said} is neither http:// nor https://")
    try:
        return httpx.URL(f"{scheme}://{_checked_authority(said, authority or '')}{rest}")
    except httpx.InvalidURL:  # what is wrong with a host was said before
        raise HttpFailed("url", f"{said} is not a URL, or is too long for one") from None


def onward(at: httpx.URL, locations: list[str]) -> httpx.URL:
    """Return where a redirect leads, given the Location headers of its answer.

    Raises:
        HttpFailed: it leads nowhere, or to where none is followed.
    """
    try:
        if len(set(locations)) != 1 or not locations[0].strip():
            raise HttpFailed("redirect", "it does not say where to, or names several places")
        _refuse_unprintable(locations[0])
        to = checked_url(urllib.parse.urljoin(str(at), locations[0].strip()))
    except (HttpFailed, ValueError) as error:
        why = error if isinstance(error, HttpFailed) else f"{masked(locations[0])} is not a URL"
        raise HttpFailed("redirect", f"{shown(at)} redirects, but {why}") from error
    if to.scheme != at.scheme:
        raise HttpFailed(
            "redirect",
            f"{shown(at)} redirects to {shown(to)}, from {at.scheme} to {to.scheme}, "
            "which is not followed; give that URL if it is meant",
        )
    return to


def place(url: httpx.URL) -> str:
    """Return a URL without its query, which is signed anew for each request by some servers."""
    return str(url.copy_with(query=None))


def shown(url: httpx.URL | str) -> str:
    """Return a URL short enough for a sentence."""
    text = str(url)
    return text if len(text) <= TEXT else f"{text[:TEXT]}…"


def masked(text: str) -> str:
    """Return a typed URL, fit to be shown: without anything that may be a password."""
    text = re.sub(r"^([a-zA-Z][a-zA-Z0-9+.-]*:/*)?[^?#]*@", r"\1•••@", text)
    return shown("".join(c if c.isprintable() else repr(c)[1:-1] for c in text))


def _refuse_unprintable(text: str) -> None:
    if found := re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", text):
        raise HttpFailed("url", f"{masked(text)} is not a URL: it holds {found[0]!r}")


def _checked_authority(said: str, authority: str) -> str:
    parts = AUTHORITY.fullmatch(authority)
    if parts is None:
        raise HttpFailed("url", f"{said} names no host: brackets are for one IPv6 address")
    host, port = parts.groups()
    if not host:
        raise HttpFailed("url", f"{said} names no host")
    if port and not (re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 65536):
        raise HttpFailed("url", f"{said} names no port from 1 to 65535")
    return f"{checked_host(host)}:{int(port)}" if port else checked_host(host)
