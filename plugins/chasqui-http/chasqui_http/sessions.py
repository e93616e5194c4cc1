"""One session per worker thread, with its open connections.

A session is closed when its thread ends or the plugin's task types go away, whichever is first.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chasqui_http.client import Session


class Sessions:
    """The sessions of all threads that run this plugin's tasks."""

    def __init__(self, *, allow_private: bool = False, ca_file: Path | None = None) -> None:
        self._allow_private = allow_private
        self._ca_file = ca_file
        self._local = threading.local()

    def here(self) -> Session:
        """Return this thread's session; it is made at the first use.

        Raises:
            HttpFailed: the file of certificates cannot be read, or holds none.
        """
        session: Session | None = getattr(self._local, "session", None)
        if session is None:
            from chasqui_http.client import Session

            session = Session(allow_private=self._allow_private, ca_file=self._ca_file)
            self._local.session = session
        return session
