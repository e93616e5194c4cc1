"""Settings: what is read, what is refused, and which file counts."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from chasqui import ConfigError, task
from chasqui.engine.config.loading import load
from chasqui.engine.config.places import overrides_file, state_folder
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.config.tables import Config
from chasqui.engine.engine import BaseEngine
from chasqui.engine.schedules.tables import ScheduleConfig

SAMPLE = Path(__file__).parents[3] / "config.toml"


def write(folder: Path, text: str, name: str = "config.toml") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def test_the_sample_spells_out_the_defaults():
    assert Config(path=SAMPLE) == load(SAMPLE)


def test_a_file_lays_over_the_defaults_and_the_overrides_over_it(tmp_path):
    file = write(tmp_path, "[pools.default]\nworkers = 3\nqueue_size = 7\n[engine]\nname = 'x'\n")
    overrides = write(tmp_path, "[pools.default]\nworkers = 5\n", "overrides.toml")

    config = load(file, overrides)

    assert (5, 7, "x") == (
        config.pools["default"].workers,
        config.pools["default"].queue_size,
        config.engine.name,
    )


def test_every_mistake_names_file_key_and_the_nearest_valid_key(tmp_path):
    file = write(
        tmp_path,
        "[engin]\n[pools.default]\nworker = 3\nqueue_size = -1\n[pools.'a b']\n"
        "[engine]\nname = 3\n[log]\nlevel = 'loud'\n",
    )

    with pytest.raises(ConfigError) as refused:
        load(file)

    assert (
        f"{file}: unknown table engin; did you mean engine?",
        f"{file}: unknown key pools.default.worker; did you mean pools.default.workers?",
        f"{file}: pools.default.queue_size: must be at least 0, got -1",
        f"{file}: pools.'a b' is not a valid name; use 1 to 40 letters, digits, - and _",
        f"{file}: engine.name: expected str, got 3",
        f"{file}: log.level: must be one of debug, info, warning, error, got 'loud'",
    ) == refused.value.problems


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[engine\n", "is not valid TOML"),
        (b"x = '\xe9'", "is not UTF-8 text, at byte 5"),
        (b"engine = 3", "engine must be a table"),
        (b"plugin.http = 3", r"plugin\.http must be a table"),
        (b"schedule = 3", r"schedule must be an array of tables, \[\[schedule\]\]"),
        (b"schedule = [3]", r"schedule number 1 must be a table"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, text, message):
    file = tmp_path / "broken.toml"
    file.write_bytes(text)

    with pytest.raises(ConfigError, match=message):
        load(file)


def test_a_missing_file_is_named():
    with pytest.raises(ConfigError, match="cannot be read"):
        load(Path("nowhere.toml"))


def test_two_folders_with_the_same_sample_have_different_files(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"

    assert state_folder("default", one / "config.toml") != state_folder(
        "default", two / "config.toml"
    )
    assert state_folder("a", one) != state_folder("b", one)


def test_an_engine_from_a_config_has_its_size_and_what_the_console_changed(tmp_path):
    file = write(tmp_path, "[engine]\nshutdown_timeout = 3\n[pools.default]\nworkers = 3\n")
    overrides = overrides_file("default", file)
    overrides.parent.mkdir(parents=True)
    overrides.write_text("[pools.default]\nworkers = 2\n")

    engine = BaseEngine.from_config(file)

    assert (2, 3.0) == (engine.pool.workers_wanted, engine.shutdown_timeout)
    engine.shutdown()


def test_the_settings_can_be_written_as_the_file_they_came_from(tmp_path):
    import tomli_w

    file = write(tmp_path, tomli_w.dumps(load(SAMPLE).as_toml()))

    assert Config(path=file) == load(file)


def test_schedules_are_read_in_order(tmp_path):
    file = write(
        tmp_path,
        "[[schedule]]\ntype = 'a.b'\ncron = '* * * * *'\nparams = { x = 1 }\n"
        "[[schedule]]\ntype = 'c.d'\ncron = '@daily'\nname = 'nightly'\n",
    )

    assert (
        ScheduleConfig("a.b", "* * * * *", {"x": 1}),
        ScheduleConfig("c.d", "@daily", name="nightly"),
    ) == load(file).schedule


def test_every_mistake_in_a_schedule_names_its_number_and_key(tmp_path):
    file = write(
        tmp_path,
        "[[schedule]]\ntype = 'a.b'\ncron = '* * * * *'\nname = 'n'\n"
        "[[schedule]]\ntype = ''\ncorn = '@daily'\nname = 'n'\nparams = 3\n",
    )

    with pytest.raises(ConfigError) as refused:
        load(file)

    where = f"{file}: schedule number 2"
    assert (
        f"{where}: type: expected str of length >= 1, got ''",
        f"{where}: unknown key corn; did you mean cron?",
        f"{where}: params: expected object, got 3",
        f"{where}: cron is required",
        f"{where}: name: 'n' is that of number 1 too",
    ) == refused.value.problems


def test_a_schedule_s_times_are_checked_when_the_file_is_read(tmp_path):
    file = write(
        tmp_path,
        "[[schedule]]\ntype = 'a.b'\ncron = '61 * * * *'\nzone = 'Europe/Belin'\n"
        "[[schedule]]\ntype = 'a.b'\ncron = '@daily'\nmissed = 'all'\noverlap = 'never'\n"
        "[[schedule]]\ntype = 'a.b'\ncron = '@daily'\nname = 'a.b'\n",
    )

    with pytest.raises(ConfigError) as refused:
        load(file)

    where = f"{file}: schedule number"
    assert (
        f"{where} 1: cron: '61 * * * *' has a bad minute",
        f"{where} 1: zone: there is no zone 'Europe/Belin'; did you mean Europe/Berlin?",
        f"{where} 2: missed: must be one of skip, once, got 'all'",
        f"{where} 2: overlap: must be one of skip, queue, got 'never'",
        f"{where} 3: name: 'a.b' is that of number 1 too",
    ) == refused.value.problems


@pytest.mark.parametrize("damage", ["[pools", "[pools.default]\nworkers = 'many'\n", "x = 1\n"])
def test_damaged_overrides_are_left_out_whole_with_a_line_in_the_log(tmp_path, caplog, damage):
    file = write(tmp_path, "[pools.default]\nworkers = 3\n")
    overrides = write(tmp_path, f"[console]\ntheme = 'nord'\n{damage}", "overrides.toml")
    config = load(file, overrides)

    assert load(file) == config
    assert [*config.ignored] == caplog.messages
    (line,) = config.ignored
    assert line.startswith(f"{overrides}: ")
    assert "this file is ignored until it is repaired; or delete it" in line


def test_overrides_that_cannot_be_read_are_left_out_too(tmp_path):
    (tmp_path / "overrides.toml").mkdir()

    (line,) = load(None, tmp_path / "overrides.toml").ignored
    assert "overrides.toml: cannot be read: Is a directory" in line


def test_each_value_that_is_no_default_has_an_origin(tmp_path):
    file = write(tmp_path, "[engine]\nname = 'x'\n[pools.default]\nworkers = 3\nqueue_size = 7\n")
    overrides = write(tmp_path, "\n[pools.default]\nworkers = 5\n", "overrides.toml")

    assert {
        ("engine", "name"): f"{file}:2",
        ("pools", "default", "workers"): f"{overrides}:3",
        ("pools", "default", "queue_size"): f"{file}:5",
    } == load(file, overrides).origins()


def test_dates_stay_dates(tmp_path):
    file = write(tmp_path, "[plugin.x]\nday = 2020-01-02\n")

    assert {"day": datetime.date(2020, 1, 2)} == load(file).as_toml()["plugin"]["x"]


def test_a_pool_may_have_any_name_and_what_is_not_said_is_the_default(tmp_path):
    text = "[pools.cpu]\nworkers = 2\n[pools.I-O_2]\nqueue_size = 7\n[types.'a.b']\npool = 'cpu'\n"
    config = load(write(tmp_path, text))

    assert {
        "default": PoolConfig(),
        "cpu": PoolConfig(workers=2),
        "I-O_2": PoolConfig(queue_size=7),
    } == config.pools
    assert {"a.b": {"pool": "cpu"}} == config.types
    assert {"workers": 2, "queue_size": 1000, "backend": "threads", "settings": {}} == (
        config.as_toml()["pools"]["cpu"]
    )


def test_a_mistake_in_a_pool_names_file_key_and_the_nearest_valid_key(tmp_path):
    long = "x" * 41
    file = write(
        tmp_path,
        f"[pools]\nflat = 3\n[pools.cpu]\nworker = 2\nworkers = 0\nbackend = 'dask'\n"
        f"[pools.{long}]\n[pools.'']\n",
    )

    with pytest.raises(ConfigError) as refused:
        load(file)

    assert (
        f"{file}: pools.flat must be a table, [pools.flat]",
        f"{file}: unknown key pools.cpu.worker; did you mean pools.cpu.workers?",
        f"{file}: pools.cpu.workers: must be at least 1, got 0",
        f"{file}: pools.cpu.backend: must be one of threads, processes, got 'dask'",
        f"{file}: pools.'{long}' is not a valid name; use 1 to 40 letters, digits, - and _",
        f"{file}: pools.'' is not a valid name; use 1 to 40 letters, digits, - and _",
    ) == refused.value.problems


def test_a_type_that_is_sent_to_a_pool_that_there_is_not_is_a_mistake(tmp_path):
    file = write(
        tmp_path,
        "[types.'a.b']\npool = 'cup'\n[types.'a.c']\npool = 'x'\n[types.'a.d']\npool = 'cpu'\n"
        "[pools.cpu]\n",
    )

    with pytest.raises(ConfigError) as refused:
        load(file)

    assert (
        f"{file}: types.\"a.b\".pool: unknown pool 'cup'; did you mean cpu?",
        f"{file}: types.\"a.c\".pool: unknown pool 'x'; there are cpu, default",
    ) == refused.value.problems


def test_a_mistake_in_a_pool_is_not_told_of_again_for_each_type_in_it(tmp_path):
    file = write(tmp_path, "[pools.cpu]\nworkers = 0\n[types.'a.b']\npool = 'cpu'\n")

    with pytest.raises(ConfigError) as refused:
        load(file)

    assert 1 == len(refused.value.problems)


def test_overrides_change_each_pool_and_leave_the_rest_of_it(tmp_path):
    file = write(tmp_path, "[pools.cpu]\nworkers = 2\nqueue_size = 7\n[pools.io]\nworkers = 3\n")
    overrides = write(tmp_path, "[pools.cpu]\nworkers = 5\n", "overrides.toml")

    config = load(file, overrides)

    assert {
        "default": PoolConfig(),
        "cpu": PoolConfig(workers=5, queue_size=7),
        "io": PoolConfig(workers=3),
    } == config.pools
    assert f"{overrides}:2" == config.origins()["pools", "cpu", "workers"]


def test_overrides_do_not_bring_back_a_pool_that_the_config_has_no_longer(tmp_path):
    file = write(tmp_path, "[pools.cpu]\n")
    overrides = write(tmp_path, "[pools.gpu]\nworkers = 5\n", "overrides.toml")

    config = load(file, overrides)

    assert ["default", "cpu"] == list(config.pools)
    (line,) = config.ignored
    assert f"{overrides}: unknown pool pools.gpu; did you mean pools.cpu?" in line


def test_an_engine_from_a_config_has_its_pools_and_routes(tmp_path):
    text = "[pools.cpu]\nworkers = 2\nqueue_size = 7\n[types.'app.x']\npool = 'cpu'\n"
    engine = BaseEngine.from_config(write(tmp_path, text))

    @task
    def x() -> None: ...

    engine.register(x)

    assert [("default", 8, 1000), ("cpu", 2, 7)] == [
        (name, pool.workers_wanted, pool.queue_size) for name, pool in engine.pools.items()
    ]
    assert engine.pools["cpu"] is engine.routes.pool_of(engine.type("app.x"))
    engine.shutdown()
