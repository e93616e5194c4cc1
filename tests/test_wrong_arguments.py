"""A wrong argument of any public method is refused in words that name it, by an error of its kind.

The methods are found by looking, so that a new one is walked as well. Those that parts of the
package call, and no user, are named below; what they are given was checked before.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chasqui import Batch, ChasquiError, Dispatcher, Engine, Pool, Task, task
from chasqui.engine.failures.log import FailureLog

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
    "params": {},
    "many": [{}],
    "entries": ["app.nothing"],
    "work": Job(),
    "works": [Job()],
    "timeout": 0.2,
    "name": "n",
    "workers": 2,
    "cron": "* * * * *",
    "callback": id,
    "what": 1,
    "number": itertools.count(1_000),  # each call gets the next: none is in use
    "created": 0.0,
    "numbers": [1],
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
    print,
)
TOLD_OTHERWISE = {
    "cron": ("expression", "five fields", "never comes"),
    "type": ("a work is needed",),
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
        }


def _methods() -> list[Any]:
    found = []
    for kind in (Engine, Pool, Dispatcher, Batch, Task, FailureLog):
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
            fits = file if one.name == "file" else FITS[one.name]
            given[one.name] = next(fits) if isinstance(fits, itertools.count) else fits
    method(**given)


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


@pytest.mark.parametrize("kind", [Engine, Pool])
def test_a_wrong_argument_of_the_constructor_is_named(kind):
    for parameter in inspect.signature(kind).parameters.values():
        if parameter.name in ("clock", "start_thread", "chance"):
            continue  # for tests
        for value in WRONG:
            try:
                kind(**{parameter.name: value})
            except ChasquiError:
                continue
            except (TypeError, ValueError) as error:
                assert parameter.name in str(error), (parameter.name, value)
