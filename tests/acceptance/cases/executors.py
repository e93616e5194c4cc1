"""A pool as the executor of others: asyncio's default, dask's pool, futures without a worker."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from chasqui import Engine, Pool, PoolExecutor, WouldDeadlock


def name_of_thread(*_: object) -> str:
    return threading.current_thread().name


def case_the_default_executor_of_a_loop() -> None:
    pool = Pool(workers=2)
    pool.start()

    async def main() -> list[str]:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(PoolExecutor(pool))
        calls = [asyncio.to_thread(name_of_thread) for _ in range(4)]
        return await asyncio.gather(*calls, loop.run_in_executor(None, name_of_thread))

    for _ in range(3):  # each loop ends its executor, and never the pool
        assert all(name.startswith("chasqui-default") for name in asyncio.run(main()))
    assert pool.shutdown(10).clean and 15 == pool.metrics().completed


def case_a_program_with_a_default_executor_ends() -> None:
    program = """
import asyncio, time
from chasqui import Pool, PoolExecutor
pool = Pool(2)
pool.start()
async def main():
    asyncio.get_running_loop().set_default_executor(PoolExecutor(pool))
    return await asyncio.to_thread(abs, -3)
print(asyncio.run(main()))
PoolExecutor(pool).submit(time.sleep, 0.2)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30)
    assert (0, b"3\n", b"") == (done.returncode, done.stdout, done.stderr), done


def case_the_pool_of_dask() -> None:
    import dask
    from dask.delayed import delayed

    with Pool(workers=3) as pool, dask.config.set(pool=PoolExecutor(pool)):
        graph = [delayed(pow)(number, 2) for number in range(50)]
        assert sum(number**2 for number in range(50)) == delayed(sum)(graph).compute()
    assert pool.metrics().completed > 1


def case_an_executor_is_one_by_its_class_alone() -> None:
    with Pool(workers=3, name="mine") as pool:
        executor = PoolExecutor(pool)
        assert isinstance(executor, ThreadPoolExecutor)
        assert (3, 3) == (executor._max_workers, len(executor._threads))
        for wrong in (Engine(workers=1), Pool, None, 4):
            try:
                PoolExecutor(wrong)  # type: ignore[arg-type]
            except TypeError as error:
                assert "a PoolExecutor is over" in str(error), error
            else:
                raise AssertionError(wrong)


def wait_for_another(executor: PoolExecutor, entered: threading.Barrier) -> int:
    entered.wait(10)
    return executor.submit(abs, -1).result()


def case_every_worker_waits_for_a_future() -> None:
    for workers in (1, 2, 5):
        pool = Pool(workers=workers)
        pool.start()
        executor, entered = PoolExecutor(pool), threading.Barrier(workers)
        futures = [executor.submit(wait_for_another, executor, entered) for _ in range(workers)]
        errors = [future.exception(10) for future in futures]
        assert any(isinstance(error, WouldDeadlock) for error in errors), errors
        assert all(error is None or isinstance(error, WouldDeadlock) for error in errors)
        assert pool.shutdown(10).clean
