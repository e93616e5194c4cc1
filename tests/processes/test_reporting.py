"""What a body in a child says while it runs reaches its host before the end of its task."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any, cast

import pytest

from chasqui.processes import reporting
from chasqui.processes.reporting import Reports
from tests.present import present
from tests.waiting import WAIT, until


class SlowFrames:
    """Takes its time to send the second message, as on a busy machine."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.sending, self.goes_on = threading.Event(), threading.Event()

    def send(self, message: bytes) -> None:
        """Note a message once it may be sent."""
        if len(self.sent) == 2:
            raise SystemExit
        if self.sent:
            self.sending.set()
            assert self.goes_on.wait(WAIT)
        self.sent.append(message)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # see its end
def test_a_task_is_over_only_once_its_last_report_has_been_sent(monkeypatch):
    monkeypatch.setattr(reporting, "OFTEN", 0.01)
    frames = SlowFrames()
    reports = Reports(cast(Any, frames))
    for done in (1, 2):
        reports.progress(done, 2, "")
    assert frames.sending.wait(WAIT)  # a thread of its own sends the second a little later
    over = threading.Thread(target=reports.over)
    over.start()

    over.join(0.1)
    assert over.is_alive()
    frames.goes_on.set()
    over.join(WAIT)
    assert 2 == len(frames.sent)

    def has_ended() -> bool:
        with suppress(SystemExit):
            reports.progress(2, 2, "")
        return not present(reports._flusher).is_alive()

    until(has_ended)  # in a child it ends with its process
