"""Forked children: they have nothing of the parent's pools, and all that a fresh process has.

Each case is a program of its own: a fork in the middle of pytest would take pytest with it.
"""

from __future__ import annotations

import pytest

from tests.pool.forked import run


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("care", ["", "time_limit=30"])
def test_a_body_that_comes_back_in_a_child_ends_it_and_runs_nothing_of_the_parent(workers, care):
    said, wrong = run(f"""
        def fork(ctx):
            child = os.fork()
            return status_of(child) if child else "from the child"
        pool = Pool(workers={workers})
        forked = pool.submit(Work(fork), {care})
        if {bool(care)}:
            forked.add_done_callback(lambda task: say("called back", task.result()))
        others = pool.submit_batch([Work(lambda ctx: say("ran")) for _ in range(3)])
        with pool:
            say("status", forked.result(30))
        say(pool.shutdown())
    """)

    ledger = "accepted 4 = completed 4 + failed 0 + cancelled 0 + left 0 + abandoned 0 (clean)"
    called = ["called back 0"] if care else []
    assert [ledger, *called, "ran", "ran", "ran", "status 0"] == said
    assert wrong == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ends", "status", "told"),
    [
        ("sys.exit(7)", 7, ""),
        ("sys.exit()", 0, ""),
        ("raise ValueError('odd')", 1, "ValueError: odd"),
        ("os._exit(9)", 9, ""),
    ],
)
def test_the_status_of_a_child_is_how_the_body_ended_there(ends, status, told):
    said, wrong = run(f"""
        def fork(ctx):
            child = os.fork()
            if child:
                return status_of(child)
            {ends}
        with Pool(2) as pool:
            say(pool.submit(Work(fork)).result(30))
            say(pool.metrics().failed)
    """)

    assert sorted([str(status), "0"]) == said
    assert told in wrong
    assert len(wrong.splitlines()) == bool(told)


@pytest.mark.slow
def test_a_coroutine_a_callback_and_a_call_of_an_executor_may_fork_too():
    said, wrong = run("""
        def fork(*_):
            child = os.fork()
            if child:
                say(status_of(child))
            return os.getpid()
        async def body(ctx):
            return fork()
        me = os.getpid()
        with Pool(2) as pool:
            assert pool.submit(Work(body)).result(30) == me
            task = pool.submit(Work())
            task.add_done_callback(fork)
            task.wait(30)
            future = PoolExecutor(pool).submit(fork)
            future.add_done_callback(lambda future: say("the future is done"))
            assert future.result(30) == me
            call_at(state_of(pool), 0.0, fork)
            pool.shutdown(20)
    """)

    assert said in ([*["0"] * several, "the future is done"] for several in (3, 4))
    assert wrong == ""


@pytest.mark.slow
def test_a_child_is_refused_by_every_method_of_the_parent_s_pool_and_engine_and_hangs_in_none():
    said, wrong = run("""
        @task
        def nothing() -> None: pass
        engine = Engine(2)
        engine.register(nothing)
        pool, clocked = engine.pool, Dispatcher(engine.pool)
        engine.start()
        clocked.start()
        stop = threading.Event()
        def hold(lock):
            with lock:
                stop.wait(30)
        batch = engine.batch([("app.nothing", {}) for _ in range(3)])
        owners = [state_of(pool).timer, engine.bus, engine._parts.monitor.sampler,
                  engine._parts.scheduler, engine._parts.submitter.keys,
                  engine.failures, engine._parts.task_logs, batch._members, clocked]
        held = pool.submit_later(Work(), 3600)
        locks = [state_of(pool).lock, *(owner._lock for owner in owners)]
        for lock in locks:  # as it may be at the moment of a fork
            threading.Thread(target=hold, args=(lock,), daemon=True).start()
        time.sleep(0.3)
        child = os.fork()
        if child:
            say("status", status_of(child))
            stop.set()
            engine.shutdown(10, drain=False)
            sys.exit()
        calls = {
            "submit": lambda: pool.submit(Work()),
            "try_submit": lambda: pool.try_submit(Work(), time_limit=3),
            "batch": lambda: pool.submit_batch([Work()]),
            "later": lambda: pool.submit_later(Work(), 1),
            "start": pool.start, "pause": pool.pause, "resume": pool.resume,
            "resize": lambda: pool.resize(3), "shutdown": lambda: pool.shutdown(0),
            "metrics": pool.metrics, "state": lambda: pool.state, "workers": pool.workers,
            "waiting": pool.waiting, "scheduled": pool.scheduled, "find": lambda: pool.find(1),
            "blocked": pool.blocked, "gather": lambda: gather(state_of(pool)), "lanes": pool.lanes,
            "limit": lambda: pool.limit("a", rate="1/s"), "hold": lambda: pool.hold("a"),
            "call_at": lambda: call_at(state_of(pool), 1.0, print),
            "await_room": lambda: await_room(state_of(pool)),
            "abandoned": lambda: pool.workers_abandoned,
            "wait": held.wait, "cancel": held.cancel, "result": held.result,
            "callback": lambda: held.add_done_callback(print),
            "engine.submit": lambda: engine.submit("app.nothing"),
            "engine.key": lambda: engine.submit("app.nothing", key="a"),
            "engine.delay": lambda: engine.submit("app.nothing", delay=1),
            "engine.batch": lambda: engine.batch(["app.nothing"]),
            "engine.schedule": lambda: engine.schedule("app.nothing", cron="* * * * *"),
            "engine.metrics": engine.metrics, "engine.snapshot": engine.snapshot,
            "engine.state": lambda: engine.state, "engine.shutdown": lambda: engine.shutdown(0),
            "engine.pause": engine.pause, "engine.drain": lambda: engine.drain("default"),
            "engine.limit": lambda: engine.limit("app.nothing", concurrency=1),
            "dispatcher": lambda: clocked.shutdown(),
            "dispatch_batch": lambda: clocked.dispatch_batch([Work()]),
        }
        for name, call in calls.items():
            signal.alarm(5)  # which ends a child that hangs
            try:
                call()
            except PoolForked:
                continue
            say("not refused:", name)
        # What only reads answers, with what was known at the fork.
        signal.alarm(10)
        engine.failures.window(0, 10), engine.task_log(1), engine.batches(), batch.counts
        engine.bus.flush(1), engine.history(), engine.schedules, repr(pool), repr(engine)
        engine.failures.counts()
        os._exit(0)
    """)

    assert ["status 0"] == said
    assert wrong == ""


@pytest.mark.slow
def test_a_child_that_leaves_the_with_block_of_its_parent_s_pool_does_so_in_silence():
    said, wrong = run("""
        with Engine(2) as engine, Pool(2) as pool, Dispatcher(pool), PoolExecutor(pool):
            child = os.fork()
            if not child:
                sys.exit(5)
            say(status_of(child))
    """)

    assert ["5"] == said
    assert wrong == ""


@pytest.mark.slow
def test_a_child_s_own_engine_captures_runs_retries_and_is_ended_by_its_own_exit_hook():
    said, wrong = run("""
        @task
        def speak() -> int:
            print("heard")
            return os.getpid()
        def use():
            engine = Engine(2, capture=LogCapture(prints=True))
            engine.register(speak)
            engine.start()
            one = engine.submit("app.speak", delay=0.01)
            assert one.result(20) == os.getpid()
            assert [line.text for line in engine.task_log(one.number).lines] == ["heard"]
            assert engine.metrics().balanced
            for _ in range(5):
                engine.pool.submit(Work(lambda ctx: (time.sleep(0.02), say("after"))))
        stream = sys.stdout
        parent = Engine(2, capture=LogCapture(prints=True))
        parent.start()
        child = os.fork()
        assert child or sys.stdout is stream
        use()
        if child:
            say("status", status_of(child))
    """)

    assert ["after"] * 10 + ["status 0"] == said
    assert wrong == ""


@pytest.mark.slow
def test_the_pools_that_a_body_makes_in_a_child_are_ended_before_it():
    said, wrong = run("""
        def fork(ctx):
            child = os.fork()
            if child:
                return status_of(child)
            own = Pool(2)
            own.start()
            for _ in range(5):
                own.submit(Work(lambda ctx: (time.sleep(0.02), say("after"))))
        with Pool(2) as pool:
            say("status", pool.submit(Work(fork)).result(30))
    """)

    assert ["after"] * 5 + ["status 0"] == said
    assert wrong == ""


@pytest.mark.slow
def test_a_child_of_multiprocessing_has_the_exit_hook_too():
    said, wrong = run("""
        import multiprocessing
        def use():
            own = Pool(2)
            own.start()
            for _ in range(5):
                own.submit(Work(lambda ctx: (time.sleep(0.02), say("after"))))
        with Pool(2) as pool:
            pool.submit(Work()).wait()
            process = multiprocessing.get_context("fork").Process(target=use)
            process.start()
            process.join(30)
            say("status", process.exitcode)
    """)

    assert ["after"] * 5 + ["status 0"] == said
    assert wrong == ""


@pytest.mark.slow
def test_a_child_ends_by_a_signal_that_only_its_parent_waits_for():
    said, wrong = run("""
        def fork(ctx):
            child = os.fork()
            if not child:
                time.sleep(30)
            time.sleep(0.1)
            os.kill(child, signal.SIGTERM)
            say(status_of(child))
            os.kill(os.getpid(), signal.SIGTERM)
        with Pool(2) as pool:
            threading.Timer(0.2, lambda: pool.submit(Work(fork))).start()
            wait_for_signal()
    """)

    assert [str(-15)] == said
    assert wrong == ""
