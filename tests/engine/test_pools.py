"""Several pools in one engine: which task goes where, and what happens in one that is none of the
others' business."""

from __future__ import annotations

import itertools
import threading
from types import ModuleType

import pytest

from chasqui import BacklogFull, Context, Engine, PoolClosed, Retry, hookimpl, task
from chasqui.engine.config import PoolConfig
from chasqui.engine.engine import Engine as PlainEngine
from chasqui.engine.events import EngineChanged, ScheduleFired, ScheduleSkipped
from chasqui.engine.policy import Policy
from chasqui.errors import UnknownPool
from chasqui.plugins.loader import PluginHost
from chasqui.pool.closing import GRACE_SECONDS
from chasqui.pool.metrics import Metrics, over_all
from chasqui.pool.threads import start_daemon
from chasqui.testing import FakeClock
from tests.pool.conftest import Call, Gate
from tests.pool.interrupt import Interrupter
from tests.waiting import until

WAIT = 10.0
POOLS = {"cpu": PoolConfig(workers=1, queue_size=5), "slow": PoolConfig(workers=2, queue_size=1)}


@task
def where(ctx: Context) -> str:
    """Say where it runs."""
    return ctx.task.worker.rpartition("/")[0]


@task(pool="cpu")
def busy(ctx: Context) -> str:
    """Say where it runs, which is said to be for this."""
    return where(ctx)


@pytest.fixture
def engine():
    with Engine(2, 10, pools=POOLS) as engine:
        engine.register(where)
        engine.register(busy)
        yield engine


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.release.set()


@pytest.fixture
def clock():
    return FakeClock()


# Routes


def test_a_task_runs_where_its_type_the_config_or_its_submission_says_in_this_order():
    said = {"app.busy": Policy(pool="slow"), "app.where": {"attempts": 2}}
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
        assert "slow" == engine.pool_of(engine.type("app.busy")).name


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
        return ctx.task.worker

    engine.register(flaky)

    assert "cpu/w01" == engine.submit("app.flaky").result(WAIT)


def test_while_one_pool_drops_its_work_another_tries_its_own_again(engine, gate):
    @task(pool="cpu", retry=Retry(attempts=2, base=0))
    def flaky(ctx: Context) -> int:
        if ctx.task.attempts == 1:
            gate(ctx)
            raise OSError
        return ctx.task.attempts

    engine.register(flaky)
    failing = engine.submit("app.flaky")
    gate.await_entered()
    engine.pool.shutdown(WAIT, drain=False)
    gate.release.set()

    assert 2 == failing.result(WAIT)


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
    module = ModuleType("chasqui_math")

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


# Numbers and readings


def test_numbers_are_unique_over_the_pools(engine):
    tasks = [engine.submit("app.where", pool=pool) for pool in ("cpu", "default") * 3]
    tasks += engine.submit_batch("app.busy", [{}] * 3)
    tasks += [engine.submit("app.where", pool="slow", delay=0)]

    assert list(range(1, 11)) == [one.number for one in tasks]
    assert all(one.wait(WAIT) for one in tasks)


def test_a_submission_that_is_refused_uses_up_no_number(engine):
    engine.submit("app.busy").wait(WAIT)
    engine.drain("cpu", WAIT)
    for options in ({}, {"priority": 1}, {"delay": 1}, {"key": "k"}):
        with pytest.raises(PoolClosed):
            engine.submit("app.busy", **options)
    with pytest.raises(PoolClosed):
        engine.submit_batch("app.busy", [{}] * 3)

    assert 2 == engine.submit("app.where").number


def test_threads_and_signal_handlers_that_submit_to_two_pools_get_no_number_twice(clock):
    # Newer interpreters tell of all instructions only from a function's second traced run on.
    for point in itertools.chain([0, 0], range(1, 400)):
        engine = PlainEngine(1, 50, pools=POOLS, clock=clock)
        engine.register(where)
        tasks = []

        def submit(engine=engine, tasks=tasks):
            tasks.append(engine.submit("app.where"))
            tasks.extend(engine.submit_batch("app.where", [{}] * 2))
            tasks.append(engine.submit("app.where", delay=60))
            tasks.append(engine.submit("app.where", pool="cpu"))

        interrupter = Interrupter(point, submit)
        interrupter.run(submit)
        engine.shutdown(0)
        assert len(tasks) == len({one.number for one in tasks})
        assert all(engine.find(one.number) is one for one in tasks)
        if interrupter.points < point:
            break
    assert 20 < point < 399


def test_many_threads_that_submit_to_two_pools_get_no_number_twice():
    engine = PlainEngine(1, 10_000, pools={"cpu": PoolConfig(workers=1, queue_size=10_000)})
    engine.register(where)
    numbers = [[] for _ in range(6)]

    def submit(which):
        for _ in range(300):
            pool = ("default", "cpu")[which % 2]
            numbers[which].append(engine.submit("app.where", pool=pool).number)

    threads = [threading.Thread(target=submit, args=(which,)) for which in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    engine.shutdown(0)

    assert 1800 == len({number for some in numbers for number in some})


def test_a_task_is_found_in_whichever_pool_by_its_number(engine, gate):
    running = engine.submit(Call(gate), pool="cpu")
    gate.await_entered()
    queued = engine.submit("app.busy")
    later = engine.submit("app.where", pool="slow", delay=3600)

    assert [running, queued, later, None] == [engine.find(n) for n in (1, 2, 3, 4)]
    later.cancel()


def test_a_reading_is_the_sum_of_those_of_the_pools_and_is_balanced(engine, gate):
    engine.submit(Call(gate), pool="cpu")
    gate.await_entered()
    engine.submit("app.busy")
    engine.submit("app.where", pool="slow").wait(WAIT)
    engine.submit("app.where", delay=3600).cancel()
    engine.submit("app.where", delay=3600)
    now = engine.metrics()

    assert ["default", "cpu", "slow"] == list(now.pools)
    assert (5, 1, 1, 1, 1, 1) == (
        now.accepted,
        now.queued,
        now.scheduled,
        now.running,
        now.completed,
        now.cancelled,
    )
    for field in ("accepted", "queued", "scheduled", "running", "completed", "workers", "rejected"):
        assert getattr(now, field) == sum(getattr(one, field) for one in now.pools.values())
    assert now.balanced and all(one.balanced for one in now.pools.values())
    assert (2, 1) == (now.wait.count, now.run.count)
    assert [2, 2, 1] == [one.accepted for one in now.pools.values()]
    engine.pool.scheduled()[0].cancel()


def test_every_reading_is_balanced_while_all_pools_work(engine):
    done, wrong = threading.Event(), []

    def submit(pool):
        while not done.is_set():
            engine.submit("app.where", pool=pool)

    threads = [threading.Thread(target=submit, args=(pool,)) for pool in engine.pools]
    for thread in threads:
        thread.start()
    for _ in range(300):
        now = engine.metrics()
        if not now.balanced or not all(one.balanced for one in now.pools.values()):
            wrong.append(now)
    done.set()
    for thread in threads:
        thread.join(WAIT)

    assert [] == wrong


def test_rates_add_up_and_the_share_of_time_is_that_of_all_workers():
    fast = Metrics(workers=1, rate=3.0, window=10.0, used=10.0, blocked=1)
    idle = Metrics(workers=3, rate=0.5, window=20.0, blocked=2)
    both = over_all({"fast": fast, "idle": idle})

    assert (3.5, 3, 4) == (both.rate, both.blocked, both.workers)
    assert 10.0 / (1 * 10.0 + 3 * 20.0) == pytest.approx(both.utilisation)
    assert 1.0 == over_all({"fast": fast}).utilisation
    assert 20.0 == over_all({"a": Metrics(window=20.0), "b": Metrics(window=5.0)}).window


def test_an_engine_of_one_pool_reads_as_its_pool_and_names_workers_shortly():
    with Engine(1) as engine:
        engine.register(where)
        done = engine.submit("app.where")
        assert done.wait(WAIT)
        now = engine.metrics()

    assert ({"default"}, "w01", 1) == (set(now.pools), done.worker, done.number)
    assert now.pools["default"].accepted == now.accepted == 1


# What is done to one pool, and to all


def test_each_pool_is_paused_and_resumed_alone(engine):
    engine.pools["cpu"].pause()
    held = engine.submit("app.busy")
    assert engine.submit("app.where").result(WAIT) == "default"
    assert ("running", "paused", "queued") == (engine.state, engine.pools["cpu"].state, held.state)

    engine.pools["cpu"].resume()
    assert "cpu" == held.result(WAIT)


def test_a_pause_without_a_name_is_of_all_pools_and_so_is_a_resume(engine):
    engine.pause()
    tasks = [engine.submit("app.where", pool=pool) for pool in engine.pools]
    assert ["paused"] * 3 == [pool.state for pool in engine.pools.values()]
    assert ("paused", 3) == (engine.state, engine.metrics().queued)

    engine.resume()
    assert ["default", "cpu", "slow"] == [one.result(WAIT) for one in tasks]


def test_a_pause_leaves_out_a_pool_that_has_come_to_its_end(engine):
    engine.drain("cpu", WAIT)
    engine.pause()
    assert ("paused", "stopped", "paused") == tuple(one.state for one in engine.pools.values())
    assert "paused" == engine.state

    engine.shutdown(WAIT)
    with pytest.raises(PoolClosed):
        engine.pause()


def test_each_pool_has_its_size_and_changes_it_alone(engine):
    heard = []
    engine.bus.subscribe(heard.append)
    engine.resize(3, pool="cpu")
    engine.resize(1)
    until(lambda: (1, 3, 2) == tuple(len(one.workers()) for one in engine.pools.values()))
    assert engine.bus.flush(WAIT)

    assert ["cpu/w01", "cpu/w02", "cpu/w03"] == [
        worker.name for worker in engine.pools["cpu"].workers()
    ]
    assert [
        "engine resized pool cpu to 3 workers",
        "engine resized pool default to 1 workers",
    ] == [str(event) for event in heard if isinstance(event, EngineChanged)]


def test_an_engine_that_starts_says_how_many_workers_there_are_in_all():
    heard = []
    engine = Engine(2, pools=POOLS)
    engine.bus.subscribe(heard.append)
    with engine:
        assert engine.bus.flush(WAIT)
        names = {thread.name for thread in threading.enumerate()}

    assert "engine started with 5 workers in 3 pools" == str(heard[0])
    assert {"chasqui-cpu-w01", "chasqui-slow-w02", "chasqui-default-w02"} <= names


def test_a_pool_that_is_drained_runs_what_it_has_and_refuses_more_while_others_go_on(engine, gate):
    running, waiting = engine.submit(Call(gate), pool="cpu"), engine.submit("app.busy")
    gate.await_entered()
    reports = []
    drain = threading.Thread(target=lambda: reports.append(engine.drain("cpu", WAIT)))
    drain.start()
    until(lambda: engine.pools["cpu"].state == "stopping")
    with pytest.raises(PoolClosed, match="pool 'cpu' is stopping and accepts no more work"):
        engine.submit("app.busy")
    assert ("running", "default") == (engine.state, engine.submit("app.where").result(WAIT))
    gate.release.set()
    drain.join(WAIT)

    assert ("through", "cpu") == (running.result(0), waiting.result(0))
    assert [(2, True)] == [(one.accepted, one.clean) for one in reports]
    ledger, now = engine.shutdown(WAIT), engine.metrics()
    assert (3, 3, 1, True) == (ledger.accepted, ledger.completed, now.rejected, ledger.balanced)


def test_an_engine_with_a_pool_that_cannot_start_starts_none_of_the_others(clock):
    def start(target, name):
        if name.startswith("chasqui-slow"):
            raise RuntimeError("no more threads")
        return start_daemon(target, name)

    engine = PlainEngine(1, pools=POOLS, start_thread=start)
    with pytest.raises(RuntimeError, match="pool 'slow' could not start"):
        engine.start()

    assert ["stopped"] * 3 == [pool.state for pool in engine.pools.values()]


# The end of all


def test_an_engine_whose_pools_all_hang_ends_after_one_grace_and_names_everything(clock, gate):
    pools = {name: PoolConfig(workers=1, queue_size=5) for name in ("cpu", "slow")}
    engine = PlainEngine(1, 10, pools=pools, clock=clock)
    engine.start()
    for pool in engine.pools:
        engine.submit(Call(gate), pool=pool)
    gate.await_entered(3)
    left = [engine.submit(Call(), pool=pool) for pool in ("cpu", "slow")]
    ledgers = []
    closing = threading.Thread(target=lambda: ledgers.append(engine.shutdown(4)), daemon=True)
    closing.start()
    until(lambda: len(clock.asleep()) == 1)
    clock.advance(4)
    until(lambda: len(clock.asleep()) == 1)
    clock.advance(GRACE_SECONDS)
    closing.join(WAIT)
    assert not closing.is_alive()
    (ledger,), now = ledgers, engine.metrics()

    assert (5, 4.5, True) == (ledger.accepted, ledger.seconds, ledger.balanced)
    assert [("default", "default/w01"), ("cpu", "cpu/w01"), ("slow", "slow/w01")] == [
        (one.pool, one.worker) for one in ledger.abandoned
    ]
    assert [("cpu", left[0].number), ("slow", left[1].number)] == [
        (one.pool, one.number) for one in ledger.left
    ]
    assert (now.accepted, now.queued, now.running) == (5, 2, 3)


def test_the_ledger_of_an_engine_adds_up_to_its_metrics(engine):
    @task(pool="slow")
    def explode() -> None:
        raise ValueError

    engine.register(explode)
    for _ in range(20):
        engine.submit("app.where")
        engine.submit("app.busy")
        engine.submit("app.explode")
    engine.submit("app.where", delay=3600).cancel()
    ledger, now = engine.shutdown(WAIT), engine.metrics()

    assert (61, 40, 20, 1) == (now.accepted, now.completed, now.failed, now.cancelled)
    assert (61, 40, 20, 1) == (ledger.accepted, ledger.completed, ledger.failed, ledger.cancelled)
    assert ledger.clean and ledger.balanced and now.balanced


# One slow pool never delays another


def test_a_pool_that_is_blocked_and_full_delays_no_other(clock, gate):
    heard = []
    with PlainEngine(1, 10, pools=POOLS, clock=clock) as engine:
        engine.register(where)
        engine.register(busy)
        engine.bus.subscribe(heard.append)
        for _ in range(2):
            engine.submit(Call(gate), pool="slow")
        gate.await_entered(2)
        engine.submit(Call(), pool="slow")
        blocked = threading.Thread(target=lambda: engine.submit(Call(), pool="slow"))
        blocked.start()
        until(lambda: engine.metrics().blocked == 1)

        assert ["cpu"] * 200 == [engine.submit("app.busy").result(WAIT) for _ in range(200)]
        assert ["default"] * 9 == [
            one.result(WAIT) for one in engine.submit_batch("app.where", [{}] * 9)
        ]
        engine.schedule("app.busy", cron="* * * * *", overlap="queue")
        for turn in range(1, 4):
            clock.advance(60)
            until(lambda turn=turn: sum(isinstance(one, ScheduleFired) for one in heard) == turn)
        until(lambda: engine.metrics().pools["cpu"].completed == 203)
        later = engine.submit("app.busy", delay=5)
        clock.advance(5)
        assert later.wait(WAIT)
        now = engine.metrics()
        assert (2, 1, 1) == (now.pools["slow"].running, now.pools["slow"].queued, now.blocked)
        assert now.balanced
        gate.release.set()
        blocked.join(WAIT)
        ledger = engine.shutdown(WAIT)

    assert (ledger.accepted, ledger.completed, True) == (217, 217, ledger.clean)


def test_a_blocked_pool_and_its_blocked_submitter_do_not_keep_an_engine_from_its_end(clock, gate):
    engine = PlainEngine(1, 10, pools=POOLS, clock=clock)
    engine.register(busy)
    engine.start()
    for _ in range(2):
        engine.submit(Call(gate), pool="slow")
    gate.await_entered(2)
    engine.submit(Call(), pool="slow")
    refused, ledgers = [], []

    def submit():
        try:
            engine.submit(Call(), pool="slow")
        except PoolClosed as error:
            refused.append(str(error))

    blocked = threading.Thread(target=submit)
    blocked.start()
    until(lambda: engine.metrics().blocked == 1)
    closing = threading.Thread(target=lambda: ledgers.append(engine.shutdown(3)), daemon=True)
    closing.start()
    blocked.join(WAIT)
    until(lambda: engine.pools["cpu"].state == "stopped")
    for seconds in (3, GRACE_SECONDS):
        until(lambda: len(clock.asleep()) == 1)
        clock.advance(seconds)
    closing.join(WAIT)

    assert not closing.is_alive()
    assert ["pool 'slow' is stopping and accepts no more work"] == refused
    assert (3, 1, 2) == (ledgers[0].accepted, len(ledgers[0].left), len(ledgers[0].abandoned))


def test_a_schedule_whose_pool_is_full_or_drained_leaves_its_turn_out_and_says_why(clock, gate):
    heard = []
    with PlainEngine(1, 10, pools=POOLS, clock=clock) as engine:
        engine.register(busy)
        engine.bus.subscribe(heard.append)
        engine.submit(Call(gate), pool="cpu")
        gate.await_entered()
        for _ in range(5):
            engine.submit(Call(), pool="cpu")
        engine.schedule("app.busy", cron="* * * * *")
        clock.advance(60)
        until(lambda: any(isinstance(one, ScheduleSkipped) for one in heard))
        gate.release.set()
        engine.drain("cpu", WAIT)
        clock.advance(60)
        until(lambda: sum(isinstance(one, ScheduleSkipped) for one in heard) == 2)

    assert ["task queue is full", "pool 'cpu' is stopped and accepts no more work"] == [
        one.reason for one in heard if isinstance(one, ScheduleSkipped)
    ]


def test_a_full_pool_refuses_at_once_what_does_not_wait(engine, gate):
    for _ in range(2):
        engine.submit(Call(gate), pool="slow")
    gate.await_entered(2)
    engine.submit(Call(), pool="slow")
    with pytest.raises(BacklogFull):
        engine.try_submit("app.where", pool="slow")

    assert (1, 1) == (engine.metrics().rejected, engine.metrics().pools["slow"].rejected)


def test_an_engine_that_is_short_of_workers_is_degraded_until_it_is_not():
    def refuse_the_second(run, name):
        if name.endswith("w02"):
            raise RuntimeError("can't start new thread")
        return start_daemon(run, name)

    with Engine(2, start_thread=refuse_the_second) as engine:
        short = engine.state
        engine.resize(1)
        enough = engine.state

    assert ("degraded", "running", "stopped") == (short, enough, engine.state)


def test_an_engine_with_a_worker_that_is_stuck_is_degraded():
    clock, go = FakeClock(), threading.Event()

    @task(time_limit=5)
    def hang() -> None:
        assert go.wait(WAIT)

    with Engine(1, clock=clock, max_abandoned=0) as engine:
        engine.register(hang)
        hanging = engine.submit("app.hang")
        until(lambda: hanging.state == "running")
        clock.advance(11)
        until(lambda: engine.state == "degraded")
        go.set()
        assert hanging.wait(WAIT)

        assert "running" == engine.state
