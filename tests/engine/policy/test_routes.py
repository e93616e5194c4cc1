"""Routes: which pool a task goes to, and what is said of one that there is not."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from chasqui import Context, Engine, Retry, hookimpl, task
from chasqui.engine.policy.rules import Policy
from chasqui.errors import UnknownPool
from chasqui.plugins.loader import PluginHost
from tests.engine import three_pools
from tests.engine.three_pools import POOLS, WAIT, busy, where
from tests.pool.conftest import Call
from tests.present import present

engine = three_pools.engine


def test_a_task_runs_where_its_type_the_config_or_its_submission_says_in_this_order():
    said: dict[str, Policy | dict[str, Any]] = {
        "app.busy": Policy(pool="slow"),
        "app.where": {"attempts": 2},
    }
    with Engine(1, pools=POOLS, policies=said) as engine:
        engine.register(where)
        engine.register(busy)
        ran = [
            engine.submit("app.where").result(WAIT),
            engine.submit("app.busy").result(WAIT),
            engine.submit("app.busy", pool="cpu").result(WAIT),
            engine.submit("app.busy", pool="default").result(WAIT),
            engine.submit(where, pool="cpu").result(WAIT),
        ]
        assert ["default", "slow", "cpu", "default", "cpu"] == ran
        assert "slow" == engine.routes.pool_of(engine.type("app.busy")).name


@pytest.mark.parametrize(
    "options", [{}, {"delay": 0}, {"key": "k"}, {"priority": 3}, {"key": "k", "delay": 0}]
)
def test_however_it_is_submitted_a_task_goes_to_its_pool(engine, options):
    assert "cpu" == engine.submit("app.busy", **options).result(WAIT)
    assert "slow" == engine.submit("app.busy", pool="slow", **options).result(WAIT)
    assert "slow" == engine.try_submit("app.where", pool="slow", **options).result(WAIT)


def test_a_batch_goes_to_the_pool_of_its_type_or_the_one_it_says(engine):
    for options, pool in (({}, "cpu"), ({"pool": "default"}, "default"), ({"priority": 1}, "cpu")):
        tasks = engine.submit_batch("app.busy", [{}] * 3, **options)
        assert [pool] * 3 == [one.result(WAIT) for one in tasks]


def test_a_work_without_a_type_may_be_sent_to_a_pool_too(engine):
    call = Call(lambda ctx: ctx.task.worker)

    assert "cpu/w01" == engine.submit(call, pool="cpu").result(WAIT)


def test_a_task_that_is_tried_again_is_so_in_its_pool(engine):
    @task(pool="cpu", retry=Retry(attempts=3, base=0))
    def flaky(ctx: Context) -> str:
        if ctx.task.attempts < 3:
            raise OSError
        return present(ctx.task.worker)

    engine.register(flaky)

    assert "cpu/w01" == engine.submit("app.flaky").result(WAIT)


# Pools that there are not


def test_a_submission_to_a_pool_that_there_is_not_names_the_nearest(engine):
    with pytest.raises(UnknownPool, match=r"^unknown pool 'cup'; did you mean cpu\?$") as refused:
        engine.submit("app.where", pool="cup")
    with pytest.raises(UnknownPool, match="there are default, cpu, slow"):
        engine.submit_batch("app.where", [{}], pool="x")
    for call in (engine.drain, lambda name: engine.resize(2, name)):
        with pytest.raises(UnknownPool):
            call("gpu")

    assert ("cup", ("cpu",)) == (refused.value.name, refused.value.nearest)
    assert (0, 0) == (engine.metrics().accepted, engine.metrics().rejected)


@pytest.mark.parametrize("said", [Policy(pool="gpu"), {"pool": "gpu"}])
def test_an_engine_whose_policies_name_a_pool_that_there_is_not_is_not_made(said):
    with pytest.raises(UnknownPool, match=r"^task type a\.b: unknown pool 'gpu'; did you"):
        Engine(policies={"a.b": said}, pools=POOLS)


def test_a_type_that_names_a_pool_that_there_is_not_is_refused_when_it_is_registered():
    engine = Engine(1)
    with pytest.raises(UnknownPool, match=r"^task type app\.busy: unknown pool 'cpu'; there"):
        engine.register(busy)

    with pytest.raises(UnknownPool):
        engine.submit(busy)
    with pytest.raises(UnknownPool):
        engine.start()
    assert ("new", 0) == (engine.state, len(engine.pool.workers()))


def test_the_config_may_send_a_type_whose_own_pool_there_is_not_elsewhere():
    with Engine(1, policies={"app.busy": {"pool": "default"}}) as engine:
        engine.register(busy)
        assert engine.submit("app.busy").result(WAIT) in ("", "default")


def test_an_engine_does_not_start_when_a_plugin_s_type_names_a_pool_that_there_is_not(clock):
    module: Any = ModuleType("chasqui_math")

    @hookimpl
    def chasqui_tasks():
        return [busy]

    module.chasqui_tasks = chasqui_tasks
    host = PluginHost(modules={"math": module})
    host.load()
    engine = Engine(1, plugins=host)

    with pytest.raises(UnknownPool, match=r"^task type math\.busy: unknown pool 'cpu'"):
        engine.start()
    assert "new" == engine.state
