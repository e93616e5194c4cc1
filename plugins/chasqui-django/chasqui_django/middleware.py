"""What a client is answered when the engine has no room for its work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from chasqui import BacklogFull, PoolClosed

RETRY_SECONDS: Final = 1


class TooBusyMiddleware:
    """Answers 503 with Retry-After where a view raised BacklogFull or PoolClosed."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle a request."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> Any:
        """Answer for an error of a view."""
        if not isinstance(error, BacklogFull | PoolClosed):
            return None
        answer: HttpResponse = JsonResponse({"detail": str(error)}, status=503)
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
