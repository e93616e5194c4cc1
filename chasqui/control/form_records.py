"""The record of a form that is filled in with the parameters of a task."""

from __future__ import annotations

from chasqui.control.record import Record


class FilledForm(Record, frozen=True, kw_only=True):
    """The parameters of a task as texts of the form of its type.

    The texts are exact, and not sanitised: a form sends them back. A secret is its reference.
    """

    type: str
    texts: tuple[tuple[str, str], ...] = ()
    untold: tuple[str, ...] = ()  # parameters with values that have no text of the form
