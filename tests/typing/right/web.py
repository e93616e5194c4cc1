"""A web app that hands work to an engine: accept, refuse when full, say what became of a job."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException

from chasqui import BacklogFull, Engine, InvalidParameters, task


@task(keep="result", time_limit=30)
def thumbnail(path: str, width: int = 256) -> str:
    return f"{path} at {width}"


engine = Engine(workers=2, queue_size=100)
engine.register(thumbnail)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
    engine.start()
    yield
    await asyncio.to_thread(engine.shutdown, 10)


app = FastAPI(lifespan=lifespan)


@app.post("/jobs", status_code=202)
async def accept(path: str, width: int = 256) -> dict[str, int]:
    try:
        job = await engine.submit_async(thumbnail.work(path, width), timeout=0.5)
    except BacklogFull as full:
        raise HTTPException(503, str(full), {"Retry-After": "1"}) from full
    except InvalidParameters as wrong:
        raise HTTPException(422, wrong.problems) from wrong
    return {"number": job.number}


@app.get("/jobs/{number}")
def job(number: int) -> dict[str, Any]:
    row = engine.row(number)
    if row is None:
        raise HTTPException(404, f"no job {number} is known")
    return row


async def visit() -> None:
    async with lifespan(app):
        accepted = await accept("a.png", 64)
        found = engine.find(accepted["number"])
        while found is not None and not found.done:
            found = engine.find(accepted["number"])
            await asyncio.sleep(0)
        assert job(accepted["number"])["result"] == "a.png at 64"
        try:
            job(10**6)
        except HTTPException as missing:
            assert missing.status_code == 404


def main() -> None:
    asyncio.run(visit())


if __name__ == "__main__":
    main()
