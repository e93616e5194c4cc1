"""`config`: every mistake is named, and every value says where it comes from."""

from __future__ import annotations

import sys
import tomllib

import pytest

from chasqui.engine.places import overrides_file

ASKER = """
from chasqui import Parameter, Secret, hookimpl, task

@hookimpl
def chasqui_settings():
    yield Parameter("server", str, default="localhost")
    yield Parameter("pin", Secret[str] | None, default=None)

@task
def ask(question: str) -> str:
    return question

@hookimpl
def chasqui_tasks():
    return [ask]
"""


@pytest.fixture
def config(tmp_path):
    """Write the config here."""

    def config(text: str):
        (tmp_path / "config.toml").write_text(f"[engine]\n{text}")
        return tmp_path / "config.toml"

    return config


@pytest.fixture
def overrides(tmp_path):
    """Write what a console would have kept for the config here."""

    def overrides(text: str):
        file = overrides_file("default", tmp_path / "config.toml")
        file.parent.mkdir(parents=True)
        file.write_text(text)
        return file

    return overrides


def test_every_value_shown_says_where_it_comes_from(chasqui, config, overrides):
    file = config("[pools.default]\nworkers = 3\nqueue_size = 7\n[plugins]\nonly = [\n'demo']\n")
    kept = overrides("[pools.default]\nworkers = 5\n")
    done = chasqui("config", "show", "--origin")

    origins = {
        line.split()[0]: line.split("  # ")[1]
        for line in done.stdout.decode().splitlines()
        if "  # " in line
    }
    assert f"{kept}:2" == origins["workers"]
    assert f"{file}:4" == origins["queue_size"]
    assert f"{file}:6" == origins["]"]
    assert "default" == origins["backend"] == origins["theme"]


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


def test_check_names_every_mistake_with_its_file_and_key(chasqui, config, plugin):
    plugin("asker", ASKER)
    config(
        "[plugin.askr]\n[plugin.asker]\nservr = 'x'\n"
        "[types.'demo.fial']\nattempts = 2\n[types.'demo.fail']\nattempts = 2\n"
        "[[schedule]]\ntype = 'demo.slep'\ncron = '@daily'\n"
        "[[schedule]]\ntype = 'demo.sleep'\ncron = '@daily'\nparams = { seconds = 'x' }\n"
    )
    done = chasqui("config", "check")

    said = done.stderr.decode()
    assert (2, 5, b"") == (done.returncode, len(said.splitlines()), done.stdout), said
    for line in (
        "config.toml: plugin.askr: no such plugin; did you mean plugin.asker?",
        "config.toml: plugin.asker.servr: is not a setting",
        "config.toml: types.demo.fial: unknown task type 'demo.fial'; did you mean demo.fail",
        "config.toml: schedule number 1: unknown task type 'demo.slep'; did you mean demo.sleep",
        "config.toml: schedule number 2: demo.sleep: seconds",
    ):
        assert line in said


def test_check_names_what_is_wrong_in_the_file_and_beside_it_at_once(chasqui, config, plugin):
    plugin("asker", ASKER)
    config(
        "[plugin.askr]\n[types.'demo.fial']\nrate = 'fast'\npool = 'cpu'\nattempts = 0\n"
        "[[schedule]]\ntype = 3\ncron = '@daily'\n"
        "[[schedule]]\ntype = 'demo.sleep'\ncron = '@dayly'\nzone = 'Mars'\n"
        "params = { seconds = 'x' }\n"
    )
    done = chasqui("config", "check")

    said = done.stderr.decode()
    assert (2, 9, b"") == (done.returncode, len(said.splitlines()), done.stdout), said
    for part in (
        "types.demo.fial.attempts: expected int >= 1",
        "types.demo.fial: a rate is written as",
        "types.demo.fial.pool: unknown pool 'cpu'",
        "types.demo.fial: unknown task type 'demo.fial'; did you mean demo.fail",
        "schedule number 1: type: expected str, got 3",
        "schedule number 2: cron: ",
        "schedule number 2: zone: there is no zone 'Mars'",
        "schedule number 2: demo.sleep: seconds",
        "plugin.askr: no such plugin; did you mean plugin.asker?",
    ):
        assert 1 == said.count(part), (part, said)


def test_a_wrong_choice_of_plugins_lets_check_import_none(chasqui, config, plugin, tmp_path):
    plugin("loud", "open('imported', 'w').close()\n")
    config("[plugins]\nonly = 'demo'\n")

    assert 2 == chasqui("config", "check").returncode
    assert not (tmp_path / "imported").exists()


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ("nowhere/x.log", "No such file or directory"),
        ("here", "Is a directory"),
        ("config.toml/x", "Not a directory"),
    ],
)
def test_check_finds_that_a_log_cannot_be_written_as_a_start_does(
    chasqui, config, tmp_path, log, reason
):
    (tmp_path / "here").mkdir()
    config(f"[log]\nfile = '{log}'\n")
    check, run = chasqui("config", "check"), chasqui("run", "demo.fail")

    assert (2, 2, run.stderr) == (check.returncode, run.returncode, check.stderr)
    assert (
        f"chasqui-tui: config.toml: log.file: {log} cannot be written: {reason}\n"
        == check.stderr.decode()
    )


def test_check_makes_no_log(chasqui, config, tmp_path):
    config("[log]\nfile = 'x.log'\n")

    assert 0 == chasqui("config", "check").returncode
    assert not (tmp_path / "x.log").exists()


def test_check_finds_a_choice_of_plugins_that_are_not_there(chasqui, config, plugin):
    plugin("asker", ASKER)
    config("[plugins]\nonly = ['zzz', 'askr', 'demo', 'fake-asker']\n")
    done = chasqui("config", "check")

    assert 2 == done.returncode
    assert [
        "chasqui-tui: config.toml: plugins.only: there is no plugin 'zzz'; "
        "`chasqui-tui plugins` lists them",
        "chasqui-tui: config.toml: plugins.only: there is no plugin 'askr'; did you mean asker?",
    ] == done.stderr.decode().splitlines()


def test_check_is_content_with_a_right_config(chasqui, config, plugin, overrides):
    plugin("asker", ASKER)
    config(
        "[plugin.asker]\nserver = 'x'\npin = 'env:PIN'\n"
        "[[schedule]]\ntype = 'asker.ask'\ncron = '@daily'\nparams = { question = 'why' }\n"
    )
    kept = overrides("")
    done = chasqui("config", "check")

    assert (0, b"") == (done.returncode, done.stderr)
    assert f"ok: config.toml and {kept}\n" == done.stdout.decode()


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        ("[a]\nb = \n", 0o644, "it is not valid TOML: Invalid value (at line 2, column 5)"),
        ("[tool]\n", 0o644, "it has no [engine] table"),
        ("[engine]\n", 0o666, "others can write it; chmod go-w {file}"),
    ],
)
def test_check_fails_for_a_file_that_does_not_count_and_says_why(
    chasqui, tmp_path, text, mode, reason
):
    file = tmp_path / "config.toml"
    file.write_text(text)
    file.chmod(mode)
    said = f"chasqui-tui: ./config.toml is ignored: {reason.format(file=file)}\n"
    check, run = chasqui("config", "check"), chasqui("run", "demo.sleep", "seconds=0")

    assert (2, b"", said) == (check.returncode, check.stdout, check.stderr.decode())
    assert 0 == run.returncode
    assert run.stderr.decode().startswith(said)


def test_a_mistake_of_toml_is_named_with_its_line_and_column(chasqui, config):
    config("[pools\n")
    done = chasqui("config", "check")

    assert (2, b"") == (done.returncode, done.stdout)
    assert done.stderr.decode().startswith("chasqui-tui: config.toml: is not valid TOML: ")
    assert b"(at line 2, column 7)" in done.stderr


def test_a_plugin_that_fails_is_a_mistake_only_when_the_config_is_strict(chasqui, config, plugin):
    plugin("bad", "raise ValueError('no')\n")
    config("")
    assert 0 == chasqui("config", "check").returncode

    config("[plugins]\nstrict = true\n")
    done = chasqui("config", "check")
    assert (2, 1) == (done.returncode, len(done.stderr.splitlines()))
    assert b"plugin bad (fake-bad 1.0) failed at import" in done.stderr


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


def test_a_theme_that_there_is_not_is_a_mistake_in_the_config(chasqui, terminal, config):
    config("[console]\ntheme = 'chasqui-drak'\n")
    check, console = chasqui("config", "check"), terminal(sys.executable, "-m", "chasqui")
    said = b"config.toml: console.theme: must be one of chasqui-dark, "

    assert (2, 2) == (check.returncode, console.end())
    assert said in check.stderr
    assert said in console.raw
    assert b"\x1b[?1049h" not in console.raw


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
            f"chasqui-tui: {file.name}: types.demo.sleep.pool: unknown pool 'cup'; "
            "there are default, gpu" == done.stderr.decode().strip()
        )

    config("[pools.gpu]\n[types.'hot.burn']\npool = 'gpu'\n")
    assert [0, 0] == [
        chasqui(*words).returncode for words in (["config", "check"], ["run", "hot.burn"])
    ]
