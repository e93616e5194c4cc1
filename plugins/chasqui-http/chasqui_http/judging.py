"""Asking for a URL and judging the answer."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from typing import Any, Final

import httpx

from chasqui import Context, Secret
from chasqui_http.believing import status_text
from chasqui_http.check import Checked
from chasqui_http.client import Session
from chasqui_http.errors import HttpFailed
from chasqui_http.fetch import Answer, fetch, naming
from chasqui_http.unpacking import is_known, unpacked
from chasqui_http.urls import shown
from chasqui_http.wire import Watch

DAY: Final = 86_400  # seconds
TEXT: Final = 80  # characters of a text in a sentence


@dataclass(frozen=True, slots=True)
class Wanted:
    """What makes an answer a good one."""

    status: int | None
    """None: any 2xx or 3xx."""
    contains: str | None
    limit: int
    """How many bytes of content are read."""

    def permits(self, status: int) -> bool:
        """Tell whether a status is a good one."""
        return 200 <= status < 400 if self.status is None else status == self.status


def ask(
    ctx: Context,
    session: Session,
    url: str,
    wanted: Wanted,
    *,
    timeout: float,
    method: str,
    follow: bool,
    token: Secret[str] | None,
) -> Checked:
    """Ask for a URL within ``timeout`` seconds; raises HttpFailed if the answer is not wanted."""
    began = time.monotonic()
    watch = Watch(ctx, timeout)
    with fetch(session, watch, url, method=method, follow=follow, token=token) as answer:
        latency = round(time.monotonic() - began, 6)
        code = answer.response.status_code
        seen: dict[str, Any] = {"final_url": answer.url, "status": code, "latency": latency}
        days = _certificate_days(answer.response)  # first: it may go with the connection
        if not wanted.permits(code):
            good = "2xx or 3xx" if wanted.status is None else status_text(wanted.status)
            raise HttpFailed(
                "status", f"{shown(answer.url)} answered {answer.status}, not {good}", seen
            )
        packing = answer.came.packing
        if wanted.contains and not is_known(packing):
            raise HttpFailed(
                "encoding",
                f"{shown(answer.url)} came packed as {_short(packing)!r}, which is not read here",
                seen,
            )
        content, whole = _content(answer, wanted.limit, seen)
        read = answer.response.num_bytes_downloaded
        if wanted.contains and wanted.contains not in _text(answer.response, content):
            where = "" if whole else f" in its first {len(content)} bytes"
            raise HttpFailed(
                "text",
                f"{shown(answer.url)} answered {answer.status} "
                f"without {_short(wanted.contains)!r}{where}",
                {**seen, "bytes": read},
            )
        return Checked(url, answer.url, code, latency, read, whole, answer.redirects, days)


def _content(answer: Answer, limit: int, seen: dict[str, Any]) -> tuple[bytes, bool]:
    """Return the content up to a limit, and whether that is all."""
    content = bytearray()
    with naming(answer.url):
        try:
            for chunk in unpacked(answer.response.iter_raw(), answer.came.packing):
                content += chunk
                if len(content) > limit:
                    return bytes(content[:limit]), False
        except HttpFailed as error:
            read = answer.response.num_bytes_downloaded
            if error.reason != "length":
                raise HttpFailed(error.reason, str(error), {**seen, "bytes": read}) from error
            of = "" if answer.came.length is None else f" of {answer.came.length}"
            raise HttpFailed(
                "length", f"it ended after {read}{of} bytes", {**seen, "bytes": read}
            ) from error
    return bytes(content), True


def _text(response: httpx.Response, content: bytes) -> str:
    try:
        return content.decode(response.encoding or "utf-8", "replace")
    except (LookupError, UnicodeError):  # an encoding that is known, but not one of text
        return content.decode("utf-8", "replace")


def _short(text: str) -> str:
    return text if len(text) <= TEXT else f"{text[:TEXT]}…"


def _certificate_days(response: httpx.Response) -> int | None:
    found = response.extensions["network_stream"].get_extra_info("ssl_object")
    if found is None:
        return None
    ends = ssl.cert_time_to_seconds(found.getpeercert()["notAfter"])
    return int((ends - time.time()) // DAY)
