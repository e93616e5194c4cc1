"""A plugin says what its table of the config may hold, and gets it checked and filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from chasqui import Engine
from chasqui.plugins.loader import PluginHost

CODE = """
from pathlib import Path
from typing import Annotated
from chasqui import Between, Parameter, Secret, hookimpl, task

@hookimpl
def chasqui_settings():
    yield Parameter("server", str, help="whom to ask")
    yield Parameter("tries", Annotated[int, Between(1, 9)], default=3)
    yield Parameter("folder", Path, default=Path("/tmp"))
    yield Parameter("token", Secret[str] | None, default=None)

@hookimpl
def chasqui_tasks(settings):
    @task
    def tell() -> dict:
        "Tell the settings."
        return {**settings, "token": settings["token"] and settings["token"].reveal()}
    yield tell
"""


def load(settings):
    host = PluginHost(settings={"asker": settings})
    (info,) = [info for info in host.infos if info.name == "asker"]
    return host, info


def test_settings_arrive_converted_with_their_defaults(install, monkeypatch):
    install("asker", CODE)
    monkeypatch.setenv("ASKER_TOKEN", "a very secret text")
    host, _ = load({"server": "s", "folder": "/srv", "token": "env:ASKER_TOKEN"})

    with Engine(1, plugins=host) as engine:
        told = engine.submit("asker.tell").result(10)

    assert {
        "server": "s",
        "tries": 3,
        "folder": Path("/srv"),
        "token": "a very secret text",
    } == told


def test_every_wrong_setting_is_named_with_its_key_and_stops_the_plugin(install):
    install("asker", CODE)
    _, info = load({"trys": 1, "tries": 10, "token": "hunter2"})

    assert ("failed", "registered", ()) == (info.status, info.stage, info.offers)
    assert (
        "plugin.asker.server: is required",
        "plugin.asker.tries: must be between 1 and 9, got 10",
        "plugin.asker.token: must be a reference to a secret, env:NAME or file:PATH, not a value",
        "plugin.asker.trys: is not a setting; did you mean tries?",
    ) == info.wrong_settings
    assert "failed when its settings were checked: plugin.asker.server" in info.summary()
    assert "hunter2" not in repr(info)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("yield 3", "gave 3, which is not a Parameter"),
        ("yield Parameter('a b', int)", "'a b' must be named by letters, digits and _"),
        ("yield Parameter('a', int); yield Parameter('a', str)", "setting 'a' is there twice"),
        ("yield Parameter('a', complex)", "setting 'a' complex has no JSON form"),
        ("yield Parameter('a', int, default='x')", "its default must be a whole number, got 'x'"),
        ("return 3", "chasqui_settings gave 3; return a list"),
        ("raise OSError('no disk')", "OSError: no disk"),
    ],
)
def test_wrong_declarations_stop_the_plugin(install, given, reason):
    head = "from chasqui import Parameter, hookimpl\n@hookimpl\ndef chasqui_settings():\n"
    install("asker", f"{head}    {given}\n")
    _, info = load({})

    assert "failed" == info.status
    assert reason in info.problem


def test_a_plugin_that_declares_nothing_gets_its_table_as_it_stands(install):
    install(
        "asker",
        "from chasqui import hookimpl, task\n@hookimpl\ndef chasqui_tasks(settings):\n"
        "    @task\n    def tell() -> dict:\n        return settings\n    return [tell]\n",
    )
    host, _ = load({"any": ["thing"]})

    with Engine(1, plugins=host) as engine:
        assert {"any": ["thing"]} == engine.submit("asker.tell").result(10)
