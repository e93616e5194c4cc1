"""A request that asks for what an older host of the same protocol does not have yet.

Such a host refuses a field that it does not know, since what it asks for would not be done. Its own
words are about that field in a record; a person has to hear which side to mend.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.wire.messages import ErrorRecord
from chasqui.version import VERSION

_FIELD: Final = re.compile(r"(\w{1,40}): Object contains unknown field `(\w{1,60})`")


def plainer(error: ErrorRecord, version: str) -> ErrorRecord:
    """Return the refusal of an unknown field in words; any other refusal as it is.

    Args:
        version: that of the host.
    """
    found = _FIELD.match(error.message) if error.kind == "usage" else None
    if found is None:
        return error
    verb, field = found.groups()
    message = f"the host has chasqui {version}, whose {verb} has no {field.replace('_', ' ')} yet"
    return msgspec.structs.replace(
        error,
        kind="version",
        message=safe_line(message),
        next=SafeText(f"leave it out, or restart the host with chasqui {VERSION}"),
    )
