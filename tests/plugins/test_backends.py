"""Backends of plugins: found by their name, made by the plugin, and refused with the reason."""

from __future__ import annotations

import sys

import pytest

from chasqui import ConfigError, Engine, Pool, PoolConfig
from chasqui.engine.config.loading import load
from chasqui.errors import PluginError
from chasqui.plugins.loader import PluginHost
from chasqui.pool.state import state_of
from tests.plugins.sources import GOOD

HEAD = """
from chasqui import BackendType, ThreadBackend, hookimpl
class Own(ThreadBackend):
    def __init__(self, setup):
        if setup.settings.get("depth", 0) < 0:
            raise ValueError("depth must be at least 0")
        self.given = dict(setup.settings)
        super().__init__(type(setup)(setup.pool, setup.start_thread))
HOOK
"""
HOOK = "@hookimpl\ndef chasqui_backends():\n"
LAB = HEAD.replace("HOOK", HOOK) + (
    '    yield BackendType("lab", Own, help="the threads of the lab")\n'
    '    yield BackendType("slow", Own)\n'
)


def offering(offers: str) -> str:
    return HEAD.replace("HOOK", HOOK) + f"    return {offers}\n"


def own_of(pool: Pool) -> object:
    return vars(state_of(pool).backend)["given"]


@pytest.mark.parametrize("name", ["lab", "lab.slow"])
def test_a_pool_has_the_backend_of_a_plugin_by_its_name(install, name):
    install("lab", LAB)
    with Engine(1, backend=name) as engine:
        assert 8 == engine.pool.call(pow, 2, 3).result(10)
    assert name == engine.pool.backend
    assert {} == own_of(engine.pool)


def test_a_pool_alone_has_the_backend_of_a_plugin_too(install):
    install("lab", LAB)

    assert {"depth": 3} == own_of(Pool(1, backend="lab", settings={"depth": 3}))


def test_a_config_names_the_backend_of_a_plugin_and_what_it_takes(install, tmp_path):
    install("lab", LAB)
    file = tmp_path / "config.toml"
    file.write_text("[pools.cpu]\nbackend = 'lab.slow'\n[pools.cpu.settings]\ndepth = 3\n")

    assert {"depth": 3} == own_of(Engine.from_config(file).pools["cpu"])


def test_reading_a_config_imports_no_plugin(install, tmp_path):
    install("lab", "raise AssertionError('imported')")
    file = tmp_path / "config.toml"
    file.write_text("[pools.cpu]\nbackend = 'lab.slow'\n")

    assert "lab.slow" == load(file).pools["cpu"].backend
    assert "fake_lab" not in sys.modules


def test_a_backend_gets_the_settings_of_its_plugin_from_the_config(install, tmp_path):
    install(
        "lab",
        HEAD.replace("HOOK", "@hookimpl\ndef chasqui_backends(settings):\n")
        + "    yield BackendType('lab', lambda setup: Own(type(setup)(\n"
        + "        setup.pool, setup.start_thread, settings)))\n",
    )
    file = tmp_path / "config.toml"
    file.write_text("[pools.default]\nbackend = 'lab'\n[plugin.lab]\nhost = 'a'\n")

    assert {"host": "a"} == own_of(Engine.from_config(file).pool)


def test_naming_a_backend_imports_its_plugin_alone_and_offers_none_of_its_types(install):
    install("lab", LAB + GOOD)
    install("other", GOOD)
    engine = Engine(1, backend="lab")

    assert {} == engine.types
    assert "fake_lab" in sys.modules
    assert "fake_other" not in sys.modules


def test_a_plugin_that_is_offered_is_asked_once_for_types_and_backends(install):
    counting = LAB.replace(HOOK, f"{HOOK}    ASKED.append(1)\n")
    install("lab", f"ASKED = []\n{counting}{GOOD}")
    engine = Engine(1, plugins=["lab"], backend="lab")

    assert ["lab.shout"] == list(engine.types)
    assert [1] == sys.modules["fake_lab"].ASKED


def test_a_plugin_says_which_backends_it_offers(install):
    install("lab", LAB)
    (info,) = [info for info in PluginHost(only=["lab"]).infos if info.status == "loaded"]

    assert {"lab": "the threads of the lab", "lab.slow": ""} == info.backends


@pytest.mark.parametrize("name", ["lib", "lab-slow", "lab.", "Lab", "lab.slow.er", "", "os:system"])
def test_a_name_that_no_installed_plugin_can_have_is_refused_and_nothing_is_imported(install, name):
    install("lab", LAB)

    with pytest.raises(ValueError, match="backend must be one of threads, processes, got"):
        PoolConfig(backend=name)
    assert "fake_lab" not in sys.modules


def test_a_config_that_names_no_backend_there_is_says_where(install, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("[pools.cpu]\nbackend = 'lab.slow'\n")

    with pytest.raises(ConfigError, match=r"pools\.cpu\.backend: must be one of threads"):
        load(file)


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        (LAB, "lab.fast", r"^backend lab\.fast: plugin lab offers lab, lab\.slow$"),
        (GOOD, "lab", r"^backend lab: plugin lab offers no backend$"),
        ("1 / 0", "lab", r"^backend lab: plugin lab \(fake-lab 1\.2\) failed at import: ZeroDiv"),
        (
            offering("[BackendType('lab', lambda setup: 1 / 0)]"),
            "lab",
            r"^backend lab cannot be made for pool default: ZeroDivisionError: division by zero$",
        ),
        (
            offering("[BackendType('lab', lambda setup: None)]"),
            "lab",
            r"^backend lab: what it made, None, has no start$",
        ),
    ],
)
def test_a_backend_that_cannot_be_had_stops_the_start_with_the_reason(install, code, name, said):
    install("lab", code)

    with pytest.raises(PluginError, match=said):
        Engine(1, backend=name)


def test_settings_that_make_no_sense_are_refused_in_the_words_of_the_backend(install):
    install("lab", LAB)

    with pytest.raises(PluginError, match=r"for pool cpu: depth must be at least 0$"):
        Engine(1, pools={"cpu": PoolConfig(backend="lab", settings={"depth": -1})})


@pytest.mark.parametrize("how", [{"disabled": ["lab"]}, {"only": ["demo"]}, {"enabled": False}])
def test_the_backend_of_a_plugin_that_is_left_out_is_refused_and_not_imported(install, how):
    install("lab", "raise AssertionError('imported')")

    with pytest.raises(PluginError, match=r"backend lab: plugin lab \(.*\) is disabled"):
        Engine(1, plugins=PluginHost(**how), backend="lab")


BROKEN = {
    "what is no backend": ("[ThreadBackend]", "which is not a BackendType"),
    "two of one name": ("[BackendType('slow', Own)] * 2", "gave two backends named 'slow'"),
    "a name that is none": ("[BackendType('Slow one', Own)]", "'Slow one' must have a name like"),
    "a name that is no text": ("[BackendType(3, Own)]", "3 must have a name like"),
    "no function": ("[BackendType('slow', 3)]", "make of the backend 'slow' must be a function"),
    "a help that is no text": ("[BackendType('slow', Own, 3)]", "help of the backend 'slow'"),
    "no list": ("3", "chasqui_backends gave 3; return a list"),
    "a hook that raises": ("1 / 0", "ZeroDivisionError: division by zero"),
}


@pytest.mark.parametrize(("offers", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_wrong_offer_of_backends_stops_the_plugin_whole(install, offers, reason):
    install("broken", offering(offers) + GOOD)
    host = PluginHost(only=["broken"]).load()
    (info,) = [info for info in host.infos if info.name == "broken"]

    assert ("failed", (), {}) == (info.status, info.offers, info.backends)
    assert reason in info.problem
    assert {} == host.types()
    assert host.backend("broken.slow") is None


def test_a_backend_may_not_be_called_as_one_of_chasqui_s_own(install):
    install("threads", offering("[BackendType('threads', Own)]"))
    (info,) = [info for info in PluginHost(only=["threads"]).infos if info.name == "threads"]

    assert "'threads' is one of Chasqui's own; give it another name" in info.problem
