"""The audit: who asked this host to change what, and what came of it.

Kept are the last entries; each is also a line of the host's log. Values of parameters are left out,
and so is what a filter says, since they may be secrets. What a client submits within some seconds
is one entry, whose count grows: a feeder would fill the list with its requests otherwise.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import Final

import msgspec

from chasqui import loggers
from chasqui.control.commands import Chosen, Command, SubmitTask
from chasqui.control.host.connection import Connection
from chasqui.control.records import ChangeView
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.wire.looking import AuditAnswer, AuditEntry
from chasqui.pool.clock import Clock

ENTRIES: Final = 1000
TEXT: Final = 200  # characters of each text
SHOWN: Final = 5  # numbers of tasks or failures that are named
FEED_SECONDS: Final = 10.0
"""For which what a client submits is counted in one entry."""
COUNTED: Final = "those counted before"
HIDDEN: Final = "…"
FILTERED: Final = "those of a filter"
log = loggers.named("chasqui.control.audit")


class Audit:
    """A bounded list of changes. Any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: deque[AuditEntry] = deque(maxlen=ENTRIES)
        self._count = 0
        self._feeds: dict[int, _Feed] = {}  # the open entry of each client that submits

    def note(self, by: Connection, verb: str, what: str, outcome: str, reason: str = "") -> None:
        """Add an entry."""
        with self._lock:
            entry = self._add(by, verb, what, outcome, reason)
        _write(entry)

    def submitted(self, by: Connection, types: str, count: int, accepted: int, reason: str) -> None:
        """Add an entry for tasks that were submitted, or count them in the client's last one."""
        with self._lock:
            feed = self._feeds.get(id(by))
            now = self._clock.time()
            if feed is not None and feed.takes(types, reason, now, self._entries[0].number):
                feed.add(count, accepted)
                at = feed.number - self._entries[0].number
                self._entries[at] = msgspec.structs.replace(
                    self._entries[at], what=feed.what, outcome=feed.outcome
                )
                return
            feed = _Feed(self._count + 1, types, reason, now, count, accepted)
            entry = self._add(by, "submit", feed.what, feed.outcome, reason)
            self._feeds[id(by)] = feed
        _write(entry)

    def forget(self, by: Connection) -> None:
        """Take note that a client has left."""
        with self._lock:
            self._feeds.pop(id(by), None)

    @property
    def change(self) -> ChangeView | None:
        """The last entry, for consoles."""
        with self._lock:
            if not self._entries:
                return None
            last = self._entries[-1]
        return ChangeView(
            number=last.number,
            at=last.at,
            uid=last.uid,
            pid=last.pid,
            client=last.client,
            what=last.what if last.verb == "apply" else safe_line(f"{last.verb} {last.what}", TEXT),
            outcome=last.outcome,
        )

    def _add(self, by: Connection, verb: str, what: str, outcome: str, reason: str) -> AuditEntry:
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
        return entry

    def after(self, cursor: int) -> AuditAnswer:
        """Return the entries after a cursor."""
        with self._lock:
            found = tuple(entry for entry in self._entries if entry.number > cursor)
            first = self._entries[0].number if self._entries else self._count + 1
            missed = max(0, first - 1 - max(0, cursor))
            return AuditAnswer(entries=found, cursor=self._count, missed=missed)


class _Feed:
    """The entry of what a client submits, while it grows."""

    def __init__(
        self, number: int, types: str, reason: str, began: float, count: int, accepted: int
    ) -> None:
        self.number = number
        self._of = (types, reason)
        self._began = began
        self._count = count
        self._accepted = accepted

    def takes(self, types: str, reason: str, now: float, oldest: int) -> bool:
        """Tell whether what is submitted now belongs to it, and it is still kept."""
        is_new = 0.0 <= now - self._began < FEED_SECONDS
        return is_new and (types, reason) == self._of and self.number >= oldest

    def add(self, count: int, accepted: int) -> None:
        """Count more tasks."""
        self._count += count
        self._accepted += accepted

    @property
    def what(self) -> SafeText:
        """What it is about."""
        return safe_line(f"{self._count:,} of {self._of[0]}", TEXT)

    @property
    def outcome(self) -> SafeText:
        """What came of it."""
        return SafeText(f"{self._accepted:,} accepted")


def _write(entry: AuditEntry) -> None:
    why = f" ({entry.reason})" if entry.reason else ""
    log.info(
        "uid %d, pid %d, %s: %s %s: %s%s",
        entry.uid,
        entry.pid,
        entry.client or "a client",
        entry.verb,
        entry.what,
        entry.outcome,
        why,
    )


def described(command: Command, *, done: bool = False) -> SafeText:
    """Say what a command is about, in a line, without what a filter says.

    The value of a strike is left out unless that is done: it may be a secret, which is refused.
    """
    said = [type(command).__name__]
    for name in command.__struct_fields__:
        value = getattr(command, name)
        if isinstance(value, Chosen):
            said += _parts(value)
        elif name == "tasks":
            said.append(tasks_of(value))
        elif name == "numbers":
            said += _numbers(value)
        elif name == "token":
            said += [COUNTED] if value else []
        elif name == "texts":
            said += [f"with another {', '.join(each for each, _ in value)}"] if value else []
        elif name == "value" and not done:
            said.append(f"value={HIDDEN}")
        elif value is not False and value not in (None, "", (), msgspec.UNSET):
            said.append(f"{name}={value}")
    return safe_line(" ".join(said), TEXT)


def tasks_of(tasks: Sequence[SubmitTask]) -> SafeText:
    """Say how many tasks, and of which types: some of them if there are many."""
    return safe_line(f"{len(tasks):,} of {types_of(tasks)}", TEXT)


def types_of(tasks: Sequence[SubmitTask]) -> SafeText:
    """Name the types of tasks, some of them if there are many."""
    names = list(dict.fromkeys(task.type for task in tasks))
    more = f" and {len(names) - 3} more types" if len(names) > 3 else ""
    return safe_line(f"{', '.join(names[:3])}{more}", TEXT)


def _parts(chosen: Chosen) -> list[str]:
    said = [] if chosen.numbers is None else _numbers(chosen.numbers)
    said += [COUNTED] if chosen.token else []
    said += [f"group={chosen.group}"] if chosen.group else []
    said += [FILTERED] if chosen.filter else []
    return [*said, "not retried yet"] if chosen.open_only else said


def _numbers(numbers: tuple[int, ...]) -> list[str]:
    more = f" and {len(numbers) - SHOWN:,} more" if len(numbers) > SHOWN else ""
    return [", ".join(map(str, numbers[:SHOWN])) + more] if numbers else []
