"""The settings of an engine beside those of its config, changed and put back through a port."""

from __future__ import annotations

import tomllib

import pytest

from chasqui import Context, Engine, LogCapture, task
from chasqui.control.local import LocalPort
from chasqui.control.port import Limit, Resize, SetLogLevel, SetShutdownTimeout, ViewQuery
from chasqui.control.read_only import ReadOnlyPort
from chasqui.engine.config.loading import load
from tests.waiting import WAIT


@task
def note() -> None: ...


@pytest.fixture
def changed(tmp_path):
    """Return an engine whose overrides file has other sizes than its config, its port, the file."""
    config, overrides = tmp_path / "config.toml", tmp_path / "overrides.toml"
    config.write_text("[pools.default]\nworkers = 3\nqueue_size = 50\n")
    overrides.write_text("[pools.default]\nworkers = 4\n\n[engine]\nshutdown_timeout = 9.0\n")
    overrides.chmod(0o600)
    found = load(config, overrides)
    with Engine.from_settings(found) as engine:
        engine.register(note)
        yield engine, LocalPort(engine, overrides=overrides, config=found.base), overrides


def view(port):
    return port.snapshot(ViewQuery(settings=True)).settings


def test_each_value_is_beside_that_of_the_config(changed):
    _, port, _ = changed
    found = view(port)
    (pool,) = found.pools
    assert (4, 3, 50, 50) == (
        pool.workers,
        pool.config_workers,
        pool.queue_size,
        pool.config_queue_size,
    )
    assert (9.0, 30.0) == (found.shutdown_timeout, found.config_shutdown_timeout)
    assert port.snapshot(ViewQuery()).settings is None


def test_a_change_is_saved_and_what_is_put_back_is_forgotten(changed):
    engine, port, file = changed
    assert port.apply(Resize(queue_size=70)).ok
    assert port.apply(SetShutdownTimeout(timeout=12.5)).ok
    assert (70, 12.5, 12.5) == (
        engine.pool.queue_size,
        engine.shutdown_timeout,
        port.caps.shutdown_timeout,
    )
    saved = tomllib.loads(file.read_text())
    assert ({"workers": 4, "queue_size": 70}, 12.5) == (
        saved["pools"]["default"],
        saved["engine"]["shutdown_timeout"],
    )

    assert port.apply(Resize(workers=3, queue_size=50)).ok
    assert port.apply(SetShutdownTimeout(timeout=30)).ok

    saved = tomllib.loads(file.read_text())
    assert ({}, {}) == (saved["pools"]["default"], saved["engine"])


def test_types_with_other_limits_than_their_policy_are_listed_until_they_are_put_back(changed):
    _, port, _ = changed
    assert () == view(port).types
    assert port.apply(Limit(type="app.note", concurrency=2)).ok
    assert [("app.note", 2, None)] == [
        (one.name, one.limits.concurrency, one.policy.concurrency) for one in view(port).types
    ]
    assert "until the engine stops" in view(port).lasts
    assert port.apply(Limit(type="app.note", concurrency=None)).ok
    assert () == view(port).types


def test_what_makes_no_sense_changes_nothing(changed):
    engine, port, _ = changed
    for command in (Resize(queue_size=0), Resize(), SetShutdownTimeout(timeout=-1)):
        assert not port.apply(command).ok
    assert (50, 9.0) == (engine.pool.queue_size, engine.shutdown_timeout)


def test_a_read_only_port_shows_them_and_refuses_to_change_them(changed):
    engine, port, _ = changed
    port = ReadOnlyPort(port)
    assert "refused" == port.apply(Resize(queue_size=70)).kind
    assert "refused" == port.apply(SetShutdownTimeout(timeout=1)).kind
    assert (50, 50) == (engine.pool.queue_size, view(port).pools[0].queue_size)


def test_a_change_says_who_asked_for_it(changed):
    engine, port, _ = changed
    for command in (Resize(queue_size=70), SetShutdownTimeout(timeout=1)):
        port.apply(command)
        port.events.sign(command, "console of ana")
    assert engine.bus.flush(WAIT)
    assert ["console of ana"] * 2 == [row.by for row in port.events.rows() if row.by]


@task
def chatty(ctx: Context) -> None:
    ctx.log.debug("fine")
    ctx.log.warning("coarse")


def test_the_level_of_what_task_logs_keep_changes_at_once_and_is_not_saved(changed):
    engine, port, file = changed
    before = file.read_text()
    engine.register(chatty)
    kept = []
    for level in ("info", "debug", "error"):
        assert port.apply(SetLogLevel(level=level)).ok
        assert (level, "info") == (view(port).log_level, view(port).config_log_level)
        done = engine.submit("app.chatty")
        done.result(WAIT)
        kept.append([line.text for line in engine.task_log(done.number).lines])

    assert [["coarse"], ["fine", "coarse"], []] == kept
    assert before == file.read_text()


def test_a_level_is_refused_where_nothing_that_bodies_log_is_kept():
    with Engine(capture=LogCapture(logging=False)) as engine:
        port = LocalPort(engine)
        outcome = port.apply(SetLogLevel(level="debug"))
        assert "" == view(port).log_level
    assert not outcome.ok
    assert "is not kept" in outcome.reason
