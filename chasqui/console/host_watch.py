"""What a console notices about its host: that it is another one, what others change there, crashes.

All of it comes with the readings, so nothing more is asked of the host.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from chasqui.console.screens.commanding import CommandingScreen
from chasqui.console.screens.dialog import dialogs_of
from chasqui.control.journal_status import crash_sentence
from chasqui.control.port import ChangeView, LastEndStatus, Snapshot

ENDS: Final = 3
"""How often an end is told: a console that begins just then has more to say on the same line."""


class HostWatch:
    """Compares each reading with the one before."""

    def __init__(self, screen: CommandingScreen) -> None:
        self._screen = screen
        self._session = screen.session
        self._pid = self._session.caps.pid
        self.at_another: Callable[[], None] = lambda: None
        """Has the screen forget what it knows by numbers of tasks."""
        self._known: int | None = None
        """The number of the last change; None: of this host no reading was seen."""
        self._feeder: int | None = None
        """The process whose submission was told last: not each of many is."""
        self._crash: int | None = None
        """The number of the killed engine that was told of last."""
        self._ends = 0
        """How often the end of the program around the engine was told."""

    def look(self, snapshot: Snapshot) -> None:
        """Take a reading: read the types of another host, and tell of changes and crashes."""
        pid = self._session.caps.pid
        if pid != self._pid:
            self._pid, self._known = pid, None
            self._forget_numbers()
            self._screen.say(f"the host was started again: its process is {pid}", "warn")
        if self._session.types_of != pid:
            work = self._session.read_types()
            self._screen.run_worker(work, group="types", exit_on_error=False)
        self._look_for_crash(snapshot.journal.last_end)
        change = snapshot.change
        number = 0 if change is None else change.number
        if change is not None and self._known is not None and number > self._known:
            self._tell(change)
        self._known = number
        self._look_for_end()

    def _forget_numbers(self) -> None:
        """Forget all that is known by the number of a task: another host counts from 1 again."""
        self._session.named = None
        self.at_another()
        for dialog in dialogs_of(self._screen.app):
            dialog.forget_numbers()

    def _look_for_end(self) -> None:
        program = self._session.program
        if program is not None and self._ends < ENDS and program.ended():
            self._ends += 1
            key = self._session.keys.key("app.leave")
            self._screen.say(f"{program.ended()}; {key} leaves", "ok")

    def _look_for_crash(self, end: LastEndStatus | None) -> None:
        """Tell once that the engine before this one was killed, and what became of its tasks."""
        if end is None or end.is_clean or end.epoch == self._crash:
            return
        self._crash = end.epoch
        self._screen.say(crash_sentence(end), "warn")

    def _tell(self, change: ChangeView) -> None:
        feeder = change.pid if change.what.startswith("submit ") else None
        if change.pid == os.getpid() or (feeder is not None and feeder == self._feeder):
            return
        self._feeder = feeder
        who = f"uid {change.uid}, pid {change.pid} ({change.client or 'a client'})"
        outcome = f": {change.outcome}" if change.outcome else ""
        self._screen.say(f"{change.what} by {who}{outcome}", "warn")
