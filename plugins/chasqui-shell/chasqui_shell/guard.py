"""The guard: ends the commands whose engine died before it could.

An engine that is killed, or that leaves its tasks behind at an abort, runs no more code of its own.
So its commands have a guard, a process that waits at a pipe from the engine. The end of the pipe
means that the engine is gone, however it went; then the guard reads which commands ran, from their
roster, and ends them and their families, as the engine would have. While the engine lives the guard
sleeps: a command costs it nothing.

One guard serves all commands that an engine runs at a time. It comes with the first and stays for a
moment after the last: starting one takes as long as a short command does, and a single worker has
no command between two.
"""

from __future__ import annotations

import logging
import os
import subprocess
import threading

from chasqui_shell.family import MARK
from chasqui_shell.roster import Roster

log = logging.getLogger("chasqui.shell")

LINGER_SECONDS = 0.1  # at most, without a command; the next mostly comes within a millisecond

# A constant text for sh, which is there on every POSIX system and starts in a millisecond. Nothing
# of a command gets into it but the number of its group and its mark. Where there is no /proc, grep
# finds no files, and the groups are all. The roster is its descriptor 1, which it only reads.
_SCRIPT = f"""
read -r word
commands=' '
while read -r runs group mark; do
  [ "$runs" != + ] || commands="$commands$group:$mark "
done <&1
exec >/dev/null
[ "$commands" != ' ' ] || exit 0
tenths=$1
set --
for one in $commands; do
  set -- "$@" -e "{MARK.decode()}=${{one#*:}}"
done
marked() {{ grep -Flsxz "$@" /proc/[0-9]*/environ; }}
lives() {{
  for one in $commands; do
    kill -s 0 -- "-${{one%%:*}}" && return
  done
  marked "$@" >/dev/null
}}
tell() {{
  number=$1
  shift
  for one in $commands; do
    kill -s "$number" -- "-${{one%%:*}}"
  done
  for file in $(marked "$@"); do
    process=${{file#/proc/}}
    kill -s "$number" "${{process%/environ}}"
  done
}}
tell TERM "$@"
while [ "$tenths" -gt 0 ] && lives "$@"; do
  sleep 0.1
  tenths=$((tenths - 1))
done
tell KILL "$@"
"""


class Guard:
    """The guard of an engine's commands, at its post while there are any and a moment longer.

    Any thread may use it.

    Args:
        grace: seconds between asking and killing.
    """

    def __init__(self, grace: float) -> None:
        self._tenths = round(grace * 10)
        # The lock guards all below.
        self._lock = threading.Lock()
        self._posts = 0
        self._roster: Roster | None = None  # there is one while there are posts or a guard
        self._sentry: _Sentry | None = None
        self._relief: threading.Timer | None = None  # ends the guard, if it has no command then

    def post(self) -> Post:
        """Have the guard there from before a command starts until its post is dismissed.

        Raises:
            OSError: the system has no room for it.
        """
        with self._lock:
            if self._roster is None:
                self._roster = Roster()
            try:
                self._locked_station(self._roster)
                line = self._roster.reserve()
            except BaseException:
                if (free := self._locked_disband()) is not None:
                    free.end()
                raise
            self._posts += 1
        return Post(self, line)

    def _watch(self, line: int, group: int, mark: str) -> None:
        with self._lock:
            assert self._roster is not None
            self._roster.enter(line, group, mark)

    def _leave(self, line: int) -> None:
        with self._lock:
            assert self._roster is not None
            self._roster.leave(line)
            self._posts -= 1
            free = None if self._posts or self._locked_linger() else self._locked_disband()
        if free is not None:
            free.end()

    def _locked_linger(self) -> bool:
        """Leave the guard where it is for a moment; tells whether that could be arranged."""
        if self._relief is not None and self._relief.is_alive():  # else a fork left it behind
            return True
        self._relief = threading.Timer(LINGER_SECONDS, self._relieve)
        self._relief.name, self._relief.daemon = "chasqui-shell-guard", True
        try:
            self._relief.start()
        except RuntimeError:  # no room for a thread, or the interpreter ends
            self._relief = None
        return self._relief is not None

    def _relieve(self) -> None:
        """End the guard, unless it has a command now."""
        with self._lock:
            self._relief = None
            free = self._locked_disband()
        if free is not None:
            free.end()

    def _locked_disband(self) -> _Sentry | None:
        """Close the roster if there are no commands any more, and return the guard to be ended."""
        if self._posts or self._roster is None:
            return None
        self._roster.close()
        free, self._roster, self._sentry = self._sentry, None, None
        return free

    def _locked_station(self, roster: Roster) -> None:
        """See to it that a guard is there. One that was killed or stopped has a successor."""
        old = self._sentry
        if old is not None and old.listens():
            return
        try:
            self._sentry = _Sentry(self._tenths, roster)
        except OSError as error:
            if not self._posts:
                raise
            log.warning("the guard of the commands is gone: %s", error.strerror)
            return  # tried again for the next command
        if old is not None:
            old.end()


class Post:
    """The place of one command with the guard."""

    def __init__(self, guard: Guard, line: int) -> None:
        self._guard = guard
        self._line = line

    def watch(self, group: int, mark: str) -> None:
        """Name the process group and the mark of what must not outlive the engine."""
        self._guard._watch(self._line, group, mark)

    def dismiss(self) -> None:
        """Give the place up: the command has ended, or never started."""
        self._guard._leave(self._line)


class _Sentry:
    """The process of a guard, and the pipe at which it waits."""

    def __init__(self, tenths: int, roster: Roster) -> None:
        reader, self._writer = os.pipe()  # no child inherits either
        try:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _SCRIPT, "chasqui-guard", str(tenths)],
                stdin=reader,
                stdout=roster.fileno(),
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

    def listens(self) -> bool:
        """Tell whether it waits at its pipe: it was neither killed nor stopped."""
        try:
            seen = os.WEXITED | os.WSTOPPED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, self._process.pid, seen) is None
        except AttributeError:  # macOS
            return self._process.poll() is None
        except ChildProcessError:  # it is gone, and its status was asked for
            return False

    def end(self) -> None:
        """End it at once, so that it does nothing at the end of its pipe, and wait for that."""
        self._process.kill()
        self._process.wait()
        os.close(self._writer)
