"""What a command reads on its standard input, written as it takes it and never waited for."""

from __future__ import annotations

import os


class Feed:
    """A pipe with a text for a command. A command that reads only some of it has read enough.

    Args:
        data: all that the command can read.
    """

    def __init__(self, data: bytes) -> None:
        self._rest = memoryview(data)
        self.reader, self.writer = os.pipe()  # no other child inherits either
        self._open = {self.reader, self.writer}
        os.set_blocking(self.writer, False)

    def begin(self) -> bool:
        """Leave the other end to the command, and write; tells whether all is done, as `write`."""
        self._close(self.reader)
        return self.write()

    def write(self) -> bool:
        """Write what there is room for; tells whether all is written, or no one reads any more."""
        try:
            while self._rest:
                self._rest = self._rest[os.write(self.writer, self._rest) :]
        except BlockingIOError:
            return False
        except BrokenPipeError:  # it has closed its input, or has ended
            pass
        self._close(self.writer)
        return True

    @property
    def is_open(self) -> bool:
        """Whether there may be more to write."""
        return self.writer in self._open

    def close(self) -> None:
        """Drop what is not written, and close what is open."""
        for descriptor in tuple(self._open):
            self._close(descriptor)

    def _close(self, descriptor: int) -> None:
        self._open.discard(descriptor)
        os.close(descriptor)
