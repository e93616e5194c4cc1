"""Mutants of a console whose engine is in a host elsewhere."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

HOST = "tests/console/test_host.py"
LEAVING = "tests/console/test_leaving.py"
LOG = "tests/control/test_log_end.py"

MUTANTS = (
    Mutant(
        "gone-without-its-age",
        "how long a host has been gone is counted from when it went",
        "chasqui/console/poller.py",
        "self._clock() - error.seconds",
        "self._clock()",
        HOST,
    ),
    Mutant(
        "gone-for-ever",
        "a host that answers again is no longer said to be gone",
        "chasqui/console/poller.py",
        "self._error = self._gone_at = None",
        "self._error = None",
        LEAVING + "::test_a_host_that_came_back_is_asked_about_again",
    ),
    Mutant(
        "gone-as-bright-as-ever",
        "the last picture of a host that does not answer is dimmed",
        "chasqui/console/screens/lines.py",
        "self._session.poller.error is not None",
        "False",
        HOST,
    ),
    Mutant(
        "types-of-the-old-host",
        "another host is asked for its types",
        "chasqui/console/host_watch.py",
        "if self._session.types_of != pid:",
        "if self._session.types_of is None:",
        HOST,
    ),
    Mutant(
        "types-never-asked-for-again",
        "types that a host was asked for as it went are asked for again",
        "chasqui/console/session.py",
        "                self.types_of = None",
        "                pass",
        HOST,
    ),
    Mutant(
        "own-changes-told",
        "only changes by other clients are told",
        "chasqui/console/host_watch.py",
        "change.pid != os.getpid()",
        "True",
        HOST,
    ),
    Mutant(
        "old-changes-told",
        "a change from before this console is not told",
        "chasqui/console/host_watch.py",
        "self._known is not None and ",
        "number > 0 and (self._known or 0) >= 0 and ",
        HOST,
    ),
    Mutant(
        "other-version-written",
        "a host of another version is only looked at and stopped",
        "chasqui/console/refusing.py",
        'return "" if stops else caps.limited',
        'return ""',
        HOST,
    ),
    Mutant(
        "other-version-not-stopped",
        "a host of another version can be stopped",
        "chasqui/console/refusing.py",
        'return "" if stops else caps.limited',
        "return caps.limited",
        HOST,
    ),
    Mutant(
        "host-beside-left-without-a-question",
        "leaving a host that was started with the console asks when work is left",
        "chasqui/console/leaving.py",
        "return not (is_gone or is_watched or caps.read_only)",
        "return False",
        LEAVING,
    ),
    Mutant(
        "watched-work-asked-about",
        "a host that another console watches is left without a question",
        "chasqui/console/leaving.py",
        "is_gone or is_watched or",
        "is_gone or",
        LEAVING,
    ),
    Mutant(
        "gone-host-asked-about",
        "a host that is gone is left without a question",
        "chasqui/console/leaving.py",
        "is_gone or is_watched or",
        "is_watched or",
        LEAVING,
    ),
    Mutant(
        "log-read-whole",
        "of a long log a bounded part is read",
        "chasqui/control/log_end.py",
        "max(0, found.st_size - BYTES)",
        "0",
        LOG,
    ),
    Mutant(
        "log-lines-raw",
        "lines of a log are made safe before they are shown",
        "chasqui/control/log_end.py",
        "tuple(safe_line(line) for",
        "tuple(SafeText(line) for",
        LOG,
    ),
    Mutant(
        "log-waits-for-a-fifo",
        "what stands in the place of a log and is no file is refused",
        "chasqui/control/log_end.py",
        "not stat.S_ISREG(found.st_mode)",
        "False",
        LOG,
    ),
    Mutant(
        "left-on-an-old-reading",
        "whether work is left is known from a fresh reading",
        "chasqui/console/leaving.py",
        "            await self._screen.read_for_keys()",
        "            pass",
        LEAVING,
    ),
    Mutant(
        "key-before-the-screen",
        "a key that comes before the screen is made ends nothing",
        "chasqui/console/screens/main.py",
        "if not self.is_mounted:",
        "if False:",
        "tests/console/test_keys.py",
    ),
)
