"""The guard: ends a command whose engine died before it could.

An engine that is killed, or that leaves its tasks behind at an abort, runs no more code of its own.
So each command has a guard, a process that waits at a pipe from the engine. The end of the pipe
without a word means that the engine is gone, however it went; then the guard ends the command and
its family as the engine would have.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress

from chasqui_shell.family import MARK

# A constant text for sh, which is there on every POSIX system and starts in a millisecond. Nothing
# of a command gets into it but the number of its group and its mark. Where there is no /proc, grep
# finds no files, and the group is all.
_SCRIPT = f"""
read -r group mark && [ "$group" != over ] || exit 0
read -r over && exit 0
marked() {{ grep -lsxz "{MARK}=$mark" /proc/[0-9]*/environ; }}
lives() {{ kill -s 0 -- "-$group" || marked >/dev/null; }}
tell() {{
  kill -s "$1" -- "-$group"
  for file in $(marked); do
    process=${{file#/proc/}}
    kill -s "$1" "${{process%/environ}}"
  done
}}
tell TERM
while [ "$1" -gt 0 ] && lives; do
  sleep 0.1
  set -- $(($1 - 1))
done
tell KILL
"""


class Guard:
    """A guard at its post, from before its command starts until `dismiss`."""

    def __init__(self, grace: float) -> None:
        reader, self._writer = os.pipe()  # no child inherits either
        try:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _SCRIPT, "chasqui-guard", str(round(grace * 10))],
                stdin=reader,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath)},
                start_new_session=True,  # what a terminal sends to the engine is not for the guard
            )
        except BaseException:
            os.close(self._writer)
            raise
        finally:
            os.close(reader)

    def watch(self, group: int, mark: str) -> None:
        """Name the process group and the mark of what must not outlive the engine."""
        self._tell(f"{group} {mark}\n")

    def dismiss(self) -> None:
        """Let the guard go: its command has ended, or never started."""
        self._tell("over\n")
        os.close(self._writer)
        self._process.wait()

    def _tell(self, line: str) -> None:
        with suppress(BrokenPipeError):  # it was killed, and the command needs it no more
            os.write(self._writer, line.encode())
