"""A wrong argument of any public method is refused in words that name it, by an error of its kind.

The methods are found by looking, so that a new one is walked as well. Those that parts of the
package call, and no user, are named below; what they are given was checked before.
"""

from __future__ import annotations

import asyncio
import inspect
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chasqui import (
    Batch,
    Between,
    Breaker,
    ChasquiError,
    Dispatcher,
    Engine,
    Help,
    LogCapture,
    Parameter,
    PluginHost,
    Pool,
    PoolConfig,
    Rate,
    Retention,
    Retry,
    Task,
    TaskHistory,
    task,
)
from chasqui.engine.engine import BaseEngine
from chasqui.engine.failures.log import FailureLog
from chasqui.engine.policy.rules import Policy

WAIT = 10.0

BETWEEN_PARTS = {
    Pool: (
        *("add_done_callback", "allow", "asked_for", "await_room", "call_at", "cancel"),
        *("close_claim", "forked", "full_for", "gather", "is_left", "lost", "particulars"),
        *("serve", "sleep", "submit_batch_with", "submit_claim", "submit_with", "variables"),
        *("wait_for", "withdraw", "claim"),
    ),
    Engine: ("wrong_routes", "from_config", "from_settings", "offer", "backlog_of"),
    FailureLog: ("mark", "put", "record", "sort"),
}
ENDS = ("shutdown", "start", "drain", "undo")  # what they end the others need

OTHERS = {"more", "claim"}  # arguments that parts of the package give


class Job:
    id = name = "job"

    def execute(self, ctx: Any) -> None: ...


class Thing:
    pass


@task
def nothing(a: int = 1) -> None: ...


FITS: dict[str, Any] = {
    "type": "app.nothing",
    "map_items.type": nothing,
    "batch_of.type": nothing,
    "rows": [(1,)],
    "params": {},
    "many": [{}],
    "entries": ["app.nothing"],
    "work": Job(),
    "works": [Job()],
    "fn": len,
    "items": [()],
    "timeout": 0.2,
    "name": "n",
    "workers": 2,
    "cron": "* * * * *",
    "callback": id,
    "what": 1,
    "number": itertools.count(1_000),  # each call gets the next: none is in use
    "created": 0.0,
    "numbers": [1],
    "priority": 1,
    "delay": 0,
    "pool": "default",
    "filter": "",
    "id": "g-1",
    "offset": 0,
    "limit": 1,
    "source": [],
    "file": None,
}
WRONG = (
    Thing(),
    Thing,
    "text",
    5,
    -3.5,
    float("nan"),
    10**400,
    True,
    None,
    b"x",
    [Thing()],
    {"a": 1},
    {1, 2},
    ("a", "b"),
    len,  # not print: written to from two threads at once, pytest's stream crashes Python 3.12.1
    list,
)
TOLD_OTHERWISE = {
    "cron": ("expression", "five fields", "never comes"),
    "type": ("a work is needed", "not a task type or a Work"),
    "work": ("not a Work",),
    "works": ("not a Work",),
    "entries": ("not a Work",),
    "what": ("number must be",),
}


@pytest.fixture
def made() -> Iterator[dict[type, Any]]:
    engine, pool = Engine(2, 10_000), Pool(2, 10_000)
    engine.register(nothing)
    dispatcher = Dispatcher(pool)
    with engine, pool, dispatcher:
        batch = engine.batch(["app.nothing"])
        assert batch.wait(WAIT)
        yield {
            Engine: engine,
            Pool: pool,
            Dispatcher: dispatcher,
            Batch: batch,
            Task: batch.tasks[0],
            FailureLog: engine.failures,
            TaskHistory: engine.history,
        }


def _methods() -> list[Any]:
    found = []
    for kind in (Engine, Pool, Dispatcher, Batch, Task, FailureLog, TaskHistory):
        for name in dir(kind):
            left_out = name in BETWEEN_PARTS.get(kind, ()) or name in ENDS
            if not name.startswith("_") and callable(getattr(kind, name)) and not left_out:
                found.append(pytest.param(kind, name, id=f"{kind.__name__}.{name}"))
    return found


def _call(method: Callable[..., Any], name: str, value: Any, file: Any) -> None:
    """Call a method with one wrong argument; the others fit."""
    given: dict[str, Any] = {}
    for one in inspect.signature(method).parameters.values():
        if one.kind in (one.VAR_KEYWORD, one.VAR_POSITIONAL):
            continue
        if one.name == name:
            given[one.name] = value
        elif one.default is one.empty or one.name == "timeout":
            its_own = f"{method.__name__}.{one.name}"
            fits = file if one.name == "file" else FITS[its_own if its_own in FITS else one.name]
            given[one.name] = next(fits) if isinstance(fits, itertools.count) else fits
    made = method(**given)
    if inspect.iscoroutine(made):
        asyncio.run(made)


@pytest.mark.parametrize(("kind", "name"), _methods())
def test_a_wrong_argument_is_named(made, kind, name, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)  # a text is a file to export to
    method = getattr(made[kind], name)
    for parameter in inspect.signature(method).parameters.values():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if parameter.name in OTHERS:
            continue
        words = (parameter.name, *TOLD_OTHERWISE.get(parameter.name, ()))
        for value in WRONG:
            if parameter.name == "file" and type(value) in (int, bool):
                continue  # the number of an open file
            try:
                _call(method, parameter.name, value, tmp_path / "file")
            except ChasquiError:
                continue
            except (TypeError, ValueError) as error:
                assert any(word in str(error) for word in words), (parameter.name, value)


REFUSED = (
    *itertools.product(
        ("name", "observers", "observers_folder", "config_file", "help"), (5, b"x", print)
    ),
    *itertools.product(("inherit", "serve", "logging", "prints"), ("text", 5, [], print)),
    *itertools.product(("pools", "policies", "schedules", "capture"), (5, "text", {"a": 1})),
    *itertools.product(("observer", "numbers", "retry"), (5, "text", {"a": 1})),
    *itertools.product(("only", "disabled", "offer"), (5, "text", {"a": 1}, [5], list)),
    *itertools.product(("strict", "enabled"), ("text", 5, [])),
    *itertools.product(("settings", "modules"), (5, "text")),
)
"""What may not be accepted: it would be an error later, or none."""
TOLD_OF_A_CLASS = {
    "offer": "offer must be|no plugin",
    "ge": "bound",
    "le": "bound",
    "description": "Help takes",
}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (BaseEngine, {}),
        (Engine, {}),
        (Pool, {}),
        (Dispatcher, {"target": Pool(1, 1)}),
        (PoolConfig, {}),
        (Retry, {}),
        (Breaker, {}),
        (Rate, {"count": 1}),
        (Retention, {}),
        (LogCapture, {}),
        (PluginHost, {}),
        (Policy, {}),
        (Parameter, {"name": "n", "type": int}),
        (Between, {"ge": 1, "le": 2}),
        (Help, {"description": "how many"}),
    ],
)
def test_a_wrong_argument_of_the_constructor_is_named(kind, given):
    for parameter in inspect.signature(kind).parameters.values():
        if parameter.name in ("clock", "start_thread", "chance", "default"):
            continue  # for tests, or of any kind
        name = TOLD_OF_A_CLASS.get(parameter.name, parameter.name)
        for value in WRONG:
            try:
                kind(**{**given, parameter.name: value})
            except ChasquiError:
                continue
            except (TypeError, ValueError) as error:
                assert re.search(name, str(error)), (parameter.name, value)
            else:
                assert (parameter.name, value) not in REFUSED


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"attempts": "many"}, "attempts must be a whole number, got 'many'"),
        ({"attemps": 3}, "Policy has no attemps=3; did you mean attempts=? it takes attempts, "),
        ({"retry": {"attemps": 3}}, "Retry has no attemps=3; did you mean attempts=?"),
        ({"retry": 3}, "retry must be a table, such as {'attempts': 3}, got 3"),
        ({"breaker": {"failures": 0}}, "failures must be at least 1, got 0"),
        (3, "must be a Policy or a table, got 3"),
    ],
)
def test_a_policy_of_an_engine_is_checked_when_the_engine_is_made(table, words):
    with pytest.raises((TypeError, ValueError)) as wrong:
        Engine(policies={"app.nothing": table})

    assert "policies['app.nothing']" in str(wrong.value)
    assert words in str(wrong.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda wrong: Engine(1).batch([], name=wrong),
        lambda wrong: Engine(1).bus.subscribe(wrong),
        lambda wrong: Pool(1).hold("lane", wrong),
        lambda wrong: Pool(1).unhold("lane", wrong),
        lambda wrong: Engine.from_config(wrong),
    ],
)
@pytest.mark.parametrize("wrong", [5, b"x", [1], {"a": 1}])
def test_what_would_be_an_error_later_is_refused_where_it_is_given(call, wrong):
    with pytest.raises(TypeError, match=r"(name|observer|why|path) must be a"):
        call(wrong)
