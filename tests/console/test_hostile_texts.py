"""Whatever text a port carries is on some screen, and breaks none.

Both tests go each way of `ways`, over a port whose every text field was filled by a walk through
the records. The console makes texts harmless where it draws them, so they are hostile here as they
come, although ports have made them harmless already.
"""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from chasqui.console.screens.main import MainScreen
from chasqui.control.safe_text import safe_line
from chasqui.control.sendable import is_text
from tests.console.ways import WAYS, back, go, screens
from tests.console.whole import Whole
from tests.hostile.filling import fields_of
from tests.hostile.texts import PARTS, RAW, hostile_texts

NOT_SHOWN = {
    "Capabilities.engine_name": "a snapshot has the name, which is shown",
    "Capabilities.log": "it must be the path of a file here; the title of its screen shows it",
    "CommandOutcome.lines": "JSON that an export writes to a file",
    "CommandOutcome.token": "names a set in a later command",
    "EventView.type": "the text of an event names its type; a filter uses it",
    "FailureRow.group": "tells kinds of failure apart",
    "GroupRow.id": "tells kinds of failure apart",
    "JournalStatus.mode": "one of a few words",
    "JournalStatus.path": "for `status --json`",
    "JournalStatus.reason": "a finding says it",
    "JournalStatus.state": "one of a few words",
    "MarkedView.gone_groups": "tells kinds of failure apart",
    "MarkedView.token": "names a set in a later command",
    "ParkedStatus.reason": "a lane says it",
    "ParkedStatus.type": "a lane says it",
    "StackView.type": "the row of the worker, or its page, says it",
    "StackView.worker": "is that of the row it was asked for",
    "WorkerPlace.worker": "is that of the row it was asked for",
}
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FRAME = set("╭─╮│╰╯┏━┓┃┗┛")
SIZES = [(80, 24), (110, 40), (200, 60)]


def test_there_is_a_way_to_each_screen():
    assert set() == screens() - {way.screen for way in WAYS}


@pytest.mark.slow
def test_each_text_of_the_port_is_on_a_screen_and_harmless_there(drive, tmp_path):
    fields = fields_of() - NOT_SHOWN.keys()
    marks = {
        field: f"Q{DIGITS[at // 36]}{DIGITS[at % 36]}Z"
        for at, field in enumerate(sorted(fields_of()))
    }
    given = hostile_texts(0)
    whole = whole_of(tmp_path, lambda field: marks[field] + next(given)[:2])
    unseen = set(fields)

    async def steps(console):
        for way in WAYS:
            text = console.text
            unseen.difference_update([one for one in unseen if marks[one] in text])
            if not unseen:
                break
            await go(console, whole, way)
            text = console.text
            unseen.difference_update([one for one in unseen if marks[one] in text])
            look(console, way, (132, 43))
            await back(console, whole)

    drive(whole.port, steps, (132, 43))
    assert [] == sorted(unseen), "no screen shows these, or none of the ways opens it"
    assert set() == fields - whole.filling.filled
    assert NOT_SHOWN.keys() <= fields_of()


def whole_of(tmp_path, text, rows=2):
    """Return a port with these texts, as far as a record takes them."""
    log = tmp_path / "host.log"
    log.write_text("\n".join(PARTS), errors="replace")

    def taken(field):
        raw = text(field)
        return raw if is_text(raw) else safe_line(raw)  # a record refuses a lone surrogate

    return Whole(taken, log, rows=rows)


def look(console, way, size):
    """Check that nothing raw is on screen, and that its parts are where they belong."""
    strips = console.top._compositor.render_strips()
    assert size[1] == len(strips)
    for strip in strips:
        assert not RAW & set(strip.text), f"{way.name}: {strip.text!r}"
        assert size[0] == cell_len(strip.text), f"{way.name}: {strip.text!r}"
        metas = [segment.style.meta for segment in strip if segment.style and segment.style.meta]
        assert not any("@click" in meta for meta in metas), way.name
    if isinstance(console.top, MainScreen):
        assert "▶ RUNNING" in strips[0].text, way.name
        assert console.top.prompt is not None or "q Leave" in strips[-1].text, way.name
        boxes = [one for one in console.top._panes if one.display and one.styles.border_left[0]]
    else:
        boxes = list(console.top.query(".page, .dialog"))
        assert boxes, way.name
    for box in boxes:
        at = box.region
        for y in range(at.y, at.bottom):
            for x in (at.x, at.right - 1):
                assert strips[y].crop(x, x + 1).text in FRAME, f"{way.name}:\n{console.text}"


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(size, marks=pytest.mark.long if number else pytest.mark.slow, id=str(size))
        for number, size in enumerate(SIZES)
    ],
)
def test_five_thousand_hostile_texts_break_no_screen(drive, tmp_path, size):
    given = hostile_texts(seed=size[0])
    count = 0

    def text(_):
        nonlocal count
        count += 1
        return next(given)

    whole = whole_of(tmp_path, text, rows=12)

    async def steps(console):
        for way in WAYS:
            await go(console, whole, way)
            assert console.app.session.poller.error is None, way.name
            look(console, way, size)
            await back(console, whole)

    drive(whole.port, steps, size)
    assert count > 5000
