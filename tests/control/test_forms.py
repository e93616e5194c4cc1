"""Texts of a form, judged and submitted through the port to an engine in this process."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from chasqui import Policy, Secret, task
from chasqui.control.local import LocalPort
from chasqui.control.port import (
    SubmitOptions,
)
from chasqui.engine.engine import BaseEngine
from chasqui.plugins.engine import Engine as PluginEngine
from chasqui.plugins.loader import PluginHost
from tests.control.conftest import rest

WAIT = 10.0


@task
def read(path: Path = Path("x"), token: Secret[str] | None = None) -> None:
    """Read a file."""


@pytest.fixture
def engine(clock):
    engine = BaseEngine(1, 5, grace=1, clock=clock, shutdown_timeout=30)
    engine.register(rest)
    engine.start()
    yield engine
    stop = threading.Thread(target=engine.shutdown, args=(0,), kwargs={"drain": False})
    stop.start()
    stop.join(WAIT)


@pytest.fixture
def port(engine):
    return LocalPort(engine)


def test_a_form_submits_texts_and_hears_of_each_wrong_one(port):
    bad = port.submit("app.rest", {"seconds": "long", "more": "1"}, SubmitOptions())
    unknown = port.submit("app.rets", {}, SubmitOptions())
    good = port.submit("app.rest", {"seconds": "0"}, SubmitOptions(priority=4))

    assert (False, {"seconds", "more"}) == (bad.ok, {name for name, _ in bad.problems})
    assert "did you mean app.rest" in unknown.reason
    assert (True, (1,)) == (good.ok, good.numbers)


def test_a_check_judges_and_submits_nothing(port, engine):
    good = port.check("app.rest", {"seconds": "0"})
    missing = port.check("app.rest", {})
    unknown = port.check("app.rest", {"seconds": "0", "more": "1"})
    no_such_type = port.check("app.missing", {})

    assert (True, ()) == (good.ok, good.problems)
    assert (False, (("seconds", "is required"),)) == (missing.ok, missing.problems)
    assert [False, "more"] == [unknown.ok, unknown.problems[0][0]]
    assert "is not a parameter" in unknown.problems[0][1]
    assert (False, ()) == (no_such_type.ok, no_such_type.problems)
    assert "unknown task type 'app.missing'" in no_such_type.reason
    assert 0 == engine.metrics().accepted


def test_of_very_many_wrong_parameters_a_bounded_number_is_listed(port):
    outcome = port.check("app.rest", {f"p{number}": "" for number in range(5000)})

    assert (False, 200) == (outcome.ok, len(outcome.problems))


def test_a_check_says_what_is_wrong_with_each_text(port):
    outcome = port.check("app.rest", {"seconds": "long\x1b"})

    ((name, why),) = outcome.problems
    assert ("seconds", True) == (name, why.startswith("must be a number"))
    assert "\x1b" not in why


def test_a_check_says_whether_a_path_exists_and_a_variable_is_set(engine, tmp_path, monkeypatch):
    engine.register(read)
    port = LocalPort(engine)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHASQUI_TEST_TOKEN", "hush")
    (tmp_path / "there").write_bytes(b"x" * 12_288)

    def noted(**params):
        return dict(port.check("app.read", params).notes)

    assert {"path": "exists, 12 KiB"} == noted(path=str(tmp_path / "there"))
    assert {"path": "exists, a folder"} == noted(path=str(tmp_path))
    assert {"path": "does not exist"} == noted(path=str(tmp_path / "there" / "not"))
    assert {"path": f"exists, 12 KiB, in {tmp_path}"} == noted(path="there")
    assert {"path": f"does not exist, in {tmp_path}; ~ is taken as it stands"} == noted(path="~/x")
    assert {"path": "exists, no ordinary file"} == noted(path="/dev/null")
    assert {"token": "the variable is set"} == noted(token="env:CHASQUI_TEST_TOKEN")
    assert {"token": "the variable is not set"} == noted(token="env:CHASQUI_TEST_NO_TOKEN")
    assert {"token": "exists, 12 KiB"} == noted(token=f"file:{tmp_path / 'there'}")
    assert {} == noted(token="hush")
    assert {} == noted(path="")


def test_a_path_with_a_nul_character_is_a_problem_and_no_crash(engine):
    engine.register(read)
    outcome = LocalPort(engine).check("app.read", {"path": "a\0b"})

    assert ("path", False) == (outcome.problems[0][0], outcome.ok)


def test_a_submission_takes_its_priority_and_its_time_limit(port, engine):
    engine.pause()
    good = port.submit("app.rest", {"seconds": "0"}, SubmitOptions(priority=4, time_limit=9.0))
    bad = port.submit("app.rest", {"seconds": "0"}, SubmitOptions(time_limit=0.0))

    task = engine.pool.find(good.numbers[0])
    assert (4, 9.0) == (task.priority, task.time_limit)
    assert (False, True) == (bad.ok, "time_limit must be more than 0" in bad.reason)


def test_a_submission_takes_its_delay_its_expiry_and_its_key(port, engine):
    engine.pause()
    options = SubmitOptions(delay=60.0, expires=120.0, key="nightly")
    first, again = (port.submit("app.rest", {"seconds": "0"}, options) for _ in range(2))

    task = engine.pool.find(first.numbers[0])
    assert first.numbers == again.numbers
    assert ("nightly", "scheduled", 2) == (task.key, task.state, task.submissions)


def test_what_a_submission_does_not_say_is_as_the_type_says():
    policy = Policy(priority=7, time_limit=30.0)
    with BaseEngine(1, policies={"app.rest": policy}) as engine:
        engine.register(rest)
        engine.pause()
        port = LocalPort(engine)
        (number,) = port.submit("app.rest", {"seconds": "0"}, SubmitOptions()).numbers

        task = engine.pool.find(number)
        assert task is not None
        assert (7, 30.0) == (task.priority, task.time_limit)
        engine.shutdown(0)


def test_a_form_is_shown_no_regular_expression(port, engine):
    @task
    def send(to: Annotated[str, msgspec.Meta(pattern=r"^(?=x)\S+@\S+$")]) -> None:
        """Send a mail."""

    engine.register(send)
    (info,) = (one for one in port.types() if one.name == "app.send")
    (problem,) = port.check("app.send", {"to": "me"}).problems

    assert "a text of a form of its own" == info.parameters[0].expects
    assert ("to", "must be a text of a form of its own") == problem


def test_an_unknown_pool_is_an_outcome_with_its_reason(port):
    outcome = port.submit("app.rest", {"seconds": "0"}, SubmitOptions(pool="slwo"))

    assert (False, True) == (outcome.ok, "unknown pool 'slwo'" in outcome.reason)


def test_a_type_says_which_package_brings_it():
    engine = PluginEngine(1, plugins=PluginHost(enabled=False))
    engine.register(rest)
    packages = {one.name: one.package for one in LocalPort(engine).types()}

    assert packages["demo.sleep"].startswith("chasqui-tui ")
    assert "" == packages["app.rest"]


def test_a_full_backlog_is_an_outcome_with_its_reason(port, engine):
    engine.pause()
    outcomes = [port.submit("app.rest", {"seconds": "0"}, SubmitOptions()) for _ in range(6)]

    assert ([True] * 5 + [False]) == [outcome.ok for outcome in outcomes]
    assert outcomes[-1].reason.startswith("task queue is full: pool default, 5 waiting; ")
