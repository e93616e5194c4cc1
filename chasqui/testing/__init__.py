"""What tests of task types, plugins and programs that use Chasqui need.

- `Harness` runs task types as they will run, with only the plugins given, on a clock of its own.
- `check_plugin` says in sentences what is wrong with an installed plugin.
- `arguments_for` makes valid arguments for a task type, with Hypothesis.
- `backend_tests` makes the tests that every backend passes.
- `FakeContext` is what a body takes as its context, when a test calls the body itself.
- `FakeClock` is time that moves only when told, for pools and engines made by hand.

Names resolve when they are first used, so each needs only what it needs itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chasqui.lazy import resolving

if TYPE_CHECKING:
    from chasqui.testing.arguments import arguments_for as arguments_for
    from chasqui.testing.check import check_plugin as check_plugin
    from chasqui.testing.clock import FakeClock as FakeClock
    from chasqui.testing.conformance import backend_tests as backend_tests
    from chasqui.testing.context import FakeContext as FakeContext
    from chasqui.testing.harness import Harness as Harness
    from chasqui.testing.harness import Unfinished as Unfinished

_HOMES = {
    "FakeClock": "chasqui.testing.clock",
    "FakeContext": "chasqui.testing.context",
    "Harness": "chasqui.testing.harness",
    "Unfinished": "chasqui.testing.harness",
    "arguments_for": "chasqui.testing.arguments",
    "backend_tests": "chasqui.testing.conformance",
    "check_plugin": "chasqui.testing.check",
}

__all__ = sorted(_HOMES)

if not TYPE_CHECKING:  # else checkers would take any name for one of these
    __getattr__, __dir__ = resolving(globals(), _HOMES)
