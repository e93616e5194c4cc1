"""A lack of memory at any allocation of a method leaves the pool whole."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest

from chasqui import Ledger, Pool
from chasqui.pool.locks import is_held
from chasqui.pool.state import state_of
from tests.pool.conftest import WAIT, Call
from tests.pool.test_locks import METHODS

memory = pytest.importorskip("_testcapi", reason="this Python has no module that lacks memory")
if sys.version_info >= (3, 12):
    pytest.skip("from 3.12 on the interpreter itself dies of it", allow_module_level=True)
# Others have threads that make something meanwhile, and the hook takes the memory of all threads: a
# timer that has none at that moment may end with its lock held.
ALONE = [one for one in METHODS if one not in ("wait", "resize", "submit_later")]
MOST = 120  # allocations of a method that are refused, each in its turn


@pytest.fixture(autouse=True)
def _no_thread_that_never_came_up():
    """Take out of CPython's lists the threads that had no memory for their first or last line."""
    yield
    active: dict[int, Any] = threading._active  # type: ignore[attr-defined]
    for ident, thread in list(active.items()):
        if not thread.is_alive():
            active.pop(ident, None)
    limbo: dict[Any, Any] = threading._limbo  # type: ignore[attr-defined]
    for thread in list(limbo):
        if not thread._started.is_set():
            limbo.pop(thread, None)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of generators
@pytest.mark.parametrize("method", ALONE)
def test_a_method_that_meets_a_lack_of_memory_leaves_the_pool_whole(method):
    # Paused, so that the calling thread is the only one that makes anything.
    pool = Pool(2, 2000)
    call, met = METHODS[method], 0
    pool.submit_batch([Call() for _ in range(3)])
    for number in range(MOST):
        try:
            memory.set_nomemory(number, number + 1)
            try:
                call(pool)
            finally:
                memory.remove_mem_hooks()
        except (MemoryError, RuntimeError, TypeError):  # what CPython makes of it
            met += 1
        assert not is_held(state_of(pool).lock)
        assert pool.metrics().balanced, number
    assert met > 2
    pool.start()
    ended: list[Ledger] = []
    # A batch that lacked memory while it was put in leaves tasks that nothing starts any more: the
    # shutdown takes all of its time, and names them.
    helper = threading.Thread(target=lambda: ended.append(pool.shutdown(1.0)))
    helper.start()
    helper.join(2 * WAIT)
    assert ended
    assert ended[0].balanced
    assert pool.metrics().balanced
