"""`config`: every mistake is named, and every value says where it comes from."""

from __future__ import annotations

import sys
import tomllib

import pytest

from tests.commands.plugins import ASKER

pytestmark = pytest.mark.slow


def test_every_value_shown_says_where_it_comes_from(chasqui, config, overrides):
    file = config("[pools.default]\nworkers = 3\nqueue_size = 7\n[plugins]\nonly = [\n'demo']\n")
    kept = overrides("[pools.default]\nworkers = 5\n")
    done = chasqui("config", "show", "--origin")

    shown = done.stdout.decode()
    origins = {
        line.split()[0]: line.split("  # ")[1]
        for line in shown.partition("\n[run]")[0].splitlines()
        if "  # " in line
    }
    assert f"{kept}:2" == origins["workers"]
    assert f"{file}:4" == origins["queue_size"]
    assert f"{file}:6" == origins["]"]
    assert "default" == origins["backend"]
    assert "default" == shown.partition("theme = ")[2].split()[2]


def test_what_is_shown_with_origins_is_the_same_toml(chasqui, config):
    config("[[schedule]]\ntype='demo.fail'\ncron='@daily'\n[plugin.demo]\nx = [1, {a = 2}]\n")
    plain, with_origins = chasqui("config", "show"), chasqui("config", "show", "--origin")

    shown = tomllib.loads(plain.stdout.decode())
    assert shown == tomllib.loads(with_origins.stdout.decode())
    assert {"x": [1, {"a": 2}]} == shown["plugin"]["demo"]


@pytest.mark.parametrize("words", [["config", "show"], ["config", "show", "--origin"]])
def test_secrets_are_not_shown_but_their_references_are(chasqui, config, plugin, words):
    plugin("asker", ASKER)
    config(
        "[plugin.asker]\npin = 'hunter2'\n[plugin.demo]\napi_key = 'hunter3'\n"
        "token = 'env:TOKEN'\n"
        "[[schedule]]\ntype = 'a'\ncron = '@daily'\nparams = {password='hunter4'}\n"
    )
    shown = chasqui(*words).stdout.decode()

    assert "hunter" not in shown
    assert 3 == shown.count('"••••"')
    assert 'token = "env:TOKEN"' in shown


def test_what_a_config_says_of_types_is_shown_with_its_origin(chasqui, config):
    file = config("[types.'demo.fail']\nattempts = 2\nretry.base = 0.5\n")
    shown = chasqui("config", "show", "--origin").stdout.decode()

    types = tomllib.loads(shown)["types"]
    assert {"demo.fail": {"attempts": 2, "retry": {"base": 0.5}}} == types
    assert f"# {file}:3" in next(one for one in shown.splitlines() if "attempts" in one)


def test_a_run_goes_by_what_the_config_says_of_types_and_by_no_schedule(chasqui, rows, config):
    config(
        "[types.'demo.fail']\nattempts = 3\nretry.base = 0\n[types.'demo.gone']\npriority = 1\n"
        "[[schedule]]\ntype = 'demo.fail'\ncron = '* * * * * *'\nparams = { message = 'x' }\n"
    )
    done = chasqui("--trust", "run", "demo.sleep", "seconds=1.2")
    assert (0, 1) == (done.returncode, len(rows(done)))
    assert b"accepted 1 =" in done.stderr

    (row,) = rows(chasqui("run", "demo.fail", "message=no"))
    assert ("failed", 3) == (row["state"], row["attempts"])


def test_damaged_overrides_are_named_and_stop_nothing(chasqui, config, overrides):
    config("")
    kept = overrides("[pools")
    line = f"chasqui-tui: {kept}: is not valid TOML: "
    check, run = chasqui("config", "check"), chasqui("run", "demo.sleep", "seconds=0")

    assert (2, 1) == (check.returncode, len(check.stderr.splitlines()))
    assert check.stderr.decode().startswith(line)
    assert b"or delete it" in check.stderr
    assert 0 == run.returncode
    assert run.stderr.decode().startswith(line)


def test_a_pool_that_is_probably_misspelt_is_named_and_stops_nothing(chasqui, config):
    config("[pools.defualt]\nworkers = 3\n")
    line = "chasqui-tui: config.toml: pools.defualt: no type is sent to this pool; did you mean "
    check, run = chasqui("config", "check"), chasqui("--trust", "run", "demo.sleep", "seconds=0")

    assert (2, 0) == (check.returncode, run.returncode)
    for done in (check, run):
        assert done.stderr.decode().splitlines()[0].startswith(line)


def test_a_theme_that_there_is_not_in_the_overrides_stops_nothing(chasqui, config, overrides):
    config("")
    kept = overrides("[console]\ntheme = 'chasqui-drak'\n")
    run = chasqui("run", "demo.sleep", "seconds=0")

    assert 0 == run.returncode
    assert f"{kept}: console.theme: must be one of" in run.stderr.decode()


def test_the_console_starts_over_damaged_overrides(terminal, config, overrides):
    config("")
    overrides("[pools")
    console = terminal(sys.executable, "-m", "chasqui")
    console.await_text("RUNNING")
    console.type("q")

    assert 0 == console.end()
    assert b"is not valid TOML" in console.raw


ROUTED = """
from chasqui import hookimpl, task

@task(pool="cpu")
def burn() -> None: ...

@hookimpl
def chasqui_tasks():
    return [burn]
"""


def test_every_pool_is_shown_with_where_its_values_come_from(chasqui, config, overrides):
    file = config("[pools.cpu]\nworkers = 2\nqueue_size = 7\n")
    kept = overrides("[pools.cpu]\nworkers = 5\n")
    shown = chasqui("config", "show", "--origin").stdout.decode()
    table = shown.partition("[pools.cpu]")[2].partition("\n\n")[0]

    assert {
        "backend": "default",
        "workers": f"{kept}:2",
        "queue_size": f"{file}:4",
    } == {line.split()[0]: line.split("  # ")[1] for line in table.splitlines() if line}
    assert "[pools.default]" in shown


def test_a_type_in_a_pool_that_there_is_not_is_wrong_whoever_says_so(chasqui, config, plugin):
    plugin("hot", ROUTED)
    file = config("[pools.gpu]\n")
    for words in (["config", "check"], ["run", "hot.burn"], ["run", "hot.burn", "--dry-run"]):
        done = chasqui(*words)
        assert (2, b"") == (done.returncode, done.stdout)
        assert (
            "chasqui-tui: task type hot.burn: unknown pool 'cpu'; did you mean gpu?"
            == done.stderr.decode().strip()
        )

    config("[pools.gpu]\n[types.'hot.burn']\npool = 'gpu'\n[types.'demo.sleep']\npool = 'cup'\n")
    for words in (["config", "check"], ["run", "hot.burn"]):
        done = chasqui(*words)
        assert 2 == done.returncode
        assert (
            f"chasqui-tui: {file.name}: types.\"demo.sleep\".pool: unknown pool 'cup'; "
            "there are default, gpu" == done.stderr.decode().strip()
        )

    config("[pools.gpu]\n[types.'hot.burn']\npool = 'gpu'\n")
    assert [0, 0] == [
        chasqui(*words).returncode for words in (["config", "check"], ["run", "hot.burn"])
    ]
