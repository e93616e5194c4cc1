"""A file of rows on its way into a real host: what gets in, what waits, what is in doubt."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import contextmanager

import pytest

from chasqui import Engine, task
from chasqui.console import batching
from chasqui.console.batching import FileSubmission
from chasqui.console.model import batch as said
from chasqui.console.model.format import UNICODE
from chasqui.console.session import Session
from chasqui.control.client.client import Client
from chasqui.control.client.remote import RemotePort
from chasqui.control.host.host import Host
from chasqui.control.intake.files import RowFile


@task
def double(number: int) -> int:
    """Return twice the number."""
    return number * 2


@pytest.fixture
def host(monkeypatch):
    """Return a host whose engine is paused, with room for 2,000 tasks."""
    monkeypatch.setattr(batching, "ROOM_SECONDS", 0.001)
    with tempfile.TemporaryDirectory(prefix="cq") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        with Engine(2, 2000) as engine:
            engine.register(double)
            engine.pause()
            host = Host(engine)
            yield host
            host.close()
            engine.shutdown(0, drain=False)


@contextmanager
def opened(host, tmp_path, count, changed=lambda: None):
    """Give a file with some rows, one of a thousand bad, to a console of the host."""
    path = tmp_path / "rows"
    path.write_text("".join(f"{'x' if at % 1000 == 500 else at}\n" for at in range(count)))
    with Client.connect(host.path, client="test") as client:
        session = Session(RemotePort(client), UNICODE)
        (info,) = [one for one in session.port.types() if one.name == "app.double"]
        file = RowFile(str(path), info)
        yield FileSubmission(session, file, file.guess, changed)
        file.close()


def test_the_good_rows_of_a_file_get_into_a_host_as_there_is_room(host, tmp_path):
    waited: list[str] = []

    def changed():
        if submission.waits:
            waited.append(submission.waits)
            host.engine.resume()

    async def through():
        await submission.check()
        assert (5000, 5, "ready") == (submission.rows, submission.bad, submission.state)
        assert 0 == host.engine.metrics().accepted
        await submission.submit()

    with opened(host, tmp_path, 5000, changed) as submission:
        asyncio.run(through())
    assert (4995, 5, "") == (submission.submitted, submission.refused, submission.problem)
    assert 4995 == host.engine.metrics().accepted
    assert "the backlog of pool default is full" == waited[0]
    assert "submitted 4,995 rows as tasks 1 to 4995, refused 5 rows" == said.outcome(submission)


def test_a_host_that_is_gone_leaves_no_doubt_about_what_was_not_sent(host, tmp_path):
    async def through():
        await submission.check()
        host.close()
        await submission.submit()

    with opened(host, tmp_path, 1500) as submission:
        asyncio.run(through())
    assert "submitted none; then the host has gone" in said.outcome(submission)
    assert (0, None) == (submission.submitted, submission.doubt)
