"""Why nothing can be shown of a task: it is no longer kept, or none has had its number."""

from __future__ import annotations


def why_unkept(number: int, last: int | None) -> str:
    """Say why nothing of a task can be shown.

    Args:
        last: the highest number that a task has got; None: it is not known.
    """
    if last is None or number <= last:
        return f"nothing is kept any more of task {number}"
    return f"no task has the number {number}; " + (
        f"the last is {last}" if last else "none came yet"
    )
