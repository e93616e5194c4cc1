"""Sentences name the keys that their actions have now, whatever a config says."""

from __future__ import annotations

from chasqui.console.actions.table import ACTIONS
from chasqui.console.model import crew, lanes
from chasqui.console.model.detail import detail_lines
from chasqui.console.model.detail_keys import PageState, page_keys
from chasqui.console.model.failures import Listing, empty_words, heading
from chasqui.console.model.format import UNICODE
from chasqui.console.model.keymap import Keymap, SaidKeys
from chasqui.console.model.summary import ended, gone_spans
from chasqui.control.fake import FakePort
from chasqui.control.port import (
    CommandOutcome,
    CountWaiting,
    FrameView,
    LaneRow,
    LogLineView,
    PoolSize,
    TaskDetail,
    TraceView,
    UndoView,
)
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW, busy, flaky, kind, port_with, snapshot, waiting

OTHERS = {
    "engine.undo": "ctrl+u",
    "type.pause": "ctrl+t",
    "engine.pause": "f4",
    "engine.submit": "f5",
    "list.clear": "f6",
    "task.open": "f7",
    "app.help": "f10",
    "engine.shutdown": "f11",
    "app.leave": "f12",
    "host.log": "ctrl+g",
    "workers.config": "ctrl+w",
    "detail.log": "f2",
    "detail.frames": "f3",
    "detail.retry": "f4",
    "detail.undo": "f5",
    "detail.next": "f6",
    "detail.previous": "f7",
}
SAID = (SaidKeys("ops.toml", OTHERS),)
KEYS = Keymap(ACTIONS, SAID)
UNDO = UndoView(verb=SafeText("discard"), count=3, remaining=20.0)
KIND = Listing(group=kind())


def text(spans):
    return " ".join(getattr(span, "text", "") for span in spans)


def failed(**more):
    line = LogLineView(at=NOW, level=SafeText("info"), text=SafeText("read"))
    frames = [
        FrameView(file=SafeText(f"{name}.py"), line=1, function=SafeText("run"), own=name == "app")
        for name in ("app", "lib")
    ]
    trace = TraceView(error=SafeText("OSError: no disk"), frames=tuple(frames))
    known = {"number": 7, "type": SafeText("app.flaky"), "state": "failed", "created": NOW}
    return TaskDetail(**{**known, "log": (line,) * 30, "traces": (trace,), **more})


def test_no_action_of_the_test_clashes_with_another():
    assert () == KEYS.problems
    assert set(OTHERS) == set(KEYS.changed)


def test_the_failures_name_the_keys_that_open_go_back_and_undo():
    undoing = snapshot(undo=UNDO)
    assert "f7 lists one" in text(heading(Listing(), undoing, UNICODE, KEYS))
    assert "f6 goes back" in text(heading(KIND, undoing, UNICODE, KEYS))
    assert "ctrl+u undoes discard of 3" in text(heading(Listing(), undoing, UNICODE, KEYS))
    assert "f6 goes back to the kinds" in empty_words(KIND, undoing, KEYS)
    assert "f7 then opens one" in empty_words(Listing(), snapshot(), KEYS)[1]


def test_the_end_of_an_engine_names_the_keys_that_show_and_leave_it():
    assert "f11 shows how far it is" == (ended(snapshot(state="stopping"), KEYS) or "")[1]
    assert "f12 leaves" == (ended(snapshot(state="stopped"), KEYS) or "")[1]


def test_a_host_that_is_gone_names_the_key_of_its_log_which_can_be_clicked():
    (log,) = [one for one in gone_spans(3.0, "host.log", UNICODE, "ctrl+g") if one.action]
    assert ("ctrl+g Log of the host", "act('host.log')") == (log.text, log.action)
    assert (("ctrl+g", "key"), (" Log of the host", "dim")) == log.pieces


def test_a_lane_and_a_changed_size_name_their_keys():
    lane = LaneRow(type=SafeText("demo.sleep"), count=2)
    size = PoolSize(pool=SafeText("default"), workers=8, configured=6)
    row = crew.cells_of(
        crew.Beside("a", size), NOW, UNICODE, KEYS.key("workers.config"), several=False
    )
    assert "f7 lists them" in text(lanes.facts(lane, NOW, UNICODE, KEYS))
    assert "config says 6: ctrl+w resets" in text(row.cells)
    none = crew.cells_of(crew.Beside("a", size), NOW, UNICODE, "", several=False)
    assert "config says 6" in [cell.text for cell in none.cells]


def test_the_page_of_a_task_names_its_own_keys():
    said = text(page_keys(failed(), PageState(has_folds=True, has_list=True), KEYS))
    for words in ("f2 Log, 30 lines", "f3 All frames", "f4 Retry", "e Edit, retry", "f6 f7 Next"):
        assert words in said
    assert "f2 shows all" in text(detail_lines(failed(), NOW, UNICODE, KEYS))
    assert "f3 shows all" in text(detail_lines(failed(), NOW, UNICODE, KEYS))


def test_the_page_of_a_task_has_no_words_for_an_action_without_a_key():
    keys = Keymap(ACTIONS, (SaidKeys("ops.toml", {"detail.retry": "", "detail.next": ""}),))
    shown = [span.text for span in page_keys(failed(), PageState(has_list=True), keys)]
    assert not [one for one in shown if "Retry" in one]
    assert "N Next" in shown


def test_the_log_of_a_task_opens_by_the_key_that_the_config_gives_it(drive):
    async def steps(console):
        await console.press("c", "f7", "l")
        assert "f2 Log" in console.text
        await console.press("f2")
        assert "f2 Task" in console.text

    port = port_with(*flaky(3))
    port.details = {3: failed(number=3)}
    drive(port, steps_in("4", steps), (120, 30), keys=SAID)


def test_what_is_paused_and_what_waits_for_an_answer_name_their_keys(drive):
    async def steps(console):
        await console.press("2", "ctrl+t")
        assert "none of its tasks starts; ctrl+t resumes it" in console.text
        await console.press("X")
        assert "ctrl+u puts them back within 30 seconds" in console.text

    port = FakePort(busy(), backlog=waiting(3, 4))
    port.answers = {CountWaiting: CommandOutcome(ok=True, numbers=(3, 4))}
    drive(port, steps, (120, 30), keys=SAID)


def test_the_question_before_a_retry_names_the_key_that_undoes_it(drive):
    async def steps(console):
        await console.press("r")
        assert "ctrl+u undoes it within 30 seconds" in console.text

    port = port_with(*flaky(1, 2, 3), groups=[kind()])
    drive(port, steps_in("4", steps), (120, 30), keys=SAID)


def test_an_empty_backlog_names_the_keys_that_fill_it(drive):
    async def steps(console):
        await console.press("2")
        assert "f4 resumes · f5 submits a task" in console.text
        await console.burst("/", *"age>1h", "enter")
        assert "f6 clears" in console.text
        assert "f6 clears the filter" in console.text

    drive(FakePort(snapshot(state="paused")), steps, (120, 30), keys=SAID)


def test_without_a_key_a_sentence_names_the_palette():
    keys = Keymap(ACTIONS, (SaidKeys("ops.toml", {"engine.undo": ""}),))
    assert "the palette undoes discard" in text(
        heading(Listing(), snapshot(undo=UNDO), UNICODE, keys)
    )


def steps_in(pane, steps):
    async def run(console):
        await console.press(pane)
        await steps(console)

    return run
