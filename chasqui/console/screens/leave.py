"""The questions about remaining work, when the console is left or the engine stopped."""

from __future__ import annotations

from textual import events

from chasqui.console.model.ledger import KEEPS, waiting
from chasqui.console.screens.dialog import ChoiceDialog
from chasqui.console.session import Session
from chasqui.durations import duration


class LeaveScreen(ChoiceDialog):
    """Stay, or leave in one of several ways."""

    def __init__(self, session: Session) -> None:
        ends = "The engine ends with this console."
        beside = [("l", "leave", "Leave it running: chasqui-tui comes back to it")]
        if session.caps.beside:
            ends = "The host was started with this console; it can go on without."
        super().__init__(
            "Leave with work left?",
            (*_work(session), ends),
            (
                ("s", "stay", "Stay"),
                ("d", "drain", f"Drain and leave: run waiting tasks{_limit(session)}, then end"),
                *(beside if session.caps.beside else ()),
                ("c", "cancel", f"Cancel queued and leave: finish running tasks{_limit(session)}"),
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
            _work(session),
            (
                ("k", "keep", "Keep it running"),
                ("d", "drain", f"Drain: run waiting tasks{_limit(session)}, then stop"),
                ("c", "cancel", f"Cancel queued: finish running tasks{_limit(session)}, then stop"),
                ("a", "abort", "Abort: cancel all, wait for nothing"),
            ),
        )

    def on_key(self, event: events.Key) -> None:
        """Answer by key."""
        if self.key_answer(event.key):
            event.stop()


class StopScreen(ChoiceDialog):
    """Whether the run around the engine is to stop."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            "Stop the run?",
            (*_work(session), "A run that is stopped reads no more lines, and names what it left."),
            (
                ("g", "go", "Go on"),
                ("s", "stop", f"Stop: let running tasks end{_limit(session)}, start no others"),
            ),
        )

    def on_key(self, event: events.Key) -> None:
        """Answer by key."""
        if self.key_answer(event.key):
            event.stop()


def _work(session: Session) -> tuple[str, ...]:
    """Say how much work is left, and how much of it a drain would not run by itself."""
    snapshot = session.snapshot
    if snapshot is None or session.poller.error is not None:
        return ("The engine does not answer, so it is not known what runs.",)
    counts, lines = snapshot.counts, []
    on_disk = f", {snapshot.journal.waiting:,} more on disk" if snapshot.journal.waiting else ""
    lines.append(f"{counts.running:,} running, {waiting(counts)}{on_disk}.")
    if snapshot.state == "paused":
        lines.append("The engine is paused: a drain starts it again.")
    if snapshot.held:
        lines.append(f"{snapshot.held:,} of them held by a paused type or an open breaker:")
        lines.append("a drain leaves what is still held at the end.")
    if snapshot.journal.mode in KEEPS:
        lines.append("What a drain leaves stays in the journal, for the next start;")
        lines.append("what is cancelled does not.")
    return tuple(lines)


def _limit(session: Session) -> str:
    """Say how long the engine's shutdown may take; without a limit there is nothing to say."""
    timeout = session.caps.shutdown_timeout
    return "" if timeout is None else f" within {duration(timeout)}"
