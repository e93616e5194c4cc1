"""What a run knows of earlier ones: a journal and a job log are asked in the same way."""

from __future__ import annotations

from typing import Protocol

from chasqui.commands.run.line_keys import Before, LineKey
from chasqui.engine.policy.retry import Retry
from chasqui.engine.policy.rules import Policy
from chasqui.engine.types.task_type import TypedWork


class Earlier(Protocol):
    """Which lines earlier runs have brought to their end, so that they are not run again."""

    before: Before
    """How many these are."""

    @property
    def again(self) -> str:
        """The words with which the command is repeated to go on."""

    def has(self, key: LineKey) -> bool:
        """Tell whether a line is final; lines are asked for in order.

        Raises:
            LineChanged: it is, and it, or one that was passed over, was another one then.
            Unreadable: what is kept cannot be read.
        """

    def missing(self) -> int:
        """Return the number of a final line that the input did not come to; 0 for none."""

    def noted(self, key: LineKey, work: TypedWork, rules: Policy) -> tuple[TypedWork, Retry | None]:
        """Return the work of a line that is noted while it runs, and how it is retried."""
