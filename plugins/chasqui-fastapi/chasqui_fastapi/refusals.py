"""Refusals: what a client is answered when the engine has no room for its work."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse

RETRY_SECONDS: Final = 1


async def too_busy(request: Request, error: Exception) -> JSONResponse:
    """Answer 503 with Retry-After: the handler for BacklogFull and PoolClosed.

    ``app.add_exception_handler(BacklogFull, too_busy)``
    """
    return JSONResponse(
        {"detail": str(error)}, status_code=503, headers={"Retry-After": str(RETRY_SECONDS)}
    )
