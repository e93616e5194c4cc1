"""What was done to a task by hand is among its details, with who did it."""

from __future__ import annotations

from chasqui.control.commands import (
    Cancel,
    Chosen,
    CommandOutcome,
    CountFailures,
    Pause,
    RetryEdited,
    RetryFailures,
    SeeFailures,
)
from chasqui.control.deeds import DEEDS, Deeds
from chasqui.control.port import TaskDetail
from chasqui.control.safe_text import SafeText
from chasqui.pool.clock import SystemClock


def said(deeds, number):
    detail = TaskDetail(number=number, type=SafeText("a"), state="failed")
    return [(deed.what, deed.by) for deed in deeds.added_to(detail).deeds]


def test_a_task_has_what_was_done_to_it_and_by_whom():
    deeds = Deeds(SystemClock())
    retry = RetryFailures(chosen=Chosen(numbers=(3, 4)))
    deeds.note(retry, CommandOutcome(ok=True, numbers=(3, 4), made=(8, 9)))
    deeds.sign(retry, "console, uid 1000: \x1b[2Jbad disk")
    deeds.note(Cancel(numbers=(8,)), CommandOutcome(ok=True, numbers=(8,)))
    assert [("retried", "console, uid 1000: ␛[2Jbad disk")] == said(deeds, 3)
    assert ["submitted in place of another task", "cancelled, or asked to stop"] == [
        what for what, _ in said(deeds, 8)
    ]
    assert [] == said(deeds, 5)


def test_a_retry_with_other_parameters_is_a_deed_on_the_failed_task():
    deeds = Deeds(SystemClock())
    outcome = CommandOutcome(ok=True, numbers=(12,), made=(12,))
    deeds.note(RetryEdited(number=3, type="a", texts=()), outcome)
    assert [("retried with other parameters", "")] == said(deeds, 3)


def test_looking_and_what_is_about_no_task_are_no_deeds():
    deeds = Deeds(SystemClock())
    done = CommandOutcome(ok=True, numbers=(3,))
    deeds.note(CountFailures(), done)
    deeds.note(SeeFailures(numbers=(3,)), done)
    deeds.note(Pause(), CommandOutcome(ok=True))
    assert [] == said(deeds, 3)


def test_the_last_deeds_are_kept():
    deeds = Deeds(SystemClock())
    for number in range(DEEDS + 1):
        deeds.note(Cancel(numbers=(number,)), CommandOutcome(ok=True, numbers=(number,)))
    assert ([], 1) == (said(deeds, 0), len(said(deeds, 1)))
