"""The named options of submissions, as type checkers and editors see them.

They are passed on unchanged, so a submission without options does not pay for them. An option that
does not exist is refused in a single place: `chasqui.engine.submission.entries.check_words`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from chasqui.engine.policy.retry import Retry


class PolicyKeywords(TypedDict, total=False):
    """The policy of a submission; it overrides that of the type and of the config."""

    priority: int | None
    time_limit: float | None
    retry: Retry | None
    expires: float | None
    pool: str | None


class BatchKeywords(PolicyKeywords, total=False):
    """The options of a submission of many."""

    timeout: float | None
    durable: bool


class TryKeywords(PolicyKeywords, total=False):
    """The options of a submission that does not wait."""

    delay: float | None
    at: datetime | None
    key: str | None
    debounce: float | None
    cooldown: float | None
    durable: bool


class SubmitKeywords(TryKeywords, total=False):
    """The options of a single submission."""

    timeout: float | None
