"""`config check`: every mistake is named at once, of the file and of what it is used with."""

from __future__ import annotations

import os
import sys

import pytest

from tests.commands.plugins import ASKER

pytestmark = pytest.mark.slow


@pytest.fixture
def mistakes(chasqui, config):
    """What the check says of a config that has mistakes, and how many."""

    def mistakes(text: str) -> tuple[str, int]:
        config(text)
        done = chasqui("config", "check")
        said = done.stderr.decode()
        assert (2, b"") == (done.returncode, done.stdout), said
        return said, len(said.splitlines())

    return mistakes


def test_check_names_every_mistake_with_its_file_and_key(mistakes, plugin):
    plugin("asker", ASKER)
    said, count = mistakes(
        "[plugin.askr]\n[plugin.asker]\nservr = 'x'\n"
        "[types.'demo.fial']\nattempts = 2\n[types.'demo.fail']\nattempts = 2\n"
        "[[schedule]]\ntype = 'demo.slep'\ncron = '@daily'\n"
        "[[schedule]]\ntype = 'demo.sleep'\ncron = '@daily'\nparams = { seconds = 'x' }\n"
    )

    assert 5 == count, said
    for line in (
        "config.toml: plugin.askr: no such plugin; did you mean plugin.asker?",
        "config.toml: plugin.asker.servr: is not a setting",
        "config.toml: types.\"demo.fial\": unknown task type 'demo.fial'; did you mean demo.fail",
        "config.toml: schedule number 1: unknown task type 'demo.slep'; did you mean demo.sleep",
        "config.toml: schedule number 2: demo.sleep: seconds",
    ):
        assert line in said


def test_check_names_a_mistake_in_what_a_backend_takes_once(mistakes):
    said, count = mistakes("[pools.cpu]\nbackend = 'processes'\n[pools.cpu.settings]\nmemor = 1\n")

    assert 1 == count, said
    assert "config.toml: pools.cpu.settings: unknown setting memor; did you mean memory?" in said


def test_check_names_a_backend_of_a_plugin_that_cannot_be_had_beside_the_rest(mistakes, plugin):
    plugin("asker", ASKER)
    said, count = mistakes("[plugin.askr]\n[pools.cpu]\nbackend = 'asker'\n")

    assert 2 == count, said
    assert "config.toml: plugin.askr: no such plugin; did you mean plugin.asker?" in said
    assert "config.toml: backend asker: plugin asker offers no backend" in said


def test_check_names_what_is_wrong_in_the_file_and_beside_it_at_once(mistakes, plugin):
    plugin("asker", ASKER)
    said, count = mistakes(
        "[plugin.askr]\n[types.'demo.fial']\nrate = 'fast'\npool = 'cpu'\nattempts = 0\n"
        "[[schedule]]\ntype = 3\ncron = '@daily'\n"
        "[[schedule]]\ntype = 'demo.sleep'\ncron = '@dayly'\nzone = 'Mars'\n"
        "params = { seconds = 'x' }\n"
    )

    assert 9 == count, said
    for part in (
        'types."demo.fial".attempts: must be at least 1',
        'types."demo.fial": a rate is written as',
        "types.\"demo.fial\".pool: unknown pool 'cpu'",
        "types.\"demo.fial\": unknown task type 'demo.fial'; did you mean demo.fail",
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
        ("~nosuchuser/x", "No such file or directory"),
        ("a\\u0000b", "Invalid argument"),
    ],
)
def test_check_finds_that_a_log_cannot_be_written_as_a_start_does(
    chasqui, config, tmp_path, log, reason
):
    (tmp_path / "here").mkdir()
    config(f'[log]\nfile = "{log}"\n')
    check, run = chasqui("config", "check"), chasqui("run", "demo.fail")

    assert (2, 2, run.stderr) == (check.returncode, run.returncode, check.stderr)
    shown = log.replace("\\u0000", "␀")
    assert (
        f"chasqui-tui: config.toml: log.file: {shown} cannot be written: {reason}\n"
        == check.stderr.decode()
    )


def test_check_makes_no_log(chasqui, config, tmp_path):
    config("[log]\nfile = 'x.log'\n")

    assert 0 == chasqui("config", "check").returncode
    assert not (tmp_path / "x.log").exists()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (".", "is no regular file; name another one"),
        ("nowhere/x.db", "cannot be opened: its folder "),
        ("link.db", "is a link to "),
        ("notes", "is not a journal, or was overwritten: "),
        ("a\\u0000b", "has a NUL in its name; name another file"),
    ],
)
def test_check_finds_that_a_journal_cannot_be_opened_as_a_host_does(
    chasqui, config, tmp_path, runtime, path, reason
):
    (tmp_path / "link.db").symlink_to("notes")
    (tmp_path / "notes").write_text("to do\n")
    config(f'[journal]\npath = "{path}"\n')
    check, serve = chasqui("config", "check"), chasqui("serve")

    assert (2, 2) == (check.returncode, serve.returncode)
    why = serve.stderr.decode().removeprefix("chasqui-tui: ")
    assert f"chasqui-tui: config.toml: journal.path: {why}" == check.stderr.decode()
    assert reason in why


def test_check_makes_no_journal(chasqui, config, tmp_path):
    config("[journal]\npath = 'x.db'\n")

    assert 0 == chasqui("config", "check").returncode
    assert [] == [*tmp_path.glob("x.db*")]


def test_check_looks_at_no_journal_that_is_off(mistakes):
    said, count = mistakes("[journal]\npath = '.'\nmode = 'off'\n")

    assert 1 == count, said
    assert "journal.path: it is not used" in said


def test_check_finds_a_group_that_does_not_exist(mistakes):
    said, count = mistakes("[host]\nobservers = 'nogroup_x'\n")

    assert 1 == count, said
    assert "config.toml: host.observers: there is no group 'nogroup_x' here" in said


def test_check_finds_a_folder_that_a_group_cannot_use(mistakes, tmp_path):
    said, count = mistakes(f"[host]\nobservers = '{os.getegid()}'\nobservers_folder = 'nowhere'\n")

    assert 1 == count, said
    assert f"config.toml: host.observers_folder: {tmp_path / 'nowhere'}" in said


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


def test_a_theme_that_there_is_not_is_a_mistake_in_the_config(chasqui, terminal, config):
    config("[console]\ntheme = 'chasqui-drak'\n")
    check, console = chasqui("config", "check"), terminal(sys.executable, "-m", "chasqui")
    said = b"config.toml: console.theme: must be one of chasqui-dark, "

    assert (2, 2) == (check.returncode, console.end())
    assert said in check.stderr
    assert said in console.raw
    assert b"\x1b[?1049h" not in console.raw


def test_check_names_keys_of_the_console_that_clash(mistakes):
    said, count = mistakes('[console.keys]\n"engine.pause" = "x"\n"task.opne" = "o"\n')

    assert 2 == count, said
    assert "console.keys: engine.pause and task.cancel would both have the key x" in said
    assert "console.keys: there is no action 'task.opne'; did you mean task.open?" in said
