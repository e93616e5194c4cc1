"""The life of a pool: pausing, resizing, shutting down, losing workers, forking."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from typing import Any

import pytest

from chasqui import Pool, PoolClosed
from chasqui.pool.state import state_of
from chasqui.pool.threads import start_daemon
from chasqui.testing import FakeClock
from tests.pool.observing import Recorder
from tests.present import present
from tests.waiting import until

WAIT = 10.0


def test_a_paused_pool_accepts_but_starts_nothing(make_pool, call):
    pool = make_pool(2)
    pool.pause()
    tasks = [pool.submit(call()) for _ in range(5)]
    metrics = pool.metrics()

    assert ("paused", 5, 0) == (pool.state, metrics.queued, metrics.processed)
    pool.resume()
    assert all(task.wait(WAIT) for task in tasks)


def test_a_drain_runs_all_that_was_accepted(make_pool, call):
    pool = make_pool(2, 100)
    ran = []
    for number in range(100):
        pool.submit(call(lambda ctx, n=number: ran.append(n)))

    ledger = pool.shutdown(WAIT)

    assert sorted(ran) == list(range(100))
    assert (100, 100, True, True) == (
        ledger.accepted,
        ledger.completed,
        ledger.clean,
        ledger.balanced,
    )
    assert "stopped" == pool.state


def test_a_drain_lifts_a_pause(make_pool, call):
    pool = make_pool(1)
    pool.pause()
    task = pool.submit(call(lambda ctx: "ran"))

    assert pool.shutdown(WAIT).clean
    assert "ran" == task.result(0)


@pytest.mark.slow
def test_a_shutdown_without_time_starts_nothing_that_a_pause_held_back(call, frantic_switching):
    started: list[int] = []
    for n in range(50):
        pool = Pool(8)
        pool.start()
        pool.pause()
        for _ in range(8):
            pool.submit(call(lambda ctx, n=n: started.append(n)))
        assert 8 == len(pool.shutdown(0).left)

    assert [] == started


def test_leaving_the_with_block_drains(call):
    with Pool(2) as pool:
        tasks = [pool.submit(call(lambda ctx, n=n: n)) for n in range(10)]

    assert list(range(10)) == [task.result(0) for task in tasks]


def test_without_a_drain_queued_tasks_are_cancelled_and_running_ones_finish(make_pool, call, gate):
    pool = make_pool(1)
    running = pool.submit(call(gate))
    gate.await_entered()
    queued = [pool.submit(call()) for _ in range(3)]
    ledgers = []
    stopper = threading.Thread(target=lambda: ledgers.append(pool.shutdown(WAIT, drain=False)))
    stopper.start()
    for task in queued:
        assert task.wait(WAIT)
    gate.release.set()
    stopper.join(WAIT)

    assert ["cancelled"] * 3 == [task.state for task in queued]
    assert "completed" == running.state
    assert (4, 1, 3, True) == (
        ledgers[0].accepted,
        ledgers[0].completed,
        ledgers[0].cancelled,
        ledgers[0].clean,
    )


def test_at_the_deadline_running_tasks_are_asked_to_stop(make_pool, call):
    clock = FakeClock()
    pool = make_pool(1, clock=clock)

    def body(ctx):
        ctx.sleep(3600)
        ctx.raise_if_cancelled()

    task = pool.submit(call(body))
    clock.await_sleepers(1)
    ledgers = []
    stopper = threading.Thread(target=lambda: ledgers.append(pool.shutdown(10)))
    stopper.start()
    clock.await_sleepers(2)
    clock.advance(9.9)
    clock.await_sleepers(2)
    assert "running" == task.state
    clock.advance(0.1)
    stopper.join(WAIT)

    assert ("cancelled", 1, True) == (task.state, ledgers[0].cancelled, ledgers[0].clean)


def test_the_ledger_names_what_was_left_and_what_was_abandoned_with_its_stack(
    make_pool, call, gate
):
    pool = make_pool(1)
    pool.submit(call(gate))
    gate.await_entered()
    left = pool.submit(call())

    ledger = pool.shutdown(0)

    assert ([1], [2]) == ([f.number for f in ledger.abandoned], [f.number for f in ledger.left])
    assert "self.release.wait" in ledger.abandoned[0].stack
    assert (False, True, 2) == (ledger.clean, ledger.balanced, ledger.accounted)
    assert "left 1 + abandoned 1 (not clean)" in str(ledger)
    with pytest.raises(PoolClosed, match="left in the backlog"):
        left.result()


def test_somebody_who_waits_for_a_task_that_is_left_is_told(make_pool, call, gate):
    pool = make_pool(1)
    pool.submit(call(gate))
    gate.await_entered()
    left = pool.submit(call())
    told = []

    def wait():
        try:
            left.result()
        except PoolClosed as error:
            told.append(error)

    waiter = threading.Thread(target=wait)
    waiter.start()
    pool.shutdown(0)
    waiter.join(WAIT)

    assert 1 == len(told)


def test_a_pool_that_never_started_leaves_its_backlog(make_pool, call):
    pool = make_pool(1, start=False)
    pool.submit(call())

    assert 1 == len(pool.shutdown(WAIT).left)


def test_a_second_shutdown_sharpens_the_first(make_pool, call, gate):
    pool = make_pool(1)
    pool.submit(call(gate))
    gate.await_entered()
    queued = pool.submit(call())
    ledgers = []
    first = threading.Thread(target=lambda: ledgers.append(pool.shutdown()))
    first.start()

    ledgers.append(pool.shutdown(0, drain=False))
    first.join(WAIT)

    assert "cancelled" == queued.state
    assert ledgers[0] is ledgers[1]
    assert 1 == len(ledgers[0].abandoned)


def test_a_task_may_shut_its_own_pool_down(make_pool, call):
    pool = make_pool(2)

    task = pool.submit(call(lambda ctx: pool.shutdown(WAIT)))

    assert [task.number] == [fate.number for fate in task.result(WAIT).abandoned]
    assert "stopped" == pool.state


def test_a_resize_up_starts_workers_and_down_retires_them(make_pool, call, gate):
    pool = make_pool(1)
    pool.resize(3)
    for _ in range(3):
        pool.submit(call(gate))
    gate.await_entered(3)
    assert 3 == pool.metrics().busy

    pool.resize(1)
    gate.release.set()
    ran = [pool.submit(call()).wait(WAIT) for _ in range(10)]

    assert all(ran)
    pool.shutdown(WAIT)
    assert 13 == pool.metrics().completed


@pytest.mark.parametrize("wanted", [2, 3, 4])
def test_a_resize_up_keeps_the_workers_that_were_to_leave_and_have_not(
    make_pool, call, gate, wanted
):
    pool = make_pool(3)
    for _ in range(3):
        pool.submit(call(gate))
    gate.await_entered(3)
    before = {worker.name for worker in pool.workers()}
    pool.resize(1)

    pool.resize(wanted)
    more = [pool.submit(call(gate)) for _ in range(3)]
    gate.await_entered(max(0, wanted - 3))

    names = {worker.name for worker in pool.workers()}
    assert (before <= names, max(3, wanted)) == (True, len(names))
    assert max(3, wanted) == pool.metrics().busy
    gate.release.set()
    assert all(task.wait(WAIT) for task in more)
    until(lambda: wanted == len(pool.workers()))


def test_a_task_that_comes_while_a_worker_falls_asleep_is_not_left_lying(make_pool, call):
    class Meddling(list[Any]):
        """The list of idle workers; a task comes just before the first of them is on it."""

        def insert(self, at, worker):
            if not came:
                came.append(pool.submit(call(lambda ctx: "served")))
            super().insert(at, worker)

    came: list[Any] = []
    pool = make_pool(1, start=False)
    state_of(pool).idle = Meddling()
    pool.start()
    while not came:
        pass

    assert "served" == came[0].result(WAIT)


def test_the_worker_that_fell_idle_last_is_woken_first_since_it_is_warm(make_pool, call):
    class Parked:
        """What a worker sleeps on, and whether it does: past its last look for a task."""

        def __init__(self, lock):
            self.release = lock.release
            self._lock = lock

        def acquire(self):
            asleep.add(self)
            self._lock.acquire()
            asleep.discard(self)

    asleep: set[Parked] = set()
    pool = make_pool(3)
    until(lambda: len(state_of(pool).idle) == 3)
    for worker in state_of(pool).crew.workers:
        lock, worker.parked = worker.parked, Parked(worker.parked)  # type: ignore[assignment]
        lock.release()
    ran = []
    for _ in range(20):
        until(lambda: len(asleep) == 3)
        ran.append(pool.submit(call(lambda ctx: None)))
        assert ran[-1].wait(WAIT)

    assert 1 == len({task.worker for task in ran})


def test_the_worker_named_first_is_brought_to_life_last_and_so_gets_the_first_task(make_pool):
    started = []

    def start(target, name):
        started.append(name)
        return start_daemon(target, name)

    make_pool(3, start_thread=start)

    assert ["w03", "w02", "w01"] == [name.rpartition("-")[2] for name in started]


def test_a_worker_that_cannot_start_is_reported_and_the_others_serve(make_pool, call, caplog):
    started = []

    def start_some(target, name):
        started.append(name)
        if len(started) > 1:
            raise RuntimeError("can't start new thread")
        return start_daemon(target, name)

    pool = make_pool(3, start_thread=start_some)

    assert pool.submit(call(lambda ctx: "served")).result(WAIT) == "served"
    assert (1, 2) == (pool.metrics().workers, pool.workers_lost)
    assert "can't start new thread" in caplog.text


def test_a_pool_that_cannot_start_any_worker_says_so():
    def never(target, name):
        raise RuntimeError("can't start new thread")

    with pytest.raises(RuntimeError, match="could not start any of 2 workers"):
        Pool(2, start_thread=never).start()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_dies_is_replaced_and_its_task_is_a_failure(make_pool, call):
    class Deadly(FakeClock):
        doomed = None

        def monotonic(self):
            if self.doomed == threading.get_ident():
                self.doomed = None
                raise MemoryError("in the worker itself")
            return super().monotonic()

    clock = Deadly()
    pool = make_pool(1, clock=clock)

    def body(ctx):
        clock.doomed = threading.get_ident()

    victim = pool.submit(call(body))
    after = pool.submit(call(lambda ctx: "served"))

    assert "served" == after.result()
    assert ("failed", "MemoryError") == (victim.state, type(victim.error).__name__)
    assert (1, 1) == (pool.workers_lost, pool.metrics().workers)
    assert pool.metrics().balanced


USES = (
    *(
        "pool.submit(Work())",
        "pool.try_submit(Work())",
        "pool.submit_batch([])",
        "pool.shutdown(1)",
    ),
    *("pool.pause()", "pool.resume()", "pool.resize(2)", "pool.limit('a')", "pool.hold('a')"),
    *("pool.metrics()", "pool.workers()", "pool.blocked()", "pool.waiting()", "pool.lanes()"),
    *("pool.find(1)", "task.wait(1)", "task.result(1)", "task.cancel()"),
    *("task.add_done_callback(print)", "dispatcher.process([1])", "dispatcher.dispatch_batch([])"),
)


def test_a_forked_child_is_refused_its_parents_pool():
    code = (
        "import os, sys, warnings\n"
        "warnings.simplefilter('ignore')\n"
        "from chasqui import Dispatcher, Pool, PoolForked\n"
        "class Work:\n"
        "    id = name = 'work'\n"
        "    def execute(self, ctx): pass\n"
        "pool = Pool(1); pool.start()\n"
        "dispatcher = Dispatcher(pool); dispatcher.start()\n"
        "pool.pause(); task = pool.submit(Work())\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    for use in sys.argv[1:]:\n"
        "        try: eval(use)\n"
        "        except PoolForked: continue\n"
        "        print(use, 'is not refused', file=sys.stderr, flush=True)\n"
        "    os._exit(7)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), pool.shutdown(5).clean)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, *USES], capture_output=True, text=True, timeout=30
    )

    assert ("7 True\n", "") == (done.stdout, done.stderr)


@pytest.mark.slow
def test_a_stuck_task_does_not_keep_the_interpreter_from_exiting():
    code = (
        "import threading\n"
        "from chasqui import Pool\n"
        "class Stuck:\n"
        "    id = name = 'stuck'\n"
        "    def execute(self, ctx): threading.Event().wait()\n"
        "pool = Pool(1); pool.start(); task = pool.submit(Stuck())\n"
        "while task.state != 'running': pass\n"
        "print(len(pool.shutdown(0.1).abandoned))\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)

    assert (0, "1\n") == (done.returncode, done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_waiting_for_a_signal_returns_it_and_a_second_one_hurries_the_shutdown(number):
    code = (
        "import os, signal, threading, chasqui\n"
        "class Stuck:\n"
        "    id = name = 'stuck'\n"
        "    def execute(self, ctx): threading.Event().wait()\n"
        "pool = chasqui.Pool(1); pool.start(); task = pool.submit(Stuck())\n"
        "def tell():\n"
        "    while task.state != 'running': pass\n"  # else nothing would be abandoned
        "    while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL: pass\n"
        "    print('ready', flush=True)\n"
        "    while pool.state != 'stopping': pass\n"
        "    print('stopping', flush=True)\n"
        "threading.Thread(target=tell, daemon=True).start()\n"
        "print(chasqui.wait_for_signal().name, flush=True)\n"
        "print(len(pool.shutdown(3600).abandoned), flush=True)\n"
    )
    program = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    with program:
        assert "ready\n" == present(program.stdout).readline()
        program.send_signal(number)
        assert f"{signal.Signals(number).name}\n" == present(program.stdout).readline()
        assert "stopping\n" == present(program.stdout).readline()
        program.send_signal(number)
        assert "1\n" == present(program.stdout).readline()

    assert 0 == program.returncode


def test_a_pool_shows_itself_as_a_status_line(make_pool, call, gate):
    pool = make_pool(2)
    pool.submit(call(gate))
    gate.await_entered()

    assert "<Pool default running, 2 workers (1 busy), 0 waiting>" == repr(pool)


def test_importing_the_package_loads_neither_textual_nor_sqlite_nor_asyncio():
    code = (
        "import sys, chasqui; chasqui.Pool\n"
        "print([m for m in ('textual', 'rich', 'sqlite3', 'asyncio', 'msgspec') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)

    assert "[]\n" == done.stdout


def test_the_observer_hears_of_each_cancelled_task_whatever_cancelled_it(make_pool, call, gate):
    seen = Recorder()
    pool = make_pool(1, observer=seen)

    def stops(ctx):
        gate(ctx)
        ctx.raise_if_cancelled()

    running = pool.submit(call(stops))
    gate.await_entered()
    waiting, left, later = pool.submit(call()), pool.submit(call()), pool.submit_later(call(), 60)
    assert waiting.cancel() and later.cancel()
    running.cancel()
    gate.release.set()
    assert running.wait(WAIT)
    pool.pause()
    left = pool.submit(call())
    pool.shutdown(WAIT, drain=False)

    assert "cancelled" == left.state
    heard = [number for _, numbers, *_ in seen.heard for number in numbers]
    assert {("ended", "cancelled")} == {(name, state) for name, _, state in seen.heard}
    assert {one.number for one in (running, waiting, left, later)} <= {*heard}
    assert len(heard) == len({*heard}) == pool.metrics().cancelled


def test_an_observer_that_raises_at_a_cancel_is_logged_and_changes_nothing(make_pool, call, caplog):
    def broken(name, tasks):
        raise ValueError("no")

    pool = make_pool(1, observer=Recorder(broken))
    pool.pause()
    task = pool.submit(call())

    assert task.cancel() and task.wait(WAIT)
    assert "task 1: its observer raised" in caplog.text


HEARD_ELSEWHERE = """
import os, signal, threading
from chasqui import wait_for_signal

def tell():
    while not callable(signal.getsignal(signal.SIGTERM)):
        pass
    print("ready", flush=True)
    threading.Event().wait(60)

threading.Thread(target=tell, daemon=True).start()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
print(wait_for_signal().name, flush=True)
os._exit(0)
"""


def test_a_signal_that_the_system_hands_to_another_thread_ends_the_wait_all_the_same():
    program = subprocess.Popen(
        [sys.executable, "-c", HEARD_ELSEWHERE], stdout=subprocess.PIPE, text=True
    )
    try:
        assert "ready\n" == present(program.stdout).readline()
        program.send_signal(signal.SIGTERM)
        assert "SIGTERM\n" == program.communicate(timeout=WAIT)[0]
    finally:
        program.kill()
        program.wait()
