"""The task type that checks that a URL answers as it should."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from chasqui import Between, Context, Help, TaskType, task
from chasqui_http.errors import CheckFailed, HttpFailed, failing_as
from chasqui_http.parameters import Token, Url
from chasqui_http.sessions import Sessions

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Checked:
    """What a URL answered."""

    url: str
    final_url: str
    """Where the redirects led."""
    status: int
    latency: float
    """Seconds from the start to the head of the last answer, redirects included."""
    bytes: int
    """How many bytes of content came over the network."""
    whole: bool
    """Whether that was all of it; reading ends at ``max_bytes``."""
    redirects: int
    certificate_days: int | None
    """Whole days until the certificate ends; None for http."""


def make_check(sessions: Sessions) -> TaskType:
    """Make the task type over a plugin's sessions."""

    @task
    def check(
        ctx: Context,
        url: Url,
        status: Annotated[
            int | None, Between(100, 599), Help("the status wanted; empty: any 2xx or 3xx")
        ] = None,
        contains: Annotated[str | None, Help("a text that the content must have")] = None,
        method: Literal["GET", "HEAD"] = "GET",
        follow: Annotated[bool, Help("follow redirects")] = True,
        timeout: Annotated[float, Between(0.01, 3600), Help("seconds, for all of it")] = 10.0,
        max_bytes: Annotated[int, Between(0, 64 * MIB), Help("how much content to read")] = MIB,
        token: Token = None,
    ) -> Checked:
        """Ask for a URL, and fail unless it answers as it should."""
        with failing_as(CheckFailed):
            if contains and method == "HEAD":
                raise HttpFailed("text", "an answer to HEAD has no content; use GET with contains")
            from chasqui_http.judging import Wanted, ask

            return ask(
                ctx,
                sessions.here(),
                url,
                Wanted(status, contains, max_bytes),
                timeout=timeout,
                method=method,
                follow=follow,
                token=token,
            )

    return check
