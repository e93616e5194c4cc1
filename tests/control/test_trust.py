"""Which configs are trusted: what was accepted, where it was, as it was."""

from __future__ import annotations

import stat

import pytest

from chasqui.control.trust import TrustStore, sensitive, titles
from chasqui.engine.config.loading import load

SCHEDULE = "[[schedule]]\ntype = 'demo.sleep'\ncron = '* * * * *'\n"


@pytest.fixture
def store(tmp_path):
    return TrustStore(tmp_path / "state" / "chasqui" / "trusted.toml")


@pytest.fixture
def config(tmp_path):
    """Write a config and read it."""

    def config(text: str, name: str = "config.toml"):
        (tmp_path / name).write_text(text)
        return load(tmp_path / name)

    return config


def test_only_schedules_and_settings_for_shell_need_trust(config):
    assert {} == sensitive(config("[engine]\n[plugin.http]\nx = 1\n"))

    tables = sensitive(config(SCHEDULE + "[plugin.shell]\ncommands = ['ls']\n[plugin.http]\n"))
    assert {"schedule", "plugin"} == set(tables)
    assert {"shell": {"commands": ["ls"]}} == tables["plugin"]
    assert "[[schedule]] and [plugin.shell]" == titles(tables)


def test_an_empty_table_for_shell_needs_trust_too(config):
    assert {"plugin": {"shell": {}}} == sensitive(config("[plugin.shell]\n"))


def test_what_was_accepted_is_trusted_until_these_tables_change(store, config):
    before = config(SCHEDULE)
    path = before.path
    assert "new" == store.standing(path, sensitive(before))

    store.accept(path, sensitive(before))
    assert "trusted" == store.standing(path, sensitive(before))

    elsewhere = config("# moved\n[pools.default]\nworkers = 2\n" + SCHEDULE)
    assert "trusted" == store.standing(path, sensitive(elsewhere))

    for changed in (SCHEDULE.replace("sleep", "burn"), SCHEDULE * 2, "[plugin.shell]\n"):
        assert "changed" == store.standing(path, sensitive(config(changed)))


def test_a_config_is_known_by_its_real_path(store, config, tmp_path):
    tables = sensitive(config(SCHEDULE))
    store.accept(tmp_path / "config.toml", tables)
    (tmp_path / "link").symlink_to("config.toml")

    assert "trusted" == store.standing(tmp_path / "link", tables)
    assert "new" == store.standing(config(SCHEDULE, "copy.toml").path, tables)


def test_a_path_that_is_not_utf_8_can_be_trusted(store, config, tmp_path):
    tables = sensitive(config(SCHEDULE))
    store.accept(tmp_path / "caf\udce9.toml", tables)

    assert "trusted" == store.standing(tmp_path / "caf\udce9.toml", tables)


def test_a_date_and_its_text_are_not_the_same(store, config):
    dated = config("[plugin.shell]\nday = 2020-01-01\n")
    store.accept(dated.path, sensitive(dated))
    text = config("[plugin.shell]\nday = '2020-01-01'\n")

    assert "changed" == store.standing(text.path, sensitive(text))


def test_accepting_one_config_keeps_the_others(store, config, tmp_path):
    tables = sensitive(config(SCHEDULE))
    store.accept(tmp_path / "one", tables)
    store.accept(tmp_path / "two", tables)

    assert "trusted" == store.standing(tmp_path / "one", tables)


def test_the_answers_are_private(store, config):
    store.file.parent.mkdir(parents=True, mode=0o755)
    accepted = config(SCHEDULE)
    store.accept(accepted.path, sensitive(accepted))

    assert (0o700, 0o600) == (
        stat.S_IMODE(store.file.parent.stat().st_mode),
        stat.S_IMODE(store.file.stat().st_mode),
    )


def test_answers_that_others_could_have_written_do_not_count(store, config):
    accepted = config(SCHEDULE)
    store.accept(accepted.path, sensitive(accepted))
    store.file.chmod(0o666)

    assert "new" == store.standing(accepted.path, sensitive(accepted))


def test_damaged_answers_trust_nothing_and_can_be_given_again(store, config):
    accepted = config(SCHEDULE)
    store.accept(accepted.path, sensitive(accepted))
    for damage in ("trusted = 3\n", "[tru"):
        store.file.write_text(damage)
        assert "new" == store.standing(accepted.path, sensitive(accepted))

    store.accept(accepted.path, sensitive(accepted))
    assert "trusted" == store.standing(accepted.path, sensitive(accepted))
