"""The tests that every backend passes, of this package and of plugins.

`backend_tests` makes a class of tests for a backend, by its name. Each test uses a real engine over
it, whose task types are in `bodies`, and looks only at what a program sees. Tests whose bodies need
room for files have it from pytest's ``tmp_path``. No test skips, and three depend on what the
backend says of itself (`capabilities`), each since it looks at just that:

- `kills`: whether a body that looks at nothing is gone after a cancel. A thread goes on.
- `shares_memory`: whether a body sees the objects of this process, or else may end its own process.
- `measures_memory`: whether a task knows its CPU time and its peak of memory.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from typing import Any, Final

PARTS: Final = (
    ("outcomes", "OutcomeTests"),
    ("contexts", "ContextTests"),
    ("reports", "ReportTests"),
    ("endings", "EndingTests"),
    ("retrying", "RetryTests"),
    ("steering", "SteeringTests"),
    ("accounts", "AccountTests"),
    ("hostile", "HostileTests"),
    ("capabilities", "CapabilityTests"),
)


def backend_tests(name: str, *, settings: Mapping[str, Any] | None = None) -> type:
    """Make the tests of a backend: a class that pytest collects under the name that it is given.

        from chasqui.testing import backend_tests

        TestProcesses = backend_tests("processes", settings={"memory": "1 GiB"})

    Args:
        name: the backend, as in the setting ``backend`` of a pool.
        settings: what the backend itself takes.

    Example: `chasqui-tui help testing`.
    """
    homes = [f"{__name__}.{module}" for module, _ in PARTS]
    if "pytest" in sys.modules:  # so that a failed assertion says what it saw, as in a test file
        sys.modules["pytest"].register_assert_rewrite(*homes)
    found = [getattr(importlib.import_module(home), PARTS[at][1]) for at, home in enumerate(homes)]
    return type("BackendTests", tuple(found), {"backend": name, "settings": dict(settings or {})})
