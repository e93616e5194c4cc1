"""Mutants of archives, in the plugin chasqui-files."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

CODE = "plugins/chasqui-files/chasqui_files"
TESTS = "plugins/chasqui-files/tests"

MUTANTS = (
    Mutant(
        "part-left",
        "a cancelled archive leaves nothing behind",
        f"{CODE}/target.py",
        "self._path.unlink(missing_ok=True)",
        "pass",
        f"{TESTS}/test_archive.py",
    ),
    Mutant(
        "target-clobbered",
        "an existing target is kept",
        f"{CODE}/target.py",
        "if not overwrite:\n        raise",
        "if False:\n        raise",
        f"{TESTS}/test_archive.py",
    ),
)
