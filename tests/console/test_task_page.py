"""The page of one task, for each way in which it may stand."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.control.fake import FakePort
from chasqui.control.port import AttemptView, ChangeView, DeedView, FrameView, TaskDetail, TraceView
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW, snapshot, waiting

SIZES = [(80, 24), (160, 48)]
ERROR = "TimeoutError: account 88123 did not answer within 30 s"


def frame(file, line, function, code, *, own=True):
    return FrameView(
        file=SafeText(file),
        line=line,
        function=SafeText(function),
        code=SafeText(code),
        own=own,
    )


FRAMES = (
    frame("httpx/_client.py", 901, "get", "raise TimeoutError", own=False),
    frame("app/imports.py", 61, "fetch", "reply = client.get(url, timeout=30)"),
    frame("app/imports.py", 20, "run", "fetch(account)"),
)


def attempt(number):
    return AttemptView(
        number=number,
        started=NOW - 100 + number,
        finished=NOW - 70 + number,
        worker=SafeText("w02"),
        error=SafeText(ERROR),
    )


def detail(state, **more):
    return TaskDetail(
        **{
            "number": 3,
            "type": SafeText("ops.imports"),
            "state": state,
            "plugin": SafeText("ops"),
            "created": NOW - 90,
            **more,
        }
    )


ENDED = {"started": NOW - 32, "finished": NOW - 2, "worker": SafeText("w02"), "attempts": 3}
FAILED = detail(
    "failed",
    error=SafeText(ERROR),
    traceback=SafeText("Traceback"),
    traces=(TraceView(error=SafeText(ERROR), frames=FRAMES),),
    earlier=(attempt(1), attempt(2)),
    params=((SafeText("account"), SafeText("88123")),),
    failure=SafeText("retried"),
    retried_as=12,
    **ENDED,
)


def port_of(one):
    details = {} if one is None else {3: one}
    return FakePort(snapshot(), backlog=waiting(3), details=details)


@pytest.mark.parametrize("size", SIZES)
def test_a_failed_task_begins_with_its_error_and_the_users_own_last_frame(drive, size):
    async def steps(console):
        await console.press("2", "enter")
        lines = [line.strip("│┃ ") for line in console.lines]
        assert "Task 3  ops.imports  ✗ failed 2s ago, attempt 3" == lines[1]
        assert ERROR == lines[2]
        assert lines[3].startswith("at app/imports.py:61 fetch")
        assert "reply = client.get(url, timeout=30)" in lines[3]
        assert "waited 58s" in console.text
        assert "ran 30s" in console.text
        assert "retried as task 12" in console.text
        assert "account = 88123" in console.text
        assert "on w02, ran 30s: TimeoutError: account" in console.text
        await console.press("G")
        assert "1 frame of libraries folded: f shows all" in console.text
        assert "httpx" not in console.text
        await console.press("f")
        assert "httpx/_client.py:901 get" in console.text

    drive(port_of(FAILED), steps, size)


@pytest.mark.parametrize("size", SIZES)
def test_words_of_an_error_are_never_broken(drive, size):
    words = [f"word{number:03}" for number in range(60)]

    async def steps(console):
        await console.press("2", "enter")
        seen = [word for line in console.lines for word in line.split() if "word" in word]
        assert words == seen

    drive(port_of(detail("failed", error=SafeText(" ".join(words)), **ENDED)), steps, size)


@pytest.mark.parametrize(("width", "beside"), [(120, True), (60, False)])
def test_two_facts_stand_beside_each_other_where_they_fit(drive, width, beside):
    async def steps(console):
        await console.press("2", "enter")
        line = next(line for line in console.lines if "plugin" in line)
        assert "ops" in line
        assert beside == ("slow and steady, with a long name" in line)
        assert "slow and steady, with a long name" in console.text

    one = detail("completed", pool=SafeText("slow and steady, with a long name"), **ENDED)
    drive(port_of(one), steps, (width, 24))


@pytest.mark.slow
def test_a_number_that_no_task_has_had_is_not_said_to_be_lost(drive):
    async def steps(console):
        await console.press("#", *"99", "enter")
        assert "no task has the number 99; the last is 3" in console.text
        await console.press("y")
        assert "nothing is kept any more" not in console.text
        await console.press("escape", "#", "2", "enter")
        assert "nothing is kept any more of task 2" in console.text

    drive(FakePort(snapshot(last_number=3)), steps)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (detail("completed", result=SafeText("sha256 9f2c"), **ENDED), ("✓ completed", "9f2c")),
        (detail("cancelled", finished=NOW - 4), ("⊘ cancelled 4s ago", "cancelled")),
        (detail("queued", reason=SafeText("parked: no type")), ("◷ queued", "parked: no type")),
        (detail("scheduled", due=NOW + 60), ("◴ scheduled", "in 1m00s")),
        (detail("running", started=NOW - 5), ("▶ running for 5s", "runs for 5s")),
        (None, ("nothing is kept any more of task 3",)),
    ],
)
def test_each_fate_has_its_page(drive, one, words):
    async def steps(console):
        await console.press("2", "enter")
        assert [] == [word for word in words if word not in console.text]

    drive(port_of(one), steps)


def test_a_tree_of_errors_is_shown_as_python_writes_it(drive):
    text = "  + Exception Group Traceback (most recent call last):\n  | ExceptionGroup: two"

    async def steps(console):
        await console.press("2", "enter")
        assert "  | ExceptionGroup: two" in console.text

    drive(port_of(detail("failed", traceback=SafeText(text), **ENDED)), steps)


def test_what_was_done_by_hand_is_named_with_who_did_it_and_followed(drive):
    deed = DeedView(at=NOW - 1, what=SafeText("retried"), by=SafeText("ops, uid 1000: bad disk"))

    async def steps(console):
        await console.press("2", "enter")
        assert "done by hand" not in console.text
        port.details[3] = msgspec.structs.replace(port.details[3], deeds=(deed,))
        await console.tick(2)
        assert "done by hand" not in console.text
        change = ChangeView(
            number=1,
            at=NOW,
            uid=1000,
            pid=1,
            client=SafeText("ops"),
            what=SafeText("RetryFailures 3"),
            outcome=SafeText("1 done"),
        )
        port.now = msgspec.structs.replace(port.now, change=change)
        await console.tick(2)
        assert "retried, by ops, uid 1000: bad disk" in console.text

    port = port_of(detail("failed", **ENDED))
    drive(port, steps)


@pytest.mark.slow
def test_the_frame_below_the_error_is_not_said_again(drive):
    traces = (TraceView(error=SafeText(ERROR), frames=FRAMES[1:2]),)
    one = msgspec.structs.replace(FAILED, traces=traces)

    async def steps(console):
        await console.press("2", "enter")
        assert 1 == console.text.count("app/imports.py:61")

    drive(port_of(one), steps, (160, 48))
