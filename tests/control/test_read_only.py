"""A read-only port looks at everything and changes nothing, whatever it is asked."""

from __future__ import annotations

from typing import get_args

import pytest

from chasqui.control.fake import FakePort
from chasqui.control.local import LocalPort
from chasqui.control.port import (
    LOOKING,
    Cancel,
    CheckTasks,
    Chosen,
    Command,
    CountFailures,
    CountWaiting,
    DiscardFailures,
    FillForm,
    LiftStrike,
    Limit,
    Pause,
    PauseType,
    Port,
    ReadFailures,
    Reprioritize,
    ResetBreaker,
    Resize,
    Resume,
    ResumeType,
    RetryEdited,
    RetryFailures,
    RunNext,
    SeeFailures,
    SetLogLevel,
    SetShutdownTimeout,
    SetTheme,
    Shutdown,
    StrikeValue,
    SubmitOptions,
    SubmitTask,
    SubmitTasks,
    Undo,
    ViewQuery,
    Window,
)
from chasqui.control.read_only import ReadOnlyPort
from tests.control.test_lists import fail
from tests.present import present

ASKED: dict[type, Command] = {
    type(command): command
    for command in (
        Pause(),
        Resume(),
        PauseType(type="app.rest"),
        ResumeType(type="app.rest"),
        ResetBreaker(type="app.flaky"),
        Limit(type="app.rest", concurrency=2),
        StrikeValue(type="app.rest", parameter="seconds", value="5"),
        LiftStrike(type="app.rest", parameter="seconds", value="6"),
        Resize(workers=3),
        Cancel(numbers=(1, 2, 3, 4)),
        RunNext(numbers=(1, 2, 3, 4)),
        Reprioritize(numbers=(1, 2, 3, 4), priority=5),
        CountFailures(),
        CountWaiting(filter="type=app.rest"),
        FillForm(number=1),
        ReadFailures(chosen=Chosen()),
        RetryFailures(chosen=Chosen()),
        RetryEdited(number=1, type="app.fail", texts=()),
        DiscardFailures(chosen=Chosen()),
        SeeFailures(numbers=(1, 2)),
        Undo(),
        CheckTasks(tasks=(SubmitTask(type="app.rest", texts={"seconds": "1"}),)),
        SubmitTasks(tasks=(SubmitTask(type="app.rest", params={"seconds": 1}),)),
        SetLogLevel(level="debug"),
        SetShutdownTimeout(timeout=9.0),
        SetTheme(theme="chasqui-light"),
        Shutdown(mode="abort"),
    )
}
VERBS = {"snapshot", "detail", "stack", "types", "check", "complete", "submit", "apply", "caps"}
LOOK = ViewQuery(
    workers=Window(), backlog=Window(), failures=Window(), groups=Window(), types=Window()
)


def standing(engine):
    """Return what a command might have changed."""
    return (
        engine.state,
        engine.metrics(),
        [(one.number, one.state) for one in engine.failures],
        engine.breakers,
        engine.strikes,
        [pool.workers_wanted for pool in engine.pools.values()],
        engine.undoable,
    )


def test_every_command_and_every_verb_is_walked():
    assert set(get_args(Command)) == set(ASKED)
    public = {name for name in vars(Port) if not name.startswith("_")}
    assert public == VERBS


@pytest.mark.parametrize("kind", [one for one in ASKED if one not in LOOKING])
def test_what_changes_an_engine_is_refused_by_its_read_only_port(board, tmp_path, kind):
    engine, _, _ = board
    fail(engine, 1, 2)
    engine.submit("app.rest", {"seconds": 0}, delay=60)
    overrides = tmp_path / "overrides.toml"
    port = ReadOnlyPort(LocalPort(engine, overrides=overrides))
    before = standing(engine)

    outcome = port.apply(ASKED[kind])

    assert (False, "refused") == (outcome.ok, outcome.kind)
    assert "read-only" in outcome.reason
    assert before == standing(engine)
    assert not overrides.exists()


def test_a_submission_is_refused_by_a_read_only_port_and_its_texts_are_judged_all_the_same(board):
    engine, _, _ = board
    port = ReadOnlyPort(LocalPort(engine))
    before = standing(engine)

    assert port.check("app.rest", {"seconds": "0"}).ok
    outcome = port.submit("app.rest", {"seconds": "0"}, SubmitOptions())

    assert (False, "refused") == (outcome.ok, outcome.kind)
    assert before == standing(engine)


def test_a_read_only_port_shows_all_and_leaves_failures_unseen(board):
    engine, _, _ = board
    numbers = fail(engine, 1, 2)
    port = ReadOnlyPort(LocalPort(engine))

    assert port.caps.read_only
    assert 2 == present(port.snapshot(LOOK).failure_page).total
    assert 2 == len(port.apply(CountFailures()).numbers)
    assert port.types()
    for failure in list(engine.failures):
        assert port.detail(failure.number) is not None
    assert {"new"} == {one.state for one in engine.failures}
    assert numbers is None or numbers


def test_a_port_that_it_stands_around_is_asked_for_nothing_that_changes_it():
    inner = FakePort()
    port = ReadOnlyPort(inner)
    for kind, command in ASKED.items():
        assert port.apply(command).ok is (kind in LOOKING)
    assert "refused" == port.submit("a.b", {}, SubmitOptions()).kind
    assert [] == inner.submitted
    assert set(LOOKING) == {type(one) for one in inner.commands}
