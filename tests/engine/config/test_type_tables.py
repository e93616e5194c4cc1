"""The tables [types."NAME"]: what they say of a type, and which mistakes are named."""

from __future__ import annotations

import pytest

from chasqui import ConfigError, Retry, task
from chasqui.engine.config.loading import load
from chasqui.engine.config.places import overrides_file
from chasqui.engine.engine import BaseEngine
from chasqui.testing import FakeClock

WAIT = 10.0


@pytest.fixture
def write(tmp_path):
    def write(text, name="config.toml"):
        file = tmp_path / name
        file.write_text(text)
        return file

    return write


@task(retry=Retry(attempts=9, base=7, backoff=1, jitter=0), priority=2)
def flaky() -> None:
    raise OSError


@task
def fine(x: int = 0) -> int:
    return x


def policy_of(engine, type):
    engine.register(type)
    return engine.routes.of(engine.type(f"app.{type.name}").work()).rules


def test_the_config_says_more_than_the_type_and_leaves_what_it_does_not_say(write):
    file = write(
        "[types.'app.flaky']\nattempts = 2\nretry.cap = 3\ntime_limit = 2.5\nexpires = 60\n"
        "[types.'app.fine']\npriority = -1\n"
    )
    engine = BaseEngine.from_config(file)
    flaky_policy, fine_policy = policy_of(engine, flaky), policy_of(engine, fine)

    assert Retry(attempts=2, base=7, backoff=1, jitter=0, cap=3) == flaky_policy.retry
    assert (2.5, 2, 60) == (
        *(flaky_policy.time_limit, flaky_policy.priority),
        flaky_policy.expires,
    )
    assert (None, -1) == (fine_policy.retry, fine_policy.priority)


def test_a_task_of_an_engine_from_a_config_is_tried_as_often_as_that_says(write):
    clock = FakeClock()
    file = write("[types.'app.flaky']\nattempts = 2\nretry = { base = 0 }\n")
    with BaseEngine.from_config(file, clock=clock) as engine:
        engine.register(flaky)
        tried = engine.submit("app.flaky")
        assert tried.wait(WAIT)

    assert ("failed", 2, 2) == (tried.state, tried.attempts, tried.priority)


def test_a_submission_says_more_than_the_config(write):
    with BaseEngine.from_config(write("[types.'app.fine']\ntime_limit = 3\n")) as engine:
        engine.register(fine)
        said, own = engine.submit("app.fine"), engine.submit("app.fine", time_limit=4)

    assert (3, 4) == (said.time_limit, own.time_limit)


def test_overrides_lie_over_the_file_key_by_key(write):
    file = write("[types.'a.b']\nattempts = 2\npriority = 1\nretry = { base = 1, cap = 2 }\n")
    overrides = overrides_file("default", file)
    overrides.parent.mkdir(parents=True)
    overrides.write_text("[types.'a.b']\npriority = 5\nretry.cap = 9\n[types.'c.d']\nexpires = 1\n")

    assert {
        "a.b": {"attempts": 2, "priority": 5, "retry": {"base": 1, "cap": 9}},
        "c.d": {"expires": 1},
    } == load(file, overrides).as_toml()["types"]


def test_every_mistake_of_one_table_is_named(write):
    file = write(
        "[types.'a.b']\nrate = 'fast'\npool = 'cpu'\nattempts = 0\n"
        "retry = { base = inf, cap = inf }\nbreaker = 3\nexpires = nan\n"
    )
    with pytest.raises(ConfigError) as refused:
        load(file)

    assert [
        f'{file}: types."a.b".breaker must be a table, such as {{ failures = 5 }}',
        f'{file}: types."a.b".attempts: must be at least 1, got 0',
        f'{file}: types."a.b".retry.base: must be at most 3,155,760,000, got inf',
        f'{file}: types."a.b".retry.cap: must be at most 3,155,760,000, got inf',
        f'{file}: types."a.b".expires: must be more than 0, got nan',
        f"{file}: types.\"a.b\": a rate is written as 10/s, 100/m or 10/s burst 20, got 'fast'",
        f"{file}: types.\"a.b\".pool: unknown pool 'cpu'; there are default",
    ] == list(refused.value.problems)


def test_every_mistake_names_file_and_key_and_the_nearest_valid_one(write):
    file = write(
        "[types]\n'x.y' = 3\n"
        "[types.'a.b']\natempts = 2\ncolour = 4\ntime_limit = 0\npriority = 'high'\n"
        "retry = { attempts = 3, bass = 1, jitter = 2, backoff = 0.5 }\n"
        "[types.'c.d']\nattempts = 0\nexpires = -1\n"
        "[types.'e.f']\nretry.cap = inf\n[types.'g.h']\ntime_limit = nan\n"
        "[types.'i.j']\nretry = 3\n[types.'k.l']\nrate = 'fast'\n"
        "[types.'m.n']\nconcurrency = 0\nbreaker = { failures = 0, second = 1 }\n"
        "[types.'o.p']\nbreaker = true\n"
        "[types.http.check]\nattempts = 3\n"
    )

    with pytest.raises(ConfigError) as refused:
        load(file)

    lines = list(refused.value.problems)
    assert [f"{file}: "] * len(lines) == [line[: len(f"{file}: ")] for line in lines]
    lines = [line.removeprefix(f"{file}: ") for line in lines]
    assert [
        'types."x.y" must be a table, [types."x.y"]',
        'unknown key types."a.b".atempts; did you mean types."a.b".attempts?',
        'unknown key types."a.b".colour; there are attempts, retry.base, retry.backoff, retry.cap, '
        "retry.jitter, time_limit, priority, expires, concurrency, rate, by, breaker.failures, "
        "breaker.seconds, breaker.cooldown, breaker.probes, pool, keep, on_interrupt, ack",
        'types."a.b".time_limit: must be more than 0, got 0',
        "types.\"a.b\".priority: expected int, got 'high'",
        'unknown key types."a.b".retry.attempts; did you mean types."a.b".attempts?',
        'unknown key types."a.b".retry.bass; did you mean types."a.b".retry.base?',
        'types."a.b".retry.jitter: must be at most 1, got 2',
        'types."a.b".retry.backoff: must be at least 1, got 0.5',
        'types."c.d".attempts: must be at least 1, got 0',
        'types."c.d".expires: must be more than 0, got -1',
        'types."e.f".retry.cap: must be at most 3,155,760,000, got inf',
        'types."g.h".time_limit: must be more than 0, got nan',
        'types."i.j".retry must be a table, such as { base = 1 }',
        "types.\"k.l\": a rate is written as 10/s, 100/m or 10/s burst 20, got 'fast'",
        'types."m.n".concurrency: must be at least 1, got 0',
        'types."m.n".breaker.failures: must be at least 1, got 0',
        'unknown key types."m.n".breaker.second; did you mean types."m.n".breaker.seconds?',
        'types."o.p".breaker must be a table, such as { failures = 5 }',
        'write [types."http.check"], with the name in quotes',
    ] == lines
