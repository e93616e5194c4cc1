"""The log of a task, an answer at a time."""

from __future__ import annotations

import pytest

from chasqui.control import log_views
from chasqui.control.log_views import with_log
from chasqui.control.port import TaskDetail
from chasqui.control.safe_text import SafeText
from chasqui.engine.logs.task_log import LogLine, LogPage

EMPTY = TaskDetail(number=1, type=SafeText("app.talk"), state="running")


def page(*texts, dropped=0, after=0):
    first = after + dropped + 1
    lines = [
        LogLine(number, 1.0, "INFO", "app", text, 1) for number, text in enumerate(texts, first)
    ]
    return LogPage(tuple(lines), dropped, first + len(texts) - 1)


def texts_of(detail):
    return [row.text for row in detail.log]


def test_an_answer_has_the_lines_and_the_cursor_for_those_after_them():
    found = with_log(EMPTY, page("one", "two", dropped=3, after=4))
    assert ["one", "two"] == texts_of(found)
    assert (3, 9, False) == (found.log_dropped, found.log_cursor, found.log_more)
    assert {"info"} == {row.level for row in found.log}


def test_a_line_with_line_breaks_is_as_many_rows_of_one_answer(monkeypatch):
    monkeypatch.setattr(log_views, "ROWS", 3)
    found = with_log(EMPTY, page("a\nb", "c\nd"))
    assert ["a", "b"] == texts_of(found)
    assert (1, True) == (found.log_cursor, found.log_more)


def test_a_line_of_more_rows_than_an_answer_may_have_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr(log_views, "ROWS", 3)
    found = with_log(EMPTY, page("a\nb\nc\nd"))
    assert ["a", "b", "… (cut here)"] == texts_of(found)
    assert not found.log_more


@pytest.mark.parametrize(("bound", "most"), [("ROWS", 4), ("CHARACTERS", 12)])
def test_more_lines_than_fit_into_an_answer_come_in_several_and_each_once(monkeypatch, bound, most):
    monkeypatch.setattr(log_views, bound, most)
    said = [f"l{number:02}" for number in range(10)]
    answers = [with_log(EMPTY, page(*said))]
    while answers[-1].log_more:
        cursor = answers[-1].log_cursor
        answers.append(with_log(EMPTY, page(*said[cursor:], after=cursor)))
    assert said == [text for answer in answers for text in texts_of(answer)]
    assert 3 == len(answers)


def test_a_line_longer_than_an_answer_comes_alone(monkeypatch):
    monkeypatch.setattr(log_views, "CHARACTERS", 5)
    found = with_log(EMPTY, page("longer than that", "b"))
    assert ["longer than that"] == texts_of(found)
    assert found.log_more
