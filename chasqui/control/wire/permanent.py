"""The verbs that keep their form for ever: hello, status, drain, shutdown.

So a console of any version can look at a host of any version, and stop it. Keys may be added to
these records, never renamed or removed, and both sides ignore those that they do not know.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from chasqui.control.port import Capabilities
from chasqui.control.safe_text import SafeText
from chasqui.control.wire.messages import PROTOCOL

Role = Literal["observe", "operate"]
"""``observe`` looks, ``operate`` also changes."""


class Permanent(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of a verb that keeps its form for ever; an unknown one is ignored."""


class AnswerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of a verb; a client ignores what it does not know."""


class NoArgsEver(Permanent, frozen=True, kw_only=True):
    """No arguments, whatever a newer client sends."""


class HelloArgs(Permanent, frozen=True, kw_only=True):
    """The first request of a connection."""

    client: str = ""
    """What it is, for the list of clients: "console", "submit", the name of a program."""
    version: str = ""
    protocol: int = PROTOCOL
    role: Role = "observe"
    """What it would like to be; the answer says what it is."""
    term: str = ""


class Hello(AnswerRecord, frozen=True, kw_only=True):
    """Who the host is, and what it grants."""

    host: str
    """The name under which it is served."""
    version: str
    protocol: int
    engine: str
    pid: int
    started: float
    """When the host began to listen, in seconds since the epoch."""
    role: Role
    caps: Capabilities
    folder: str = ""
    python: str = ""
    path: str = ""
    plugins: tuple[tuple[str, str], ...] = ()
    """Each with its version."""
    log: str = ""
    """The file of its log; empty when there is none."""
    beside: bool = False
    """Whether a console has started it for itself, so that it ends when it is idle and alone."""


class StopArgs(Permanent, frozen=True, kw_only=True):
    """Stop the engine, and the host with it.

    ``drain`` takes ``mode`` as given only when it is ``drain``; ``shutdown`` takes any.
    """

    mode: Literal["drain", "cancel", "abort"] = "drain"
    timeout: float | None = None
    """Seconds; None: the engine's shutdown_timeout."""
    reason: str = ""


class StopAnswer(AnswerRecord, frozen=True, kw_only=True):
    """Whether the stop has begun; its progress is in the status."""

    accepted: bool
    reason: SafeText = SafeText("")
    """Why not."""
