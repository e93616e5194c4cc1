"""What `status --plain` prints has the same numbers as the console, of the same reading."""

from __future__ import annotations

import pytest

from chasqui import Engine, task
from chasqui.commands.status_text import keys_and_values
from chasqui.control.fake import FakePort
from chasqui.control.host.status import QUERY, status_of
from chasqui.control.local import LocalPort
from chasqui.pool.states import STATES
from tests.present import present

WAIT = 10.0


@task
def works(number: int = 0) -> int:
    """End well, except for the first."""
    return 10 // number


@pytest.mark.slow
def test_the_lines_of_status_have_the_numbers_that_the_console_shows(drive):
    with Engine(workers=2, queue_size=100) as engine:
        engine.register(works)
        for number in range(7):
            engine.submit(works, {"number": number}).wait(WAIT)
        engine.pause()
        for _ in range(5):
            engine.submit(works, {"number": 1})
        snapshot = LocalPort(engine).snapshot(QUERY)
        lines = keys_and_values(status_of(engine, snapshot, 0))
        engine.resume()
    said = dict(line.partition(" ")[::2] for line in lines)
    console_says = []

    async def steps(console):
        await console.press("5")
        console_says.append(" ".join(console.text.split()))

    drive(FakePort(snapshot, type_rows=present(snapshot.type_page).rows), steps, (160, 48))

    (text,) = console_says
    counts = {state: int(said[f"counts.{state}"]) for state in STATES}
    assert (12, 5, 6, 1) == (
        int(said["counts.accepted"]),
        *(counts[s] for s in ("queued", "completed", "failed")),
    )
    for state, count in counts.items():
        assert f"{state} {count:,}" in text
    assert f"accepted {said['counts.accepted']} = accounted" in text
    assert f"backlog {counts['queued']}" in text
    assert f"{said['pools.default.busy']}/{said['pools.default.workers']} busy" in text
    assert said["state"].upper() in text
    assert "1" == said["open_kinds"]
    assert "1 kind failing" in text
