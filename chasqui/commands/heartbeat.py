"""Staying connected to a host while there is nothing to ask.

A host drops a client that says nothing for a while. One that waits for its input, perhaps for
hours, asks for the status now and then.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Final, Self

from chasqui.control.client.client import Client
from chasqui.control.wire.messages import WireError
from chasqui.control.wire.permanent import NoArgsEver
from chasqui.control.wire.status import Status

BEAT_SECONDS: Final = 30.0
"""Between two requests; a host waits three times as long."""


class Heartbeat:
    """Keeps a connection alive while the block runs."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="chasqui-heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS) and self._client.lost is None:
            with contextlib.suppress(WireError):  # busy, or gone
                self._client.ask("status", NoArgsEver(), Status, timeout=BEAT_SECONDS)
