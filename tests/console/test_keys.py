"""The keys: each asks the port for one thing, and says what came of it."""

from __future__ import annotations

import pytest
from textual.widget import Widget

from chasqui.console.acting.acts import Acts
from chasqui.console.actions.action import PANES
from chasqui.console.actions.table import ACTIONS
from chasqui.console.model.format import UNICODE
from chasqui.console.model.types import COLUMNS, EXPLAINED
from chasqui.console.screens.main import MainScreen
from chasqui.console.screens.submit import SubmitScreen
from chasqui.console.screens.task_detail import TaskDetailScreen
from chasqui.console.session import Session
from chasqui.console.widgets.snap_table import SnapTable
from chasqui.console.widgets.text_view import TextView
from chasqui.control.fake import FakePort
from chasqui.control.port import (
    Cancel,
    Capabilities,
    CommandOutcome,
    Pause,
    Resume,
    SetTheme,
    TaskDetail,
)
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW, busy, failures, kind, snapshot, waiting, workers


def port_with_rows(**more):
    return FakePort(
        busy(),
        workers=workers(4, task=9, type=SafeText("demo.burn")),
        backlog=waiting(3, 4),
        failures=failures(1),
        groups=[kind(kept=1, example=1)],
        **more,
    )


def test_p_pauses_and_resumes(drive):
    async def steps(console):
        await console.press("p")
        assert "paused: no task starts" in console.text
        port.now = snapshot(state="paused")
        await console.tick()
        await console.press("p")
        assert "resumed" in console.text

    port = port_with_rows()
    drive(port, steps)
    assert [Pause(), Resume()] == port.commands


def test_x_cancels_the_selected_waiting_task(drive):
    async def steps(console):
        await console.press("2", "j", "x")
        assert "cancelled task 4" in console.text

    port = port_with_rows()
    drive(port, steps)
    assert [Cancel(numbers=(4,), waiting_only=True)] == port.commands


def test_x_leaves_a_task_alone_that_has_started_meanwhile_and_says_so(drive):
    async def steps(console):
        await console.press("2", "j", "x")
        assert "task 4 has started already" in console.text

    port = port_with_rows()
    skipped = ((4, SafeText("has started already")),)
    port.answers = {Cancel: CommandOutcome(ok=False, skipped=skipped)}
    drive(port, steps)
    assert [Cancel(numbers=(4,), waiting_only=True)] == port.commands


@pytest.mark.parametrize(
    ("answer", "commands"),
    [("y", [Cancel(numbers=(9,))]), ("n", []), ("escape", []), ("enter", [])],
)
def test_x_asks_before_a_running_task_is_asked_to_stop(drive, answer, commands):
    async def steps(console):
        await console.press("x")
        assert "a thread cannot be killed" in console.text
        await console.press(answer)

    port = port_with_rows()
    drive(port, steps)
    assert commands == port.commands


def test_a_refused_command_says_why(drive):
    async def steps(console):
        await console.press("p")
        assert "the engine is stopping" in console.text

    port = port_with_rows()
    port.answers[Pause] = CommandOutcome(ok=False, reason=SafeText("the engine is stopping"))
    drive(port, steps)


def test_a_port_that_raises_at_a_command_is_told_and_the_console_goes_on(drive):
    class Raising(FakePort):
        def apply(self, command):
            raise OSError("the line is cut")

    async def steps(console):
        await console.press("p")
        assert "OSError: the line is cut" in console.text
        await console.tick()
        assert "RUNNING" in console.text

    drive(Raising(busy()), steps)


def test_t_changes_the_theme_and_has_it_remembered(drive):
    async def steps(console):
        await console.press("T")
        assert "chasqui-light" == console.app.theme

    port = port_with_rows()
    drive(port, steps)
    assert [SetTheme(theme="chasqui-light")] == port.commands


@pytest.mark.slow
def test_every_theme_draws_every_pane(drive):
    async def steps(console):
        for _ in range(5):
            await console.press("T", "1", "2", "3", "4", "5")
            assert "accepted 7" in console.text

    drive(port_with_rows(), steps, (160, 48))


@pytest.mark.parametrize("key", ["s", "p", "Q", "right_square_bracket", "left_square_bracket", "x"])
def test_a_read_only_console_refuses_what_changes_the_engine(drive, key):
    async def steps(console):
        await console.press(key)
        assert "this console is read-only" in console.text
        assert "Submit" not in console.lines[-1]

    port = port_with_rows(caps=Capabilities(read_only=True))
    drive(port, steps)
    assert ([], []) == (port.commands, port.submitted)


def test_enter_opens_the_selected_task_and_follows_it_to_its_end(drive):
    async def steps(console):
        await console.press("2", "enter")
        assert "Task 3" in console.text
        assert "queued" in console.text
        port.details[3] = detail("failed", error="ValueError: bad", traceback="Traceback\n  x = 1")
        await console.tick()
        assert "ValueError: bad" in console.text
        assert "x = 1" in console.text
        await console.press("escape")
        assert "Backlog" in console.text

    def detail(state, **more):
        return TaskDetail(number=3, type=SafeText("demo.sleep"), state=state, created=NOW, **more)

    port = port_with_rows(details={3: detail("queued")})
    drive(port, steps)


def test_a_task_of_which_nothing_is_kept_says_so(drive):
    async def steps(console):
        await console.press("4", "enter")
        assert "nothing is kept any more of task 1" in console.text

    drive(port_with_rows(), steps)


def test_digits_and_tab_go_to_the_panes(drive):
    async def steps(console):
        for key, title in (
            ("2", "Backlog"),
            ("6", "Events"),
            ("tab", "Workers"),
            ("shift+tab", "Events"),
        ):
            await console.press(key)
            assert title == console.app.main.pane.TITLE

    drive(port_with_rows(), steps)


def test_the_help_lists_every_key(drive):
    async def steps(console):
        await console.press("question_mark", "a")
        seen = console.text
        while not console.app.screen.query_one(TextView).at_end:
            await console.press("pagedown")
            seen += console.text
        assert [] == [action.help for action in ACTIONS if action.help not in seen]

    drive(port_with_rows(), steps, (120, 30))


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
def test_a_long_line_of_the_help_is_broken_between_words_and_goes_on_under_its_text(drive, size):
    async def steps(console):
        await console.press("question_mark", "4")
        lines = console.app.screen.query_one(TextView).texts
        at = next(at for at, line in enumerate(lines) if " retry the selected failure" in line)
        column = lines[at].index("retry the selected")
        words = " ".join(lines[at : at + 3]).split()
        assert "after a question" in " ".join(words)
        assert " " * column == lines[at + 1][:column]
        assert lines[at + 1][column] != " "
        assert [] == [line for line in lines if len(line) > size[0] - 4]

    drive(port_with_rows(), steps, size)


def test_the_help_explains_columns_of_metrics_in_a_line_each(drive):
    async def steps(console):
        await console.press("question_mark", "c")
        lines = [line.strip() for line in console.app.screen.query_one(TextView).texts]
        for title, meaning in EXPLAINED.items():
            assert any(
                line.startswith(title) and line.removeprefix(title).strip() == meaning
                for line in lines
            ), title

    drive(port_with_rows(), steps)
    assert {"ERR", "RATE", "P95", "WAITS", "TEN MINUTES", "SHARE"} == set(EXPLAINED)
    assert set(EXPLAINED) <= {column.title for column in COLUMNS}


def test_every_action_of_the_table_can_be_carried_out():
    widgets: dict[str, type[Widget]] = {
        "list": SnapTable,
        "form": SubmitScreen,
        "detail": TaskDetailScreen,
    }
    screen = MainScreen(Session(FakePort(), UNICODE), refresh=4)
    for action in ACTIONS:
        owner = widgets.get(action.where[0])
        if owner is not None:
            assert hasattr(owner, "action_" + action.call)
            continue
        for place in action.where:
            panes = [pane for pane in PANES if place in ("main", pane)]
            assert all(screen.acts.find(action.id, pane) for pane in panes), action.id


def test_an_action_has_code_once():
    acts = Acts()
    acts.add({"task.open": print})
    acts.add({"task.open": print}, "failures")
    with pytest.raises(ValueError, match=r"task\.open"):
        acts.add({"task.open": print}, "failures")


def test_no_key_means_two_things_in_one_place():
    for pane in ("workers", "backlog", "failures"):
        places = {"main", "list", pane}
        keys = [key for one in ACTIONS if places & set(one.where) for key in one.keys]
        assert sorted(set(keys)) == sorted(keys)


def test_a_clicked_word_of_the_key_bar_does_what_the_key_does(drive):
    async def steps(console):
        await console.pilot.click(offset=(console.lines[-1].index("Pause"), 23))
        await console.settle()

    port = port_with_rows()
    drive(port, steps)
    assert [Pause()] == port.commands


def test_a_key_that_comes_before_the_screen_is_made_is_refused():
    screen = MainScreen(Session(port_with_rows(), UNICODE), refresh=1)
    assert screen.check_action("app_leave", ()) is False
