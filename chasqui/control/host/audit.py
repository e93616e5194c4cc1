"""The audit: who asked this host to change what, and what came of it.

Kept are the last entries; each is also a line of the host's log. Values of parameters are left out,
since they may be secrets.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import Final

import msgspec

from chasqui.control.commands import Command
from chasqui.control.host.connection import Connection
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.wire.looking import AuditAnswer, AuditEntry
from chasqui.pool.clock import Clock

ENTRIES: Final = 1000
TEXT: Final = 200  # characters of each text
log = logging.getLogger("chasqui.control.audit")


class Audit:
    """A bounded list of changes. Any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: deque[AuditEntry] = deque(maxlen=ENTRIES)
        self._count = 0

    def note(self, by: Connection, verb: str, what: str, outcome: str, reason: str = "") -> None:
        """Add an entry."""
        with self._lock:
            self._count += 1
            entry = AuditEntry(
                number=self._count,
                at=self._clock.time(),
                uid=by.peer.uid,
                pid=by.peer.pid,
                client=safe_line(by.client, TEXT),
                verb=verb,
                what=safe_line(what, TEXT),
                outcome=safe_line(outcome, TEXT),
                reason=safe_line(reason, TEXT),
            )
            self._entries.append(entry)
        why = f" ({entry.reason})" if entry.reason else ""
        log.info(
            "uid %d, pid %d, %s: %s %s: %s%s",
            entry.uid,
            entry.pid,
            entry.client or "a client",
            verb,
            entry.what,
            entry.outcome,
            why,
        )

    def after(self, cursor: int) -> AuditAnswer:
        """Return the entries after a cursor."""
        with self._lock:
            found = tuple(entry for entry in self._entries if entry.number > cursor)
            first = self._entries[0].number if self._entries else self._count + 1
            missed = max(0, first - 1 - max(0, cursor))
            return AuditAnswer(entries=found, cursor=self._count, missed=missed)


def described(command: Command) -> SafeText:
    """Say what a command is about, in a line."""
    fields = msgspec.structs.asdict(command)
    said = [f"{name}={value}" for name, value in fields.items() if value not in (None, (), "")]
    return safe_line(" ".join([type(command).__name__, *said]), TEXT)
