"""Answers of a host that another user runs: its texts are made harmless before anyone sees them.

A host makes texts safe for a terminal itself, and a client of the same user believes it. Root may
attach to the host of any user, and a group to the socket that a user has opened to it. What such a
host says could be written to take over the terminal of the user who looks.
"""

from __future__ import annotations

from typing import Any

import msgspec

from chasqui.control.safe_text import safe_block, safe_line
from chasqui.control.wire.messages import Reply


def harmless(reply: Reply) -> Reply:
    """Return a reply with all texts made safe to show; its form stays as it is.

    Raises:
        msgspec.DecodeError: its answer is not JSON.
    """
    ok, error = reply.ok, reply.error
    if ok:
        ok = msgspec.Raw(msgspec.json.encode(_harmless(msgspec.json.decode(ok))))
    if error is not None:
        error = msgspec.convert(_harmless(msgspec.to_builtins(error)), type(error))
    return msgspec.structs.replace(reply, ok=ok, error=error)


def _harmless(value: Any) -> Any:
    if isinstance(value, str):
        return safe_block(value) if "\n" in value else safe_line(value)
    if isinstance(value, dict):
        return {safe_line(key): _harmless(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_harmless(item) for item in value]
    return value
