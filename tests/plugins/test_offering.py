"""An engine offers the types that a program registers, and those of plugins only if asked."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from chasqui import Engine, UnknownType, task
from chasqui.engine.engine import BaseEngine
from chasqui.plugins.loader import PluginHost
from tests.plugins.sources import GOOD


@task
def mine() -> None:
    """Do nothing."""


@pytest.fixture
def loud(install):
    install("loud", GOOD)
    install("other", GOOD)


def config(folder, text):
    file = folder / "config.toml"
    file.write_text(text)
    return file


def test_an_engine_offers_what_is_registered_and_nothing_else(loud):
    engine = Engine(1)
    engine.register(mine)

    assert ["app.mine"] == list(engine.types)
    assert () == engine.plugins.infos


@pytest.mark.parametrize("asked", [False, None, [], ()])
def test_no_plugin_is_imported_or_looked_for_unless_asked(loud, asked):
    engine = Engine(1, plugins=asked)

    assert {} == engine.types
    assert "fake_loud" not in sys.modules


def test_no_plugin_is_searched_for_when_none_is_asked_for():
    code = (
        "import sys; from chasqui import Engine; e = Engine(1); e.types; "
        "print('importlib.metadata' in sys.modules, 'pluggy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "False False" == done.stdout.strip()


def test_true_offers_all_that_are_installed_and_the_built_in_ones(loud):
    engine = Engine(1, plugins=True)

    assert {"demo.sleep", "loud.shout", "other.shout"} <= set(engine.types)


@pytest.mark.parametrize("name", ["loud", "fake-loud", "Fake_Loud"])
def test_a_list_offers_the_plugins_in_it_by_their_own_name_or_their_package(loud, name):
    engine = Engine(1, plugins=[name])

    assert ["loud.shout"] == list(engine.types)
    assert "fake_other" not in sys.modules


def test_a_type_that_is_not_offered_says_how_to_offer_it(loud):
    with Engine(1, plugins=["demo"]) as engine, pytest.raises(UnknownType) as refused:
        engine.submit("loud.shout", {"text": "hey"})

    assert (
        "unknown task type 'loud.shout': plugin loud (fake-loud 1.2) is installed, but this engine "
        'does not offer it; make it with Engine(plugins=["loud"]), or write only = ["loud"] under '
        "[plugins] in its config"
    ) == str(refused.value)
    assert "fake_loud" not in sys.modules


def test_the_built_in_plugin_has_to_be_asked_for_too():
    with Engine(1) as engine, pytest.raises(UnknownType, match=r'Engine\(plugins=\["demo"\]\)'):
        engine.submit("demo.sleep", {"seconds": 0})


def test_a_type_that_no_plugin_has_is_unknown_as_ever(loud):
    with Engine(1) as engine, pytest.raises(UnknownType, match=r"did you mean app\.mine\?"):
        engine.register(mine)
        engine.submit("app.mime")


def test_a_plugin_that_is_offered_but_disabled_says_so(loud, monkeypatch):
    monkeypatch.setenv("CHASQUI_DISABLE_PLUGINS", "loud")
    for asked in (["loud"], []):
        with pytest.raises(UnknownType, match=r"disabled .CHASQUI_DISABLE_PLUGINS"):
            Engine(1, plugins=asked).submit("loud.shout")


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        (["luod"], ValueError, "plugins: there is no plugin 'luod'; did you mean 'loud'?"),
        (["fake-luod"], ValueError, "there is no plugin 'fake-luod'; did you mean 'fake-loud'?"),
        (["xyzzy"], ValueError, "there is no plugin 'xyzzy'; installed are "),
        ("loud", TypeError, "got 'loud'; write plugins=['loud']"),
        (1, TypeError, "plugins must be True, False, or a list of names of plugins, got 1"),
        ([1], TypeError, "got 1 in the list"),
        ([None], TypeError, "got None in the list"),
    ],
)
def test_a_name_that_no_plugin_has_is_refused_at_once(loud, asked, kind, said):
    with pytest.raises(kind) as refused:
        Engine(1, plugins=asked)

    assert said in str(refused.value)


def test_a_config_offers_the_plugins_in_only(loud, tmp_path):
    file = config(tmp_path, '[plugins]\nonly = ["loud"]\n')

    assert ["loud.shout"] == list(Engine.from_config(file).types)


@pytest.mark.parametrize("text", ["", '[plugins]\ndisabled = ["other"]\n', "[plugins]\nonly = []"])
def test_a_config_that_asks_for_no_plugin_offers_none(loud, tmp_path, text):
    assert {} == Engine.from_config(config(tmp_path, text)).types


def test_an_argument_adds_to_a_config_what_the_config_allows(loud, tmp_path):
    file = config(tmp_path, '[plugins]\ndisabled = ["other"]\n')

    everything = Engine.from_config(file, plugins=True).types
    assert "loud.shout" in everything
    assert "other.shout" not in everything
    assert {} == Engine.from_config(file, plugins=["other"]).types


def test_an_argument_may_take_away_what_a_config_offers(loud, tmp_path):
    file = config(tmp_path, '[plugins]\nonly = ["loud", "other"]\n')

    assert {} == Engine.from_config(file, plugins=False).types
    assert ["other.shout"] == list(Engine.from_config(file, plugins=["other"]).types)


def test_a_host_of_plugins_offers_what_it_has(loud):
    assert "loud.shout" in Engine(1, plugins=PluginHost()).types


def test_an_engine_takes_every_argument_of_its_base_by_name():
    own, base = (inspect.signature(one).parameters for one in (Engine, BaseEngine))

    assert {n: p.default for n, p in base.items() if n != "types"} == {
        n: p.default for n, p in own.items() if n in base
    }
    with pytest.raises(TypeError, match="wokers"):
        Engine(wokers=3)  # type: ignore[call-arg]
