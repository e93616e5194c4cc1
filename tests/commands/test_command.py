"""The command as a whole: exit statuses, listings, settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import chasqui as package
from chasqui.commands import exits
from tests.present import present


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--version"], exits.DONE),
        (["--help"], exits.DONE),
        (["run", "--help"], exits.DONE),
        (["types"], exits.DONE),
        (["types", "demo.sleep"], exits.DONE),
        (["types", "demo.sleep", "--json"], exits.DONE),
        (["plugins", "demo"], exits.DONE),
        (["plugins", "demo", "--check"], exits.DONE),
        (["config", "show"], exits.DONE),
        (["config", "path"], exits.DONE),
        (["config", "show", "--origin"], exits.DONE),
        (["config", "check"], exits.DONE),
        (["config", "check", "--trust"], exits.DONE),
        (["help"], exits.DONE),
        (["help", "config"], exits.DONE),
        (["completion", "bash"], exits.DONE),
        (["complete", "bash"], exits.DONE),
        (["complete", "fish", "--", "chasqui-tui", "nonsense", ""], exits.DONE),
        (["run", "demo.sleep", "seconds=0"], exits.DONE),
        (["run", "demo.fail"], exits.UNHEALTHY),
        (["run"], exits.USAGE),
        (["run", "demo.sleep"], exits.USAGE),
        (["run", "demo.sleep", "seconds"], exits.USAGE),
        (["run", "demo.sleep", "--each", "seconds", "a", "b"], exits.USAGE),
        (["run", "--jobs", "x", "demo.sleep"], exits.USAGE),
        (["run", "demo.sleep", "seconds=0", "--failures", "/no/such/folder/x"], exits.USAGE),
        (["--nonsense"], exits.USAGE),
        (["nonsense"], exits.USAGE),
        (["plugins", "nonsense"], exits.USAGE),
        (["plugins", "nonsense", "--check"], exits.USAGE),
        (["plugins", "--check"], exits.USAGE),
        (["plugins", "demo", "--check", "--json"], exits.USAGE),
        (["config", "check", "nowhere.toml"], exits.USAGE),
        (["config", "check", "--origin"], exits.USAGE),
        (["config"], exits.USAGE),
        (["completion", "tcsh"], exits.USAGE),
        (["completion"], exits.USAGE),
        (["help", "confg"], exits.USAGE),
        ([], exits.USAGE),
        (["demo"], exits.USAGE),
        (["types", "nonsense"], exits.NO_SUCH),
        (["run", "nonsense"], exits.NO_SUCH),
    ],
)
def test_the_exit_statuses(chasqui, words, status):
    done = chasqui(*words)

    assert status == done.returncode, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    if status in (exits.USAGE, exits.NO_SUCH):
        assert 1 == len(done.stderr.splitlines()), done.stderr.decode()


def test_of_several_statuses_the_gravest_counts():
    assert 130 == exits.combined([1, 2, 130])
    assert 143 == exits.combined([130, 143, 141])
    assert 2 == exits.combined([1, 2])
    assert 0 == exits.combined([])


@pytest.mark.slow
def test_the_options_for_all_may_stand_before_or_after_the_command(chasqui, tmp_path):
    (tmp_path / "c.toml").write_text("[engine]\nname = 'mine'\n")

    for words in (
        ["--config", "c.toml", "config", "show"],
        ["config", "show", "--config", "c.toml"],
    ):
        assert b'name = "mine"' in chasqui(*words).stdout


@pytest.mark.slow
def test_a_config_that_does_not_count_is_ignored_in_one_line(chasqui, tmp_path):
    (tmp_path / "config.toml").write_text("[tool]\n")
    done = chasqui("types")

    assert (0, 1) == (done.returncode, len(done.stderr.splitlines()))
    assert b"./config.toml is ignored: it has no [engine] table" in done.stderr


def test_types_are_documented_by_their_schema(chasqui):
    (described,) = json.loads(chasqui("types", "demo.sleep", "--json").stdout)

    assert ["seconds"] == described["parameters"]["required"]


@pytest.mark.slow
def test_what_counts_for_a_type_is_shown_with_it_the_config_s_word_over_its_own(chasqui, tmp_path):
    assert b"attempts" not in chasqui("types", "demo.fail").stdout
    config = tmp_path / "config.toml"
    config.write_text(
        '[engine]\n[pools.slow]\n[types."demo.fail"]\nattempts = 3\ntime_limit = 30\npriority = 5\n'
        'expires = 60\nconcurrency = 4\nrate = "10/s"\npool = "slow"\n'
        "breaker = { failures = 3, seconds = 60, cooldown = 600 }\n"
    )
    config.chmod(0o600)
    shown = " ".join(chasqui("types", "demo.fail").stdout.decode().split())

    for words in (
        "3 attempts, delays from 1s, each 2 times the last, at most 5m00s",
        "time limit 30s; priority 5; expires 1m00s after its acceptance; 4 at a time; 10/s",
        "stopped for 10m after 3 failures within 1m00s; in pool slow",
    ):
        assert words in shown


@pytest.mark.slow
def test_without_plugins_only_the_built_in_one_is_there(chasqui):
    assert b"files." not in chasqui("--no-plugins", "types").stdout
    assert b"demo.sleep" in chasqui("types", "--no-plugins").stdout


def test_the_list_of_plugins_is_json_too(chasqui):
    listed = {one["name"]: one for one in json.loads(chasqui("plugins", "--json").stdout)}

    assert "loaded" == listed["demo"]["status"]


@pytest.fixture
def broken_plugin(tmp_path):
    site = tmp_path / "site"
    info = site / "bad_one-3.0.dist-info"
    info.mkdir(parents=True)
    (site / "bad_one.py").write_text("print('hello from it')\nraise ValueError('\\x1b[31mred')\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-one\nVersion: 3.0\n")
    (info / "entry_points.txt").write_text("[chasqui.plugins]\nbad = bad_one\n")
    return {"PYTHONPATH": os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])}


@pytest.mark.slow
def test_a_plugin_that_failed_is_listed_with_its_reason_and_makes_the_list_unhealthy(
    chasqui, broken_plugin
):
    listed = chasqui("plugins", **broken_plugin)
    shown = chasqui("plugins", "bad", **broken_plugin)

    assert (1, 1) == (listed.returncode, shown.returncode)
    for said in (b"bad-one 3.0", b"at import: ValueError", b'disabled = ["bad"]'):
        assert said in listed.stdout
    assert b"hello from it" in shown.stdout
    assert b"raise ValueError" in shown.stdout
    assert b"\x1b" not in listed.stdout + shown.stdout


@pytest.mark.slow
def test_a_check_says_what_the_author_should_change_and_nothing_when_nothing_is_wrong(
    chasqui, broken_plugin
):
    bad = chasqui("plugins", "bad-one", "--check", **broken_plugin)
    good = chasqui("plugins", "demo", "--check", **broken_plugin)

    assert (1, 2) == (bad.returncode, len(bad.stdout.splitlines()))
    assert b"plugin bad (bad-one 3.0) failed at import: ValueError" in bad.stdout
    assert b"it prints while it is loaded, into whatever its host prints: 'hello" in bad.stdout
    assert b"\x1b" not in bad.stdout
    assert (0, b"plugin demo: nothing is wrong with it\n", b"") == (
        good.returncode,
        good.stdout,
        good.stderr,
    )


@pytest.mark.slow
def test_a_check_is_made_with_the_settings_of_the_config(chasqui, broken_plugin, tmp_path):
    (tmp_path / "site" / "bad_one.py").write_text(
        "from chasqui import Parameter, hookimpl\n"
        "@hookimpl\ndef chasqui_settings():\n    yield Parameter('depth', int, help='how deep')\n"
    )
    without = chasqui("plugins", "bad", "--check", **broken_plugin)
    listed = chasqui("plugins", **broken_plugin).stdout.decode()
    (tmp_path / "config.toml").write_text("[engine]\n[plugin.bad]\ndepth = 3\n")
    given = chasqui("plugins", "bad", "--check", **broken_plugin)

    assert (1, 0) == (without.returncode, given.returncode)
    assert b"plugin.bad.depth: is required" in without.stdout
    assert "write [plugin.bad] depth = … into config.toml" in listed
    assert "disable it" not in listed


@pytest.mark.slow
def test_a_strict_config_stops_the_start_but_not_the_list(chasqui, broken_plugin, tmp_path):
    (tmp_path / "config.toml").write_text("[engine]\n[plugins]\nstrict = true\n")

    assert 2 == chasqui("run", "demo.sleep", "seconds=0", **broken_plugin).returncode
    assert b"bad-one 3.0" in chasqui("plugins", **broken_plugin).stdout


@pytest.mark.slow
def test_info_detects_another_package_of_the_same_name(chasqui, tmp_path):
    site = tmp_path / "site"
    info = site / "chasqui-0.5.1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: chasqui\nVersion: 0.5.1\n")
    (info / "RECORD").write_text("chasqui/__init__.py,,\n")
    # The file is there, as where both were installed: from Python 3.12 on only those are listed.
    (site / "chasqui").symlink_to(Path(package.__file__).parent)
    (info / "entry_points.txt").write_text("[console_scripts]\nchasqui = chasqui.x:main\n")
    clean = chasqui("info")
    done = chasqui("info", PYTHONPATH=str(site) + os.pathsep + os.environ.get("PYTHONPATH", ""))

    assert (0, 1) == (clean.returncode, done.returncode)
    assert b"clash" not in clean.stdout
    assert b"chasqui 0.5.1 also installs the import package" in done.stdout
    assert b"installs the command `chasqui`" in done.stdout


@pytest.mark.slow
def test_a_listing_whose_reader_goes_away_ends_quietly(tmp_path):
    listing = subprocess.Popen(
        [sys.executable, "-m", "chasqui", "types"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    present(listing.stdout).close()
    stderr = present(listing.stderr)
    errors = stderr.read()
    stderr.close()

    assert (141, b"") == (listing.wait(60), errors)


@pytest.mark.slow
def test_no_command_but_the_console_loads_textual(tmp_path):
    code = (
        "import sys\nfrom chasqui.cli import main\nmain(['types'])\n"
        "sys.stderr.write(str([name for name in ('textual', 'rich') if name in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )

    assert "[]" == done.stderr


def test_words_that_are_no_command_are_repeated_harmlessly(chasqui):
    for words in (
        ["run", "x", "--each", "a", "--\x1b[2Joops"],
        ["\x1b[2J"],
        ["types", "--\u202ex"],
    ):
        done = chasqui(*words)

        assert 2 == done.returncode, words
        assert not set("\x1b\u202e") & set(done.stderr.decode()), words
