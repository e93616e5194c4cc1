"""Rows: what type checkers learn of the arguments of a task type from their number.

A single protocol for any number is no use: mypy knows no TypeVarTuple for functions with defaults.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from chasqui.engine.types.task_type import TypedWork

A_contra = TypeVar("A_contra", contravariant=True)
B_contra = TypeVar("B_contra", contravariant=True)
C_contra = TypeVar("C_contra", contravariant=True)
D_contra = TypeVar("D_contra", contravariant=True)
E_contra = TypeVar("E_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


class OfOne(Protocol[A_contra, R_co]):
    """A task type that can be called with one argument."""

    def work(self, a: A_contra, /) -> TypedWork[R_co]: ...


class OfTwo(Protocol[A_contra, B_contra, R_co]):
    """A task type that can be called with two arguments."""

    def work(self, a: A_contra, b: B_contra, /) -> TypedWork[R_co]: ...


class OfThree(Protocol[A_contra, B_contra, C_contra, R_co]):
    """A task type that can be called with three arguments."""

    def work(self, a: A_contra, b: B_contra, c: C_contra, /) -> TypedWork[R_co]: ...


class OfFour(Protocol[A_contra, B_contra, C_contra, D_contra, R_co]):
    """A task type that can be called with four arguments."""

    def work(self, a: A_contra, b: B_contra, c: C_contra, d: D_contra, /) -> TypedWork[R_co]: ...


class OfFive(Protocol[A_contra, B_contra, C_contra, D_contra, E_contra, R_co]):
    """A task type that can be called with five arguments."""

    def work(
        self, a: A_contra, b: B_contra, c: C_contra, d: D_contra, e: E_contra, /
    ) -> TypedWork[R_co]: ...
