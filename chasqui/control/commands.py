"""The commands to an engine, and their outcome.

A command holds all that is needed to carry it out. Commands on many failures name them: by number
or by the token of an outcome, which is what a dialog does that has named their count, or by group
or filter, which means whatever belongs to it when the command is carried out.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from chasqui.control.asked import REORDERED_MOST as REORDERED_MOST
from chasqui.control.asked import Asked as Asked
from chasqui.control.asked import Cancel as Cancel
from chasqui.control.asked import CountWaiting as CountWaiting
from chasqui.control.asked import Reprioritize as Reprioritize
from chasqui.control.asked import RunNext as RunNext
from chasqui.control.form_records import FilledForm
from chasqui.control.marked_records import Marked
from chasqui.control.records import Record, ShutdownMode
from chasqui.control.safe_text import SafeText
from chasqui.control.setting_commands import Resize as Resize
from chasqui.control.setting_commands import SetLogLevel as SetLogLevel
from chasqui.control.setting_commands import SetShutdownTimeout as SetShutdownTimeout
from chasqui.control.setting_commands import SetTheme as SetTheme
from chasqui.control.submit_records import SubmitOptions as SubmitOptions
from chasqui.control.submit_records import SubmitTask as SubmitTask
from chasqui.control.submit_records import bounded


class Pause(Asked, frozen=True, kw_only=True):
    """Start no more tasks until resumed."""


class Resume(Asked, frozen=True, kw_only=True):
    """Start tasks again."""


class PauseType(Asked, frozen=True, kw_only=True):
    """Start no more tasks of one type until it is resumed."""

    type: str


class ResumeType(Asked, frozen=True, kw_only=True):
    """Start the tasks of one type again."""

    type: str


class ResetBreaker(Asked, frozen=True, kw_only=True):
    """Close the circuit breaker of a type, whatever opened it."""

    type: str


class Limit(Asked, frozen=True, kw_only=True):
    """Set how many tasks of a type run at once, how many may start in a time, and its breaker.

    What is left out stays as it is; None takes the limit away.
    """

    type: str
    concurrency: int | msgspec.UnsetType | None = msgspec.UNSET
    rate: str | msgspec.UnsetType | None = msgspec.UNSET
    """``10/s``, ``100/m`` or ``10/s burst 20``."""

    by: str | msgspec.UnsetType | None = msgspec.UNSET
    """The parameter whose values both apply to, each by itself; None: to all tasks together."""

    breaker: str | msgspec.UnsetType = msgspec.UNSET
    """When the type is stopped and for how long: ``5 in 60s for 30s``."""


class StrikeValue(Asked, frozen=True, kw_only=True):
    """Start no more tasks of a type with this value of a parameter, until the strike is lifted."""

    type: str
    parameter: str
    value: str  # as a person types it


class LiftStrike(Asked, frozen=True, kw_only=True):
    """Start the tasks with this value of a parameter again."""

    type: str
    parameter: str
    value: str  # as a person types it


class Chosen(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some of the failures that are kept: what all of the given parts select.

    Nothing given selects all; ``numbers`` that are empty select none.
    """

    numbers: tuple[int, ...] | None = None
    token: str | None = None  # `CommandOutcome.token`: the numbers of an earlier outcome
    group: str | None = None
    filter: str | None = None
    open_only: bool = False  # none that was retried already


class CountFailures(Asked, frozen=True, kw_only=True):
    """Change nothing; return the numbers of the chosen failures, and some of them as notes.

    A filter of which something is not understood is refused, as it is by what acts on it.
    """

    chosen: Chosen = Chosen()
    marked: Marked | None = None  # only those


class RetryFailures(Asked, frozen=True, kw_only=True):
    """Start failed tasks again, as new ones."""

    chosen: Chosen


class FillForm(Asked, frozen=True, kw_only=True):
    """Change nothing; return the parameters of a task, to fill in a form with."""

    number: int


class ReadFailures(Asked, frozen=True, kw_only=True):
    """Change nothing; return chosen failures as lines to keep, by number, those after a number."""

    chosen: Chosen
    after: int = 0


class RetryEdited(Asked, frozen=True, kw_only=True):
    """Start a failed task again with other parameters; what is not named stays as it was."""

    number: int
    type: str
    texts: tuple[tuple[str, str], ...]  # as typed into a form, by parameter
    defaults: tuple[str, ...] = ()  # the parameters that get their defaults


class DiscardFailures(Asked, frozen=True, kw_only=True):
    """Put failures away that need no action."""

    chosen: Chosen


class SeeFailures(Asked, frozen=True, kw_only=True):
    """Mark failures as seen: an operator has opened them."""

    numbers: tuple[int, ...]


class Undo(Asked, frozen=True, kw_only=True):
    """Take back the last retry, except for tasks that have started, or the last discard or cancel.

    For a cancel, tasks like those cancelled are submitted: `CommandOutcome.made` has their numbers.
    """


class CheckTasks(Asked, frozen=True, kw_only=True):
    """Check tasks as `SubmitTasks` does, and submit none.

    Raises:
        ValueError: there are more than `TASKS`.
    """

    tasks: tuple[SubmitTask, ...]

    def __post_init__(self) -> None:
        bounded(self.tasks)


class SubmitTasks(Asked, frozen=True, kw_only=True):
    """Submit tasks in their order, as far as there is room now.

    In the outcome ``skipped`` has those that are wrong, by their place from 0 on, and ``numbers``
    those of the first of the others. The rest found no room, and may be sent again; the reason says
    so.

    Raises:
        ValueError: there are more than `TASKS`.
    """

    tasks: tuple[SubmitTask, ...]

    def __post_init__(self) -> None:
        bounded(self.tasks)


class Shutdown(Asked, frozen=True, kw_only=True):
    """Stop the engine: drain, cancel what is queued, or abort what runs as well.

    A later, sharper shutdown sharpens the one under way.
    """

    mode: ShutdownMode = "drain"
    timeout: float | None = None  # None: the engine's shutdown_timeout


Command = (
    Pause
    | Resume
    | PauseType
    | ResumeType
    | ResetBreaker
    | Limit
    | StrikeValue
    | LiftStrike
    | Resize
    | Cancel
    | RunNext
    | Reprioritize
    | CountWaiting
    | CountFailures
    | FillForm
    | RetryFailures
    | RetryEdited
    | ReadFailures
    | DiscardFailures
    | SeeFailures
    | Undo
    | CheckTasks
    | SubmitTasks
    | SetLogLevel
    | SetShutdownTimeout
    | SetTheme
    | Shutdown
)
PUT_BACK_MOST: Final = 100_000
"""More tasks than this that were cancelled at once cannot be put back by `Undo`."""
LOOKING = (CheckTasks, CountFailures, CountWaiting, FillForm, ReadFailures)
"""The commands that change nothing, which a read-only port carries out."""


class CommandOutcome(Record, frozen=True, kw_only=True):
    """What a command did, and what it left alone and why. Of many numbers it lists the first."""

    ok: bool
    kind: Literal["", "refused", "gone", "unknown", "lost"] = ""
    """``refused``: the port is read-only, for which a command line has the exit status 4.
    ``gone``: the token of the command names a set that is no longer held. ``unknown``: no type,
    pool or task of this name or number is known, for which the exit status is 3. ``lost``: whether
    it was carried out is not known, since the answer has not come."""
    reason: SafeText = SafeText("")
    numbers: tuple[int, ...] = ()  # the tasks or failures submitted, changed or chosen
    more: int = 0  # how many besides those listed
    parked: int = 0  # of those that `CountWaiting` has counted: `Undo` puts none of these back
    made: tuple[
        int, ...
    ] = ()  # the new tasks of those listed, in the same order, where it made some
    token: str = ""  # where there are more: names all of them in a later command
    skipped: tuple[tuple[int, SafeText], ...] = ()  # each with its reason
    more_skipped: int = 0
    reasons: tuple[tuple[SafeText, int], ...] = ()
    """Where more were skipped than are listed: why, and how many for each reason."""
    problems: tuple[tuple[str, SafeText], ...] = ()  # wrong parameters, each with its reason
    notes: tuple[tuple[str, SafeText], ...] = ()  # what is worth knowing of a right parameter
    form: FilledForm | None = None  # for `FillForm`
    lines: tuple[str, ...] = ()  # for `ReadFailures`: JSON, one for each number

    @property
    def count(self) -> int:
        """How many tasks or failures it is about, listed or not."""
        return len(self.numbers) + self.more

    @property
    def skipped_count(self) -> int:
        """How many were skipped, listed or not."""
        return len(self.skipped) + self.more_skipped

    @property
    def chosen(self) -> Chosen:
        """What names them all in a later command."""
        return Chosen(token=self.token) if self.token else Chosen(numbers=self.numbers)


ANOTHER_HOST: Final = CommandOutcome(
    ok=False, reason=SafeText("nothing was done: the host was started again meanwhile")
)
"""The outcome of what was meant for the host before: this one has given its numbers to others."""
