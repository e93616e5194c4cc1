"""Mutants of a console over a port that is slow."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

SLOW = "tests/console/test_slow_port.py"

MUTANTS = (
    Mutant(
        "reading-on-the-loop",
        "the thread that draws waits for no reading",
        "chasqui/console/poller.py",
        "await ask(lambda: self._port.snapshot(query))",
        "self._port.snapshot(query)",
        SLOW,
    ),
    Mutant(
        "detail-on-the-loop",
        "the thread that draws waits for no detail",
        "chasqui/console/session.py",
        "await ask(lambda: self.port.detail(number, log_after))",
        "self.port.detail(number, log_after)",
        SLOW,
    ),
    Mutant(
        "readings-pile-up",
        "however often a slow port is asked, one reading is under way and one waits",
        "chasqui/console/reader.py",
        "return self._in_line > 1",
        "return False",
        SLOW,
    ),
    Mutant(
        "reading-joins-the-one-before",
        "a reading shows what has changed before it was asked for",
        "chasqui/console/reader.py",
        "if self._answered < mine:",
        "if self._answered < mine - 1:",
        "tests/console",
    ),
    Mutant(
        "answer-of-another-list",
        "an answer of another list than the one on screen is dropped",
        "chasqui/console/reader.py",
        "current = answered and is_of_one_list(query, self._query())",
        "current = answered",
        SLOW,
    ),
    Mutant(
        "keys-before-their-rows",
        "keys typed ahead find the rows that they are meant for",
        "chasqui/console/reader.py",
        "        done, _ = await asyncio.wait({reading}, timeout=AHEAD_SECONDS)\n",
        "        done = ()\n",
        "tests/console/test_prompts.py",
    ),
    Mutant(
        "pane-ends-the-console",
        "an error in a pane ends nothing",
        "chasqui/console/reader.py",
        "        except Exception as error:  # a bug in a pane must not end the console\n",
        "        except LookupError as error:\n",
        SLOW,
    ),
    Mutant(
        "late-unsaid",
        "an answer that does not come is said",
        "chasqui/console/poller.py",
        "if self._asked_at is not None and self._clock() - self._asked_at > LATE_SECONDS:",
        "if False:",
        SLOW,
    ),
    Mutant(
        "key-without-a-sign",
        "a key that gets no answer says that the engine is asked",
        "chasqui/console/acting/steering.py",
        'self._screen.say, ASKING, "dim"',
        'self._screen.say, "", "dim"',
        SLOW,
    ),
    Mutant(
        "old-rows-as-bright-as-ever",
        "rows that come on screen again are dimmed until they are read",
        "chasqui/console/screens/lines.py",
        " or waits, ",
        ", ",
        SLOW,
    ),
)
