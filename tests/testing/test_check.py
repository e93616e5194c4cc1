"""A check says in sentences what is wrong with a plugin, and nothing when nothing is."""

from __future__ import annotations

import pytest

from chasqui.testing import check_plugin

pytestmark = pytest.mark.slow

GOOD = '''
from chasqui import Parameter, hookimpl, task

@task
def shout(text: str) -> str:
    """Say it loudly.

    More is said below.
    """
    return text.upper()

@hookimpl
def chasqui_settings():
    yield Parameter("depth", int, default=1, help="how deep")

@hookimpl
def chasqui_tasks():
    yield shout
'''


def documented(doc):
    return GOOD.replace('"""Say it loudly.\n\n    More is said below.\n    """', doc)


FLAWED = {
    "a module that is not there": (
        "import not_there_at_all",
        "failed at import: ModuleNotFoundError: No module named 'not_there_at_all'",
    ),
    "a misspelt hook": (
        GOOD.replace("def chasqui_tasks", "def chasqui_task"),
        "did you mean chasqui_tasks?",
    ),
    "no docstring": (documented("pass"), "flawed.shout: it has no docstring"),
    "an empty docstring": (documented('""" """'), "flawed.shout: it has no docstring"),
    "a long first line": (
        documented(f'"""{"long " * 20}."""'),
        "flawed.shout: the first line of its docstring has 101 characters, over 100",
    ),
    "a first line that goes on": (
        documented('"""Say it\n    loudly."""'),
        "flawed.shout: the first line of its docstring must stand alone",
    ),
    "a first line that is no sentence": (
        documented('"""Say it loudly"""'),
        "flawed.shout: the first line of its docstring is no sentence",
    ),
    "a setting without help": (
        GOOD.replace(', help="how deep"', ""),
        "its setting 'depth' has no help",
    ),
    "a backend without help": (
        f"{GOOD}from chasqui import BackendType, ThreadBackend\n@hookimpl\n"
        "def chasqui_backends():\n    yield BackendType('flawed', ThreadBackend)\n",
        "its backend flawed has no help",
    ),
    "a line printed at import": (GOOD + "\nprint('hello')", r"it prints while it is loaded"),
    "a line printed by a hook": (
        GOOD.replace("    yield shout", "    print('hello')\n    yield shout"),
        r"it prints while it is loaded, into whatever its host prints: 'hello\n'",
    ),
    "bytes written past sys.stdout": (
        GOOD + "\nimport os\nos.write(1, b'h\\xff')",
        r"into whatever its host prints: 'h\\xff'",
    ),
    "what is not UTF-8 printed": (GOOD + "\nprint('\\udce9')", r"'\udce9\n'"),
    "Textual": (GOOD + "\nimport textual", "it imports textual"),
    "a slow import": (
        GOOD + "\nfrom time import process_time as now\nuntil = now() + 0.4\n"
        "while now() < until: pass",
        "of processor time beyond Chasqui's own, more than 250 ms",
    ),
    "the end of the interpreter": (
        GOOD + "\nimport os, sys\nsys.__stderr__.write('so long')\nsys.__stderr__.flush()\n"
        "os._exit(7)",
        "loading flawed ended the interpreter, status 7: so long",
    ),
}


def test_nothing_is_wrong_with_a_good_plugin(install):
    install("good", GOOD)

    assert [] == check_plugin("good")


@pytest.mark.parametrize(("code", "says"), FLAWED.values(), ids=FLAWED)
def test_each_flaw_is_one_sentence(install, code, says):
    install("flawed", code)
    (sentence,) = check_plugin("flawed")

    assert says in sentence


def test_a_plugin_that_is_not_installed_is_a_problem(install):
    (sentence,) = check_plugin("nowhere")

    assert "no installed plugin is called 'nowhere'" in sentence


def test_two_packages_of_one_name_are_a_problem_of_both(install):
    install("good", GOOD, package="one-good")
    install("good", GOOD, package="two-good")
    problems = check_plugin("good")

    assert 2 == len(problems)
    for problem in problems:
        assert "one-good 1.2 and two-good 1.2 both bring a plugin named 'good'" in problem


def test_an_import_that_only_waits_costs_no_processor_time(install):
    install("patient", GOOD + "\nimport time\ntime.sleep(0.3)")

    assert [] == check_plugin("patient")


def test_another_plugin_and_the_users_own_selection_change_nothing(install, monkeypatch):
    install("good", GOOD)
    install("bad", "print('bad')\n1 / 0")
    monkeypatch.setenv("CHASQUI_PLUGINS", "bad")
    monkeypatch.setenv("CHASQUI_DISABLE_PLUGINS", "good")

    assert [] == check_plugin("good")


def test_what_a_test_has_in_its_own_interpreter_does_not_reach_the_check(
    install, monkeypatch, tmp_path
):
    install("good", "import helper\n" + GOOD)
    (tmp_path / "helper.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    assert "No module named 'helper'" in "".join(check_plugin("good"))


def test_settings_are_what_the_plugin_gets(install):
    install("picky", GOOD.replace("default=1, ", ""))
    (sentence,) = check_plugin("picky")

    assert "plugin.picky.depth: is required" in sentence
    assert [] == check_plugin("picky", settings={"depth": 3})


def test_a_plugin_that_never_finishes_loading_is_reported(install, monkeypatch):
    monkeypatch.setattr("chasqui.testing.check.END_SECONDS", 1.0)
    install("stuck", "import threading\nthreading.Event().wait()")
    (sentence,) = check_plugin("stuck")

    assert "loading stuck did not end within 1 s" in sentence


def test_the_built_in_plugin_passes():
    assert [] == check_plugin("demo")
