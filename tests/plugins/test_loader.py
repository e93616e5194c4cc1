"""Plugins load each on its own; what goes wrong stops one plugin whole, and nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from chasqui import Engine, UnknownType
from chasqui.errors import PluginError
from chasqui.plugins.loader import PluginHost
from tests.plugins.sources import GOOD
from tests.present import present


def only(host, name):
    (info,) = [info for info in host.infos if info.name == name]
    return info


def test_a_plugin_offers_its_types_under_its_own_name(install):
    install("loud", GOOD)
    host = PluginHost().load()

    info = only(host, "loud")
    assert ("loaded", "loaded", ("loud.shout",), ("chasqui_tasks",)) == (
        info.status,
        info.stage,
        info.offers,
        info.hooks,
    )
    assert "fake-loud 1.2" == info.package
    with Engine(1, plugins=host) as engine:
        assert "HEY" == engine.submit("loud.shout", {"text": "hey"}).result(10)


HEAD = "from chasqui import hookimpl, task\n"
HOOK = "@hookimpl\ndef chasqui_tasks():\n"
TASK = "@task\ndef one(x: int = 1) -> int:\n    return x\n"

BROKEN = {
    "an import error": ("import not_there_at_all", "found", "No module named 'not_there_at_all'"),
    "any other error at import": ("1 / 0", "found", "ZeroDivisionError: division by zero"),
    "sys.exit at import": ("import sys; sys.exit(3)", "found", "it called sys.exit(3)"),
    "an argument that the hook does not have": (
        HEAD + "@hookimpl\ndef chasqui_tasks(settings, nope): return []",
        "imported",
        "nope",
    ),
    "an argument with a default": (
        HEAD + "@hookimpl\ndef chasqui_tasks(settings=None): return []",
        "imported",
        "its argument 'settings' has a default",
    ),
    "a misspelt hook": (
        HEAD + "@hookimpl\ndef chasqui_task(settings): return []",
        "imported",
        "did you mean chasqui_tasks?",
    ),
    "a hook that is not marked": (
        HEAD + "def chasqui_tasks(settings): return []",
        "imported",
        "decorate it with @hookimpl",
    ),
    "a wrapper": (
        HEAD + "@hookimpl(wrapper=True)\ndef chasqui_tasks(settings): return (yield)",
        "imported",
        "is a wrapper",
    ),
    "another version of the hooks": ("CHASQUI_API = 99", "imported", "plugin API 99; this is 1"),
    "a hook that raises after its first offer": (
        HEAD
        + TASK
        + "@hookimpl\ndef chasqui_tasks():\n    yield one\n    raise OSError('halfway')",
        "registered",
        "OSError: halfway",
    ),
    "a hook that leaves": (
        HEAD + "import sys\n@hookimpl\ndef chasqui_tasks():\n    sys.exit()",
        "registered",
        "it called sys.exit(None)",
    ),
    "a hook that gives no list": (
        HEAD + "@hookimpl\ndef chasqui_tasks():\n    return 3",
        "registered",
        "chasqui_tasks gave 3; return a list",
    ),
    "two types of one name": (
        HEAD + TASK + "@hookimpl\ndef chasqui_tasks():\n    return [one, one]",
        "collected",
        "two task types named 'one'",
    ),
    "what is no task type": (
        HEAD + "@hookimpl\ndef chasqui_tasks():\n    return [len]",
        "collected",
        "decorate it with @task",
    ),
    "a type whose name is no name": (
        HEAD
        + "@task\ndef Shout() -> None: ...\n@hookimpl\ndef chasqui_tasks():\n    return [Shout]",
        "collected",
        "'Shout' must have a name like",
    ),
    "a parameter that cannot be one": (
        HEAD + "@task\ndef one(x: object) -> None: ...",
        "found",
        "one: parameter 'x': object cannot be a parameter",
    ),
    "a default outside its bounds": (
        HEAD
        + "from typing import Annotated\nfrom chasqui import Between\n"
        + "@task\ndef one(x: Annotated[int, Between(1, 2)] = 5) -> None: ...",
        "found",
        "its default must be between 1 and 2, got 5",
    ),
}


@pytest.mark.parametrize(("code", "stage", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_plugin_is_kept_with_its_reason_and_leaves_nothing_live(
    install, code, stage, reason
):
    install("broken", code)
    install("loud", GOOD)
    host = PluginHost().load()
    info = only(host, "broken")

    assert ("failed", stage) == (info.status, info.stage)
    assert reason in info.problem
    assert "Traceback" in info.traceback
    assert {"demo.burn", "demo.fail", "demo.sleep", "loud.shout"} <= set(host.types())
    assert not [name for name in host.types() if name.startswith("broken.")]
    assert [] == [
        one
        for one in present(host._importer)._manager.get_plugins()
        if one.__name__ == "fake_broken"
    ]


def test_submitting_a_type_of_a_failed_plugin_says_what_became_of_it(install):
    install("broken", "import not_there_at_all")
    with Engine(1, plugins=True) as engine, pytest.raises(UnknownType) as refused:
        engine.submit("broken.thing")

    assert "plugin broken (fake-broken 1.2) failed at import" in str(refused.value)


def test_when_every_plugin_is_broken_the_built_in_one_works(install):
    for number, (code, _, _) in enumerate(BROKEN.values()):
        install(f"broken{number}", code)

    with Engine(1, plugins=True) as engine:
        assert engine.submit("demo.sleep", {"seconds": 0}).wait(10)
    assert len(BROKEN) == sum(info.name.startswith("broken") for info in engine.plugins.infos)


def test_two_packages_with_one_name_both_fail_and_name_each_other(install):
    install("loud", GOOD, package="one-loud")
    install("loud", GOOD, package="two-loud")
    infos = [info for info in PluginHost().infos if info.name == "loud"]

    assert ["failed", "failed"] == [info.status for info in infos]
    for info in infos:
        assert "one-loud 1.2 and two-loud 1.2" in info.problem


def test_of_two_packages_with_one_name_the_other_loads_when_one_is_disabled(install):
    install("loud", GOOD, package="one-loud")
    install("loud", GOOD, package="two-loud")
    host = PluginHost(disabled=["one-loud"])

    states = {info.distribution: info.status for info in host.infos}
    assert ("disabled", "loaded") == (states["one-loud"], states["two-loud"])
    assert "loud.shout" in host.types()


@pytest.mark.parametrize(
    ("settings", "variables", "because"),
    [
        ({"disabled": ["loud"]}, {}, "config: [plugins] disabled"),
        ({"disabled": ["fake-loud"]}, {}, "config: [plugins] disabled"),
        ({"disabled": ["Fake_Loud"]}, {}, "config: [plugins] disabled"),
        ({"only": ["demo"]}, {}, "config: [plugins] only"),
        ({"enabled": False}, {}, "--no-plugins"),
        ({}, {"CHASQUI_PLUGINS": ""}, "CHASQUI_PLUGINS only"),
        ({}, {"CHASQUI_DISABLE_PLUGINS": "x, loud"}, "CHASQUI_DISABLE_PLUGINS disabled"),
        ({"only": ["loud"]}, {"CHASQUI_PLUGINS": "demo"}, "CHASQUI_PLUGINS only"),
    ],
)
def test_a_plugin_left_out_is_never_imported(install, monkeypatch, settings, variables, because):
    install("loud", "raise AssertionError('imported')")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    host = PluginHost(**settings).load()

    assert ("disabled", because) == (only(host, "loud").status, only(host, "loud").problem)
    assert "fake_loud" not in sys.modules


def test_the_built_in_plugin_can_be_disabled_too(install):
    assert "disabled" == only(PluginHost(disabled=["demo"]), "demo").status


def test_listing_imports_nothing(install):
    install("loud", "raise AssertionError('imported')")

    assert "found" == {info.name: info for info in PluginHost().found()}["loud"].status
    assert "fake_loud" not in sys.modules


@pytest.mark.parametrize("name", ["Bad", "9x", "app", "all"])
def test_a_name_that_cannot_be_a_namespace_is_refused(install, name):
    install(name, "raise AssertionError('imported')", package="odd")

    assert "failed" == only(PluginHost(), name).status


def test_a_strict_host_raises_and_names_each_failed_plugin(install):
    install("one", "1 / 0")
    install("two", "import not_there_at_all")

    with pytest.raises(PluginError) as refused:
        PluginHost(strict=True).load()
    for said in ("plugin one (fake-one 1.2)", "plugin two (fake-two 1.2)", "division by zero"):
        assert said in str(refused.value)


def test_asking_for_a_type_imports_its_own_plugin_and_no_other(install):
    install("loud", GOOD)
    install("broken", "import not_there_at_all")
    install("unasked", GOOD)
    with Engine(1, plugins=True) as engine:
        assert "HEY" == engine.submit("loud.shout", {"text": "hey"}).result(10)

    assert ["loud"] == [info.name for info in engine.plugins.infos_loaded()]
    assert "fake_unasked" not in sys.modules
    assert "failed" == only(engine.plugins, "broken").status
    assert "unasked.shout" in engine.types


def test_a_strict_host_refuses_a_type_while_any_plugin_fails(install):
    install("loud", GOOD)
    install("broken", "import not_there_at_all")
    host = PluginHost(strict=True)

    for _ in range(2):
        with pytest.raises(PluginError, match="plugin broken"):
            host.type("loud.shout")


def test_an_engine_with_a_strict_host_does_not_start_while_any_plugin_fails(install):
    install("broken", "import not_there_at_all")
    engine = Engine(1, plugins=PluginHost(strict=True))

    for _ in range(2):
        with pytest.raises(PluginError, match="plugin broken"):
            engine.start()

    assert "new" == engine.state


def test_a_plugin_gets_its_own_table_of_the_config(install):
    install(
        "picky",
        HEAD + "seen = []\n@hookimpl\ndef chasqui_tasks(settings):\n    seen.append(settings)\n"
        "    return []\n",
    )
    PluginHost(settings={"picky": {"depth": 3}, "other": {"x": 1}}).load()

    assert [{"depth": 3}] == sys.modules["fake_picky"].seen


def test_a_hook_for_a_later_version_may_be_optional(install):
    install("later", HEAD + "@hookimpl(optionalhook=True)\ndef chasqui_future(): return []")

    assert "loaded" == only(PluginHost(), "later").status


def test_loading_every_plugin_headless_imports_no_textual():
    code = (
        "import sys\nfrom chasqui import Engine\nEngine(1).types\n"
        "print([name for name in ('textual', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert "[]\n" == done.stdout
