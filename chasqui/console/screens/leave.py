"""What is to become of the work when the console is left, or the engine stopped."""

from __future__ import annotations

from textual import events

from chasqui.console.screens.dialog import ChoiceDialog
from chasqui.console.session import Session


class LeaveScreen(ChoiceDialog):
    """Stay, or leave in one of three ways."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            "Leave with work left?",
            (_work(session), "The engine ends with this console."),
            (
                ("s", "stay", "Stay"),
                ("d", "drain", "Drain and leave: run what waits, then end"),
                ("c", "cancel", "Cancel queued and leave: end what runs, cancel what waits"),
                ("a", "abort", "Abort: cancel all, wait for nothing"),
            ),
        )

    def on_key(self, event: events.Key) -> None:
        """Answer by key."""
        if self.key_answer(event.key):
            event.stop()


class ShutdownChoice(ChoiceDialog):
    """How to stop the engine."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            "Shut the engine down?",
            (_work(session),),
            (
                ("k", "keep", "Keep it running"),
                ("d", "drain", "Drain: run what waits, then stop"),
                ("c", "cancel", "Cancel queued: end what runs, cancel what waits"),
                ("a", "abort", "Abort: cancel all, wait for nothing"),
            ),
        )

    def on_key(self, event: events.Key) -> None:
        """Answer by key."""
        if self.key_answer(event.key):
            event.stop()


def _work(session: Session) -> str:
    snapshot = session.snapshot
    if snapshot is None or session.poller.error is not None:
        return "The engine does not answer, so it is not known what runs."
    counts = snapshot.counts
    waiting = counts.queued + counts.scheduled
    return f"{counts.running:,} running, {waiting:,} queued."
