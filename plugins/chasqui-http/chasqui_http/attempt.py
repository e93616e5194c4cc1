"""Fetching what is missing of a part, whatever the server makes of it.

The rest is asked for with Range and If-Range. Whatever comes is believed only if it fits: the right
beginning, the same length of the whole, the same validator. Else all of it is fetched anew.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from chasqui import Context, Secret
from chasqui_http.client import Session
from chasqui_http.errors import HttpFailed
from chasqui_http.fetch import Answer, fetch, naming
from chasqui_http.part import Part
from chasqui_http.wire import Watch

SECOND: Final = 1  # a date is a sure validator only if the file was older than it when it was sent


class Attempt:
    """One download into an open part."""

    def __init__(
        self,
        ctx: Context,
        session: Session,
        part: Part,
        url: str,
        token: Secret[str] | None,
        timeout: float,
        limit: int,
    ) -> None:
        self._ctx = ctx
        self._session = session
        self._part = part
        self._url = url
        self._token = token
        self._limit = limit
        self._watch = Watch(ctx, timeout)
        self.final_url = ""
        self.fetched = 0

    def fetch(self) -> None:
        """Make the part whole, or raise HttpFailed."""
        start = self._start()
        if not start or not self._fetch_from(start):
            self._fetch_from(0)

    def _start(self) -> int:
        """Return where to go on, 0 if what is there is not known to belong to this URL."""
        record = self._part.record
        if record.url != self._url or record.validator is None:
            return 0
        if record.total is None:
            return self._part.size
        # At least the last byte is asked for: only an answer says that the rest is still right.
        return max(0, min(self._part.size, record.total - 1))

    def _fetch_from(self, start: int) -> bool:
        """Fetch the rest, or all of it if the server sends that; False if it can send no rest."""
        headers: dict[str, str] = {}
        if start and (validator := self._part.record.validator):
            headers = {"Range": f"bytes={start}-", "If-Range": validator}
        self._watch.renew()
        with (
            fetch(
                self._session, self._watch, self._url, headers=headers, token=self._token
            ) as answer,
            naming(answer.url),
        ):
            code = answer.response.status_code
            if start and (code == 416 or (code == 206 and not self._continues(answer, start))):
                return False
            if code not in ((200, 206) if start else (200,)):
                raise HttpFailed("status", f"it answered {answer.status}, not the file")
            packed = answer.response.headers.get("Content-Encoding", "identity")
            if packed != "identity":
                raise HttpFailed("encoding", f"it came packed as {packed!r}, not as the file is")
            self._receive(answer, start if code == 206 else 0)
        return True

    def _continues(self, answer: Answer, start: int) -> bool:
        """Tell whether an answer is the rest of what is there, whatever the server was asked."""
        record = self._part.record
        said = _range(answer.response)
        if said is None or said[0] != start or _differs(record.total, said[1]):
            return False
        return not _differs(record.validator, _validator(answer.response))

    def _receive(self, answer: Answer, start: int) -> None:
        said = _range(answer.response)
        total = said[1] if start and said else answer.length
        if total is not None:
            self._refuse_more_than_allowed(total)
        if start:
            self._part.cut(start)
        else:
            self._part.begin(self._url, _validator(answer.response), total)
        self.final_url = answer.url
        done = start
        self._ctx.progress(done, total, "bytes")
        try:
            for chunk in answer.response.iter_raw():
                self._ctx.raise_if_cancelled()
                done += len(chunk)
                self._refuse_more_than_allowed(done)
                if total is not None and done > total:
                    raise HttpFailed("protocol", f"more came than the {total} bytes it should have")
                self._part.append(chunk)
                self.fetched += len(chunk)
                self._watch.renew()
                self._ctx.progress(done, total, "bytes")
        except HttpFailed as error:
            if error.reason != "length":
                raise
            raise _too_short(done, total) from error
        if total is not None and done < total:
            raise _too_short(done, total)

    def _refuse_more_than_allowed(self, size: int) -> None:
        if size > self._limit:
            raise HttpFailed(
                "size", f"it has at least {size} bytes; max_bytes={self._limit} forbids that"
            )


def _too_short(done: int, total: int | None) -> HttpFailed:
    of = "" if total is None else f" of {total}"
    return HttpFailed(
        "length",
        f"it ended after {done}{of} bytes; a download to the same target goes on from there",
        {"bytes": done, "total": total},
    )


def _range(response: httpx.Response) -> tuple[int, int | None] | None:
    """Return where the content of a 206 begins and how many bytes the whole has, if known."""
    said = response.headers.get("Content-Range", "")
    found = re.fullmatch(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)", said)
    if found is None:
        return None
    return int(found[1]), None if found[2] == "*" else int(found[2])


def _validator(response: httpx.Response) -> str | None:
    """Return what identifies the exact bytes of an answer, if anything does."""
    tag: str | None = response.headers.get("ETag")
    if tag is not None and tag.startswith('"'):  # others are weak: good enough for caches only
        return tag
    changed: str | None = response.headers.get("Last-Modified")
    try:
        if changed is not None:
            sent = parsedate_to_datetime(response.headers["Date"])
            if (sent - parsedate_to_datetime(changed)).total_seconds() >= SECOND:
                return changed
    except (KeyError, ValueError, TypeError):
        pass  # dates that cannot be compared say nothing
    return None


def _differs(ours: object, theirs: object) -> bool:
    return ours is not None and theirs is not None and ours != theirs
