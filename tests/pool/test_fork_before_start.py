"""A pool or engine that was made before a fork, and is started after it."""

from __future__ import annotations

import pytest

from tests.pool.forked import run


@pytest.mark.slow
def test_an_engine_made_before_a_fork_works_in_each_child_and_in_the_parent_that_starts_it():
    said, wrong = run("""
        @task
        def add(a: int, b: int) -> int: return a + b
        engine = Engine(2, pools={"side": PoolConfig(workers=1)})
        engine.register(add)
        def work(who):
            with engine:
                tasks = [engine.submit("app.add", {"a": n, "b": 1}) for n in range(3)]
                tasks += [engine.submit("app.add", {"a": 0, "b": 1}, delay=0.01, pool="side")]
                say(who, *(task.result(10) for task in tasks), *(task.number for task in tasks))
            ledger = engine.shutdown(10)
            say(who, ledger.clean, ledger.accepted, engine.state)
        children = [os.fork()]
        if not children[0]:
            work("first")
            os._exit(0)
        children.append(os.fork())
        if not children[1]:
            work("second")
            os._exit(0)
        work("parent")
        say(*map(status_of, children))
    """)

    each = [f"{who} {rest}" for who in ("first", "parent", "second")
            for rest in ("1 2 3 1 1 2 3 4", "True 4 stopped")]  # fmt: skip
    assert sorted(["0 0", *each]) == said
    assert wrong == ""


@pytest.mark.slow
def test_events_of_before_the_fork_are_the_parent_s_and_those_of_a_child_are_delivered_there():
    said, wrong = run("""
        engine = Engine(1)
        engine.bus.subscribe(lambda event: say("event", os.getpid() == parent, event))
        parent = os.getpid()
        engine.pause()
        assert engine.bus.flush(10)
        child = os.fork()
        if child:
            say("status", status_of(child))
            sys.exit()
        engine.start()
        engine.shutdown(10)
        engine.bus.flush(10)
        sys.exit(0)
    """)

    assert 1 == sum(line.startswith("event True") for line in said)
    assert 1 < sum(line.startswith("event False") for line in said)
    assert "status 0" in said
    assert wrong == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "used",
    [
        "engine.submit('app.nothing')",
        "engine.submit('app.nothing', delay=60)",
        "engine.submit('app.nothing', pool='side')",
        "engine.start()",
        "engine.shutdown(0)",
        "engine.pool.submit(Work())",
    ],
)
def test_a_pool_used_before_the_fork_is_refused_in_the_child_and_the_error_says_what_to_do(used):
    said, wrong = run(f"""
        @task
        def nothing() -> None: pass
        engine = Engine(1, pools={{"side": PoolConfig(workers=1)}})
        engine.register(nothing)
        {used}
        child = os.fork()
        if child:
            say("status", status_of(child))
            engine.shutdown(10, drain=False)
            sys.exit()
        try:
            engine.start()
        except PoolForked as error:
            say(error)
        say(threading.active_count())
        if "side" in {used!r}:
            say(engine.pool.state)
        os._exit(0)
    """)

    pool = "side" if "side" in used else "default"
    assert [
        "1",
        *(["new"] if pool == "side" else []),  # the other pool was not started at all
        f"pool {pool!r} belongs to the parent process; make a new one here, or start it and submit "
        "to it only after the fork",
        "status 0",
    ] == said
    assert wrong == ""


@pytest.mark.slow
def test_a_fork_in_the_middle_of_a_start_leaves_the_child_no_half_started_pool():
    said, wrong = run("""
        pool = Pool(1)
        held, stop = threading.Event(), threading.Event()
        def hold():
            with state_of(pool).lock:  # as a start does
                held.set()
                stop.wait(30)
        threading.Thread(target=hold, daemon=True).start()
        held.wait(30)
        child = os.fork()
        if child:
            say("status", status_of(child))
            stop.set()
            sys.exit()
        try:
            pool.start()
        except PoolForked:
            say("refused")
        os._exit(0)
    """)

    assert ["refused", "status 0"] == said
    assert wrong == ""


@pytest.mark.slow
def test_a_pool_started_in_a_child_is_ended_when_the_child_ends():
    said, wrong = run("""
        import logging
        logging.basicConfig(stream=sys.stderr)
        pool = Pool(1)
        child = os.fork()
        if child:
            say("status", status_of(child))
            sys.exit()
        pool.start()
        pool.submit(Work(lambda ctx: (ctx.sleep(0.05), say("done"))))
        sys.exit(0)
    """)

    assert ["done", "status 0"] == said
    assert wrong == ""


@pytest.mark.slow
def test_rates_and_strikes_that_were_set_before_a_fork_hold_in_a_child_that_starts_the_engine():
    said, wrong = run("""
        @task(concurrency=1, rate="50/s", by="who")
        def greet(who: str) -> str: return who
        engine = Engine(1)
        engine.register(greet)
        engine.limit(greet, rate="100/s")
        engine.strike(greet, who="c7")
        child = os.fork()
        if child:
            say("status", status_of(child))
            sys.exit()
        later = engine.submit(greet, {"who": "b"}, delay=0.01)
        with engine:
            held = engine.submit(greet, {"who": "c7"})
            tasks = [engine.submit(greet, {"who": "a"}) for _ in range(15)]
            say(*{task.wait(10) for task in [later, *tasks]}, held.state)
            say(engine.shutdown(0, drain=False).clean)
        os._exit(0)
    """)

    assert sorted(["status 0", "True queued", "True"]) == said
    assert wrong == ""
