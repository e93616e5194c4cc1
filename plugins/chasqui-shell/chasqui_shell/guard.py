"""The guard: ends the commands whose engine died before it could.

An engine that is killed, or that leaves its tasks behind at an abort, runs no more code of its own.
So its commands have a guard, a process that waits at a pipe from the engine. The end of the pipe
means that the engine is gone, however it went; then the guard ends the commands that ran, and their
families, as the engine would have.

One guard serves all commands that an engine runs at a time. It comes with the first and goes with
the last: starting one takes as long as a short command does.
"""

from __future__ import annotations

import logging
import os
import subprocess
import threading

from chasqui_shell.family import MARK

log = logging.getLogger("chasqui.shell")

# A constant text for sh, which is there on every POSIX system and starts in a millisecond. Nothing
# of a command gets into it but the number of its group and its mark. Where there is no /proc, grep
# finds no files, and the groups are all.
_SCRIPT = f"""
commands=' '
while read -r word group mark; do
  case $word in
  watch) commands="$commands$group:$mark " ;;
  leave)
    after=${{commands#*" $group:"}}
    commands="${{commands%%" $group:"*}} ${{after#* }}"
    ;;
  over) exit 0 ;;
  esac
done
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
    """The guard of an engine's commands, at its post while there are any. Any thread may use it.

    Args:
        grace: seconds between asking and killing.
    """

    def __init__(self, grace: float) -> None:
        self._tenths = round(grace * 10)
        # The lock guards all below.
        self._lock = threading.Lock()
        self._posts = 0
        self._watched: dict[int, str] = {}  # the mark of each command, by its group
        self._sentry: _Sentry | None = None

    def post(self) -> Post:
        """Have the guard there from before a command starts until its post is dismissed."""
        with self._lock:
            if self._sentry is None:
                self._sentry = _Sentry(self._tenths)
            self._posts += 1
        return Post(self)

    def _watch(self, group: int, mark: str) -> None:
        with self._lock:
            self._watched[group] = mark
            self._locked_tell(f"watch {group} {mark}\n")

    def _leave(self, group: int | None) -> None:
        with self._lock:
            self._posts -= 1
            if group is not None:
                del self._watched[group]
                self._locked_tell(f"leave {group}\n")
            free = None if self._posts else self._sentry
            if free is not None:
                self._sentry = None
        if free is not None:
            free.dismiss()

    def _locked_tell(self, line: str) -> None:
        if self._sentry is not None:
            if self._sentry.tell(line):
                return
            # It was killed or stopped. The next one learns of all that runs.
            self._sentry.kill()
            self._sentry = None
        try:
            self._sentry = _Sentry(self._tenths)
        except OSError as error:  # tried again at the next word
            log.warning("the guard of the commands is gone: %s", error.strerror)
            return
        for group, mark in self._watched.items():
            self._sentry.tell(f"watch {group} {mark}\n")


class Post:
    """The place of one command with the guard."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._group: int | None = None

    def watch(self, group: int, mark: str) -> None:
        """Name the process group and the mark of what must not outlive the engine."""
        self._group = group
        self._guard._watch(group, mark)

    def dismiss(self) -> None:
        """Give the place up: the command has ended, or never started."""
        self._guard._leave(self._group)


class _Sentry:
    """The process of a guard, and the pipe at which it waits."""

    def __init__(self, tenths: int) -> None:
        reader, self._writer = os.pipe()  # no child inherits either
        try:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _SCRIPT, "chasqui-guard", str(tenths)],
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
        os.set_blocking(self._writer, False)

    def tell(self, line: str) -> bool:
        """Tell it something; returns whether it listens."""
        try:
            os.write(self._writer, line.encode())
        except (BrokenPipeError, BlockingIOError):  # the pipe has room for a thousand commands
            return False
        return True

    def dismiss(self) -> None:
        """Let it go, and wait until it has gone."""
        if not self.tell("over\n"):
            self._process.kill()
        self._leave()

    def kill(self) -> None:
        """End one that does not listen."""
        self._process.kill()
        self._leave()

    def _leave(self) -> None:
        os.close(self._writer)
        self._process.wait()
