"""The help, a topic at a time."""

from __future__ import annotations

import pytest

from chasqui.console.actions.action import PANES
from chasqui.console.actions.table import ACTIONS
from chasqui.console.model.help import TOPICS
from chasqui.console.widgets.text_view import TextView
from chasqui.control.fake import FakePort
from chasqui.control.port import Capabilities
from tests.console.rows import busy, workers


def port(**more):
    return FakePort(busy(), workers=workers(2), **more)


@pytest.mark.slow
def test_the_help_opens_at_the_pane_in_use_with_the_keys_that_work_there(drive):
    async def steps(console):
        await console.press("4", "?")
        assert "[4 Failures]" in console.text
        assert "retry the selected failure" in console.text
        assert "one worker more" not in shown(console)
        assert "choose a task type" in shown(console)

    drive(port(), steps)


def shown(console):
    return "\n".join(line.text for line in console.app.screen.query_one(TextView).lines)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.title)
def test_each_topic_is_a_key_away_and_begins_at_its_first_line(drive, topic):
    async def steps(console):
        await console.press("?", "pagedown", topic.key)
        assert f"[{topic.key} {topic.title}]" in console.text
        assert console.app.screen.query_one(TextView).top == 0
        assert console.app.screen.query_one(TextView).lines[0].text.strip()

    drive(port(), steps)


def test_tab_turns_the_page_and_all_topics_are_on_screen(drive):
    async def steps(console):
        await console.press("?", "tab")
        assert "[2 Backlog]" in console.text
        await console.press("shift+tab", "shift+tab")
        assert "[a All]" in console.text
        for topic in TOPICS:
            assert f"{topic.key} {topic.title}" in console.text

    drive(port(), steps)


def test_each_action_is_in_a_topic_and_a_digit_means_the_same_pane_as_outside():
    listed = {place for topic in TOPICS for place in topic.places}
    assert [] == [action.id for action in ACTIONS if not set(action.where) & listed]
    assert [topic.places[0] for topic in TOPICS if topic.key.isdigit()] == list(PANES)


def test_what_is_refused_says_so(drive):
    async def steps(console):
        await console.press("?", "e")
        assert "(refused: this console is read-only)" in " ".join(shown(console).split())

    drive(port(caps=Capabilities(read_only=True)), steps)


def test_a_click_on_a_topic_shows_it(drive):
    async def steps(console):
        await console.press("?")
        line = next(at for at, text in enumerate(console.lines) if "3 Finished" in text)
        await console.pilot.click(offset=(console.lines[line].index("3 Finished"), line))
        await console.settle()
        assert "[3 Finished]" in console.text

    drive(port(), steps)


def test_the_palette_goes_to_a_topic(drive):
    async def steps(console):
        await console.burst(":", *"help columns", "enter")
        assert "[c Columns]" in console.text

    drive(port(), steps)
