"""Fetching what is missing of a part, whatever the server makes of it.

The rest is asked for with Range and If-Range. `chasqui_http.believing` says what to do with the
head of an answer, and its body is held to that. What a broken connection has brought is kept;
what an answer has brought that contradicts itself is taken back, and where that was the rest, all
of it is asked for.
"""

from __future__ import annotations

from typing import Final

from chasqui import Context, Secret
from chasqui_http.believing import Again, Asked, Complete, Refused, Rest, Whole, judge
from chasqui_http.client import Session
from chasqui_http.errors import HttpFailed
from chasqui_http.fetch import Answer, fetch, naming
from chasqui_http.part import Part
from chasqui_http.wire import Watch

ALL: Final = Asked()


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
        asked = self._asked()
        if not asked.start or not self._fetch(asked):
            self._fetch(ALL)

    def _asked(self) -> Asked:
        """Return what to ask for; all of it if what is there is not known to be of this URL."""
        record, part = self._part.record, self._part
        if record.url != self._url or not part.onward:
            return ALL
        return Asked(part.onward, part.size, record.place, record.validator, record.total)

    def _fetch(self, asked: Asked) -> bool:
        """Fetch what was asked for; False if the answer does not fit it."""
        headers: dict[str, str] = {}
        if asked.start and asked.validator:
            headers = {"Range": f"bytes={asked.start}-", "If-Range": asked.validator}
        self._watch.renew()
        with (
            fetch(
                self._session, self._watch, self._url, headers=headers, token=self._token
            ) as answer,
            naming(answer.url),
        ):
            self.final_url = answer.url
            match judge(asked, answer.came):
                case Rest(start, end, total):
                    self._refuse_more_than_allowed(total)
                    self._part.cut(start)
                    try:
                        self._receive(answer, start, end, total)
                    except HttpFailed as error:
                        if error.reason != "protocol":
                            raise
                        self._ctx.log.info("all of it is fetched again: %s", error)
                        return False
                case Whole(total, validator):
                    self._refuse_more_than_allowed(total or 0)
                    self._part.begin(self._url, answer.came.place, validator, total)
                    self._receive(answer, 0, total, total)
                case Complete():
                    self._refuse_more_than_allowed(asked.have)
                case Again(why):
                    self._ctx.log.info("all of it is fetched again: %s", why)
                    return False
                case Refused(reason, why):
                    raise HttpFailed(reason, why)
        return True

    def _receive(self, answer: Answer, start: int, end: int | None, total: int | None) -> None:
        """Append the body, which goes from ``start`` up to ``end`` of ``total`` bytes."""
        try:
            self._append(answer, start, end, total)
        except HttpFailed as error:
            if error.reason == "protocol":
                self._part.cut(start)  # an answer that is wrong anywhere is believed nowhere
            if error.reason == "length":
                raise self._too_short(total) from error
            raise
        if total is not None and self._part.size < total:  # it was a piece of the rest
            raise self._too_short(total)

    def _append(self, answer: Answer, start: int, end: int | None, total: int | None) -> None:
        done = start
        self._ctx.progress(done, total, "bytes")
        for chunk in answer.response.iter_raw():
            self._ctx.raise_if_cancelled()
            done += len(chunk)
            self._refuse_more_than_allowed(done)
            if end is not None and done > end:
                raise HttpFailed("protocol", f"more came than the {end - start} bytes announced")
            self._part.append(chunk)
            self.fetched += len(chunk)
            self._watch.renew()
            self._ctx.progress(done, total, "bytes")
        if answer.is_beyond:
            raise HttpFailed("protocol", f"more came than the {done - start} bytes announced")
        if end is not None and done < end:  # although it ended as it should
            raise HttpFailed("protocol", f"{done - start} bytes came, not {end - start}")

    def _refuse_more_than_allowed(self, size: int) -> None:
        if size > self._limit:
            raise HttpFailed(
                "size", f"it has at least {size} bytes; max_bytes={self._limit} forbids that"
            )

    def _too_short(self, total: int | None) -> HttpFailed:
        done = self._part.size
        of = "" if total is None else f" of {total}"
        then = ""
        if self._part.onward:
            then = "; the next download to this target asks for the rest"
        elif done:
            then = (
                "; nothing of it is kept and the next download starts over, "
                "because the server gives nothing to ask for the rest by (no strong ETag, no date)"
            )
        return HttpFailed(
            "length", f"it ended after {done}{of} bytes{then}", {"bytes": done, "total": total}
        )
