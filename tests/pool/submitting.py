"""A submission on a thread of its own."""

from __future__ import annotations

import threading


class Submitter(threading.Thread):
    """Calls something on a thread, and keeps what it raised."""

    def __init__(self, call, *args):
        super().__init__(daemon=True)
        self._call, self._args = call, args
        self.error: BaseException | None = None
        self.start()

    def run(self):
        try:
            self.value = self._call(*self._args)
        except BaseException as error:
            self.error = error
