"""When a run ends early because of how its tasks end: ``--halt``, by GNU parallel's convention.

A share is of the tasks that have ended so far, since a run does not know how many will come. It
counts once three tasks have ended so: the first one alone would be all of what has ended.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, cast

from chasqui import numbers
from chasqui.commands.given import Usage, whole

Counted = Literal["fail", "success", "done"]

FEWEST: Final = 3
"""Tasks that must have ended so before their share counts."""
NEVER: Final = "never"
_WORDS: Final = {"fail": "failed", "success": "completed", "done": "ended"}
_FORM: Final = re.compile(r"(soon|now),(fail|success|done)=([0-9]{1,15})(%?)")
_FORMS: Final = "soon,fail=3, now,success=1, soon,done=100 or soon,fail=5%"


class HaltRule(NamedTuple):
    """After how many ends of which kind to stop, and how."""

    counted: Counted
    limit: int
    """So many, or so many percent."""
    is_share: bool = False
    """Whether the limit is in percent."""
    now: bool = False
    """Whether running tasks are asked to stop; else they may end."""
    said: str = ""
    """The option that asked for it."""

    def holds(self, so: int, ended: int) -> bool:
        """Tell whether to stop once ``so`` of the tasks that have ended did so in its way."""
        if self.is_share:
            return so >= FEWEST and so * 100 >= self.limit * ended
        return so >= self.limit

    @property
    def is_success(self) -> bool:
        """Whether the run has then what it was started for."""
        return self.counted == "success"

    @property
    def ending(self) -> str:
        """Why the run stops, in words that follow "stopping" or "stopped"."""
        if self == FIRST_FAILURE:
            return " at the first failure"
        tasks = f"{self.limit:,} {'task has' if self.limit == 1 else 'tasks have'}"
        what = f"{self.limit}% of the tasks have" if self.is_share else tasks
        return f", since {what} {_WORDS[self.counted]} ({self.said})"


FIRST_FAILURE: Final = HaltRule("fail", 1, said="--stop-on-failure")


def rule_of(text: str) -> HaltRule | None:
    """Read what ``--halt`` says, None for never; raises Usage."""
    if text == NEVER:
        return None
    found = _FORM.fullmatch(text)
    if found is None:
        raise Usage(f"--halt must be {NEVER} or such as {_FORMS}, got {numbers.shown(text)}")
    when, counted, limit, percent = found.groups()
    count = int(limit)
    if counted == "done" and percent:
        raise Usage("--halt takes done= as a number: the tasks that have ended are always 100%")
    if count < 1 or (percent and count > 100):
        most = " to 100" if percent else " or more"
        raise Usage(f"--halt takes {counted}= from 1{most}, got {numbers.shown(text)}")
    return HaltRule(
        cast(Counted, counted), count, bool(percent), when == "now", said=f"--halt {text}"
    )


def rules_of(
    halt: Sequence[str], max_failures: str | None, *, on_failure: bool
) -> tuple[HaltRule, ...]:
    """Return what the three options say; raises Usage."""
    rules = [rule for text in halt if (rule := rule_of(text)) is not None]
    if max_failures is not None:
        count = whole("--max-failures", max_failures)
        rules.append(HaltRule("fail", count, said=f"--max-failures {count}"))
    return (*rules, FIRST_FAILURE) if on_failure else tuple(rules)


class HaltCount:
    """Counts how tasks end, until a rule says to stop. Any thread.

    ``rule`` is that rule from then on, whatever ends later.
    """

    def __init__(self, rules: Sequence[HaltRule]) -> None:
        self._rules = tuple(rules)
        self._lock = threading.Lock()  # guards the counts and the rule
        self._counts: dict[Counted, int] = {"fail": 0, "success": 0, "done": 0}
        self.rule: HaltRule | None = None

    def __bool__(self) -> bool:
        return bool(self._rules)

    def ended(self, *, failed: bool, completed: bool) -> bool:
        """Count the end of a task, and tell whether this one is the end that stops the run."""
        counts = self._counts
        with self._lock:
            counts["done"] += 1
            counts["fail"] += failed
            counts["success"] += completed
            if self.rule is not None:
                return False
            for rule in self._rules:
                if rule.holds(counts[rule.counted], counts["done"]):
                    self.rule = rule
                    return True
        return False
