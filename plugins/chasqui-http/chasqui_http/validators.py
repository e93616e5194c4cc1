"""Validators: what tells whether a server still has the same bytes.

A rest is asked for by a strong ETag, or by the date of the last change where the answer had no ETag
at all and the file was already older than a second. A weak ETag promises the same meaning, not the
same bytes, so it is never used. Whatever is not written exactly as the standard says is no
validator: it is sent back in a header, and kept in a file that may be damaged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

TAG: Final = re.compile(r'"[!#-~]{1,1000}"')
DATE: Final = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT",
    re.ASCII,
)
MONTHS: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"
# A file may change twice within the second that its date names.
SURE: Final = timedelta(seconds=1)


def is_validator(text: str) -> bool:
    """Tell whether a text may be asked for in If-Range."""
    return bool(TAG.fullmatch(text)) or _moment(text) is not None


def strong(tags: Sequence[str], changed: Sequence[str], sent: Sequence[str]) -> str | None:
    """Return the validator of an answer with these ETag, Last-Modified and Date headers, if any."""
    if tags:
        return tags[0] if len(tags) == 1 and TAG.fullmatch(tags[0]) else None
    if len(changed) != 1 or len(sent) != 1:
        return None
    then, now = _moment(changed[0]), _moment(sent[0])
    return changed[0] if then is not None and now is not None and now - then >= SURE else None


def _moment(text: str) -> datetime | None:
    found = DATE.fullmatch(text)
    if found is None:
        return None
    day, year, hour, minute, second = (int(found[group]) for group in (1, 3, 4, 5, 6))
    try:
        month = MONTHS.index(found[2]) // 3 + 1
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
