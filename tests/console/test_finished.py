"""The panes of finished tasks and of events, and the filter that every list has."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.console.actions.table import ACTIONS
from chasqui.console.model import finished as rows_of
from chasqui.console.model.filters import filter_line
from chasqui.console.model.finished import COLUMNS, FEW_RESULTS, columns_for
from chasqui.console.model.format import UNICODE
from chasqui.console.model.keymap import Keymap
from chasqui.control.fake import FakePort
from chasqui.control.port import (
    Capabilities,
    CommandOutcome,
    Counts,
    EventView,
    FilledForm,
    FillForm,
    FinishedRow,
    Page,
    TaskDetail,
    TaskState,
)
from chasqui.control.safe_text import SafeText
from tests.console.forms import parameter, type_of
from tests.console.rows import NOW, changes, snapshot, type_row

SIZES = [(80, 24), (160, 48)]
LONG = "path=/srv/a/b/2.iso"


def ended(number: int, state: TaskState = "completed", **more: object) -> FinishedRow:
    row = FinishedRow(
        number=number,
        type=SafeText("demo.sleep"),
        state=state,
        at=NOW - number,
        waited=2.0,
        ran=0.8,
        worker=SafeText("w01"),
    )
    return msgspec.structs.replace(row, **more)


def happened(number: int, text: str, **more):
    return EventView(
        **{"number": number, "at": NOW - 60, "level": "info", "text": SafeText(text), **more}
    )


def port(**more):
    counts = Counts(accepted=3, completed=1, failed=1, cancelled=1)
    cancelled = FinishedRow(
        number=1, type=SafeText("demo.sleep"), state="cancelled", at=NOW - 1, waited=None
    )
    rows = [
        cancelled,
        ended(2, "failed", error="OSError: no disk", result=""),
        ended(3, result="sha256 9f2c", params="path=/srv/a.iso", error=""),
    ]
    return FakePort(snapshot(counts=counts), finished={"": rows, "state=failed": rows[1:2]}, **more)


@pytest.mark.parametrize("size", SIZES)
def test_finished_tasks_are_listed_with_fate_duration_and_result(drive, size):
    async def steps(console):
        await console.press("3")
        for words in ("✓", "800ms", "3s", "sha256 9f2c", "path=/srv"):
            assert words in console.row("sha256")
        assert "✗" in console.row("OSError: no disk")
        assert "⊘        1" in console.text
        assert "task 1  demo.sleep  cancelled 1s ago  never started" in console.lines[-2]
        assert "3 Finished 3" in console.text

    drive(port(), steps, size)


def test_enter_opens_the_selected_finished_task(drive):
    async def steps(console):
        await console.press("3", "down", "enter")
        assert "OSError: no disk at all" in console.text

    detail = TaskDetail(
        number=2,
        type=SafeText("demo.sleep"),
        state="failed",
        error=SafeText("OSError: no disk at all"),
    )
    drive(port(details={2: detail}), steps)


@pytest.mark.slow
def test_a_filter_lists_what_it_selects_while_it_is_typed_and_esc_lists_all_again(drive):
    async def steps(console):
        await console.press("3", "slash")
        await console.type("state=failed")
        await console.until(lambda: "1 matches" in console.text)
        assert "sha256" not in console.text
        await console.press("enter", "x")
        assert "filter: state=failed  1 matches" in console.text
        assert "task 2" in console.lines[-2]
        await console.press("escape")
        assert "filter:" not in console.text
        assert "sha256" in console.text

    fake = port()
    drive(fake, steps)
    assert [] == changes(fake)


def test_what_is_not_understood_of_a_filter_is_said_and_what_selects_nothing(drive):
    async def steps(console):
        await console.press("3", "slash")
        await console.type("stat=x")
        await console.press("enter")
        assert "did you mean state?" in console.text
        assert "No finished task matches the filter." in console.text

    fake = port()
    fake.notes["stat=x"] = SafeText("stat=x: did you mean state?")
    drive(fake, steps)


def test_tab_completes_fields_of_the_list_and_the_states_in_which_tasks_end(drive):
    async def steps(console):
        await console.press("3", "slash")
        await console.type("sta")
        await console.press("tab")
        prompt = console.app.main.pane.prompt
        assert "state=" == prompt.value
        await console.type("canc")
        await console.press("tab")
        assert "state=cancelled" == prompt.value
        assert "group" not in console.text

    drive(port(), steps)


def test_a_list_that_is_cut_says_how_many_match():
    line = filter_line("type=a", Page(total=2000, more=31), UNICODE, Keymap(ACTIONS))

    assert "the newest 2,000 of 2,031 that match" in [span.text for span in line]


def test_an_empty_list_says_why(drive):
    async def steps(console):
        await console.press("3")
        assert "No task has ended yet." in console.text
        await console.press("6")
        assert "Nothing of note has happened." in console.text

    drive(FakePort(snapshot()), steps)


def test_a_task_that_expired_is_called_so_in_the_line_of_facts():
    row = FinishedRow(
        number=1, type=SafeText("a"), state="failed", at=NOW, has_expired=True, worker=SafeText("")
    )

    texts = [span.text for span in rows_of.facts(row, NOW, UNICODE)]
    assert "expired 0s ago" in texts
    assert "never started" in texts


@pytest.mark.parametrize("size", SIZES)
def test_events_have_their_level_time_text_and_who_asked(drive, size):
    async def steps(console):
        await console.press("6")
        assert "▲" in console.row("left out a turn")
        assert " 3 " in console.row("left out a turn")
        assert "warning" in console.lines[-2]
        await console.press("down")
        assert "by ana, uid 1000: too hot" in console.lines[-2]

    skipped = happened(2, "schedule x: left out a turn", level="warning", count=3, first=NOW - 120)
    paused = happened(1, "engine paused", by=SafeText("ana, uid 1000: too hot"))
    drive(FakePort(snapshot(), events=[skipped, paused]), steps, size)


def test_events_are_filtered_by_words(drive):
    async def steps(console):
        await console.press("6", "slash")
        await console.type("paused")
        await console.press("enter")
        assert "engine paused" in console.text
        assert "left out" not in console.text

    paused = happened(1, "engine paused")
    rows = {"": [happened(2, "x left out a turn"), paused], "paused": [paused]}
    drive(FakePort(snapshot(), events=rows), steps)


@pytest.mark.parametrize(("key", "empty"), [("1", "No worker matches"), ("5", "No task type")])
def test_workers_and_types_have_a_filter_too(drive, key, empty):
    async def steps(console):
        await console.press(key, "slash")
        await console.type("nothing-of-this")
        await console.press("enter", "x", "P")
        assert "filter: nothing-of-this  0 match" in console.text
        assert empty in console.text
        await console.press("escape")
        assert "filter:" not in console.text

    fake = FakePort(snapshot())
    fake.narrowed["nothing-of-this"] = ()
    drive(fake, steps)
    assert [] == changes(fake)


def test_types_at_rest_that_a_filter_selects_are_not_folded(drive):
    async def steps(console):
        await console.press("5", "slash")
        await console.type("demo")
        await console.press("enter")
        assert "demo.t5" in console.text
        assert "idle types" not in console.text

    rows = [type_row(f"demo.t{number}") for number in range(8)]
    drive(FakePort(msgspec.structs.replace(snapshot(), idle_types=8), type_rows=rows), steps)


def test_the_newest_stays_selected_until_a_row_is_chosen_and_then_that_one_does(drive):
    async def steps(console):
        await console.press("3")
        fake.finished = {"": [ended(9), *rows]}
        await console.tick()
        assert "task 9 " in console.lines[-2]
        await console.press("down")
        fake.finished = {"": [ended(10), ended(9), *rows]}
        await console.tick()
        assert "task 1 " in console.lines[-2]

    fake = port()
    rows = fake.finished[""]
    drive(fake, steps)


@pytest.mark.parametrize("size", SIZES)
def test_where_few_tasks_leave_a_result_their_parameters_have_its_room(drive, size):
    async def steps(console):
        await console.press("3")
        assert LONG in console.row(LONG[:10])

    plain = [ended(number, result="", params=SafeText(LONG)) for number in range(9, 1, -1)]
    fake = port()
    fake.finished = {"": [ended(10, result=SafeText("sha256 9f2c")), *plain]}
    drive(fake, steps, size)


def test_the_columns_change_only_when_many_more_rows_have_a_result():
    some, none = ended(1, result=SafeText("done")), ended(2, result="")

    def chosen(tasks, now):
        return columns_for(tasks, now, several_pools=True)

    assert FEW_RESULTS == chosen([some, *[none] * 9], COLUMNS)
    assert FEW_RESULTS == chosen([some, none, none], FEW_RESULTS)
    assert COLUMNS == chosen([some, none, none], COLUMNS)
    assert COLUMNS == chosen([some, none], FEW_RESULTS)
    assert FEW_RESULTS == chosen([], FEW_RESULTS)


def like(*texts, **more):
    form = FilledForm(type="demo.sleep", texts=texts, **more)
    return {FillForm: CommandOutcome(ok=True, form=form)}


def test_r_submits_the_chosen_task_again_and_never_one_that_was_not_chosen(drive):
    async def steps(console):
        await console.press("3", "r")
        assert "choose a task" in console.lines[-2]
        assert not fake.submitted
        await console.press("down", "r")
        assert "submitted task 1, with the parameters of 2" in console.lines[-2]

    fake = port(answers=like(("seconds", "5")))
    drive(fake, steps)
    assert [("demo.sleep", {"seconds": "5"})] == [one[:2] for one in fake.submitted]
    assert [FillForm(number=2)] == fake.commands


def test_a_task_that_cannot_be_repeated_as_it_was_is_not_submitted(drive):
    async def steps(console):
        await console.press("3", "down", "r")
        assert "data cannot be repeated as it was: e opens the form" in console.lines[-2]

    fake = port(answers=like(("seconds", "5"), untold=("data",)))
    drive(fake, steps)
    assert not fake.submitted


def test_e_opens_the_form_with_the_parameters_of_the_task(drive):
    async def steps(console):
        await console.press("3", "e")
        assert "Submit demo.sleep again" in console.text
        assert "ten" in console.text

    fake = port(
        answers=like(("word", "ten")), types=[type_of(parameter("word", "text"), name="demo.sleep")]
    )
    drive(fake, steps)


@pytest.mark.parametrize("key", ["e", "r"])
def test_a_console_that_may_only_look_submits_nothing_again(drive, key):
    async def steps(console):
        await console.press("3", "down", key)
        assert "read-only" in console.lines[-2]

    fake = port(caps=Capabilities(read_only=True), answers=like(("seconds", "5")))
    drive(fake, steps)
    assert [] == fake.submitted + changes(fake)


def test_what_tasks_of_processes_used_has_columns_once_there_is_such_a_task(drive):
    async def steps(console):
        await console.press("3")
        assert "PEAK" not in console.text
        past.finished = {"": (ended(12, cpu=1.2, peak_memory=44 << 20), ended(11))}
        past.changed()
        await console.tick(2)
        assert "1.2s 44.0 MiB" in " ".join(console.row(" 12 demo").split())
        assert "used 1.2s of CPU, 44.0 MiB at most" in console.lines[-2]

    past = FakePort(snapshot(), finished=[ended(1)])
    drive(past, steps, (160, 30))


@pytest.mark.slow
def test_the_tab_counts_what_the_list_has_of_earlier_lives(drive):
    async def steps(console):
        await console.press("3")
        assert "3 Finished 5" in console.text
        await console.press("2")
        assert "3 Finished 5" in console.text
        past.caps = msgspec.structs.replace(past.caps, pid=4343)
        await console.tick()
        assert "3 Finished 3" in console.text

    past = FakePort(
        snapshot(counts=Counts(accepted=3, completed=3)), finished=[ended(n) for n in range(5)]
    )
    drive(past, steps)
