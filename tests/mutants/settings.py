"""Trust, settings, parameters and plugins: what the user's files and packages may not do."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "folder-of-others",
        "a config in a folder that others can write is ignored",
        "chasqui/engine/config/places.py",
        "if folder.st_mode & _OTHERS_WRITE and not folder.st_mode & stat.S_ISVTX:",
        "if False:",
        "tests/engine",
    ),
    Mutant(
        "secret-in-settings-shown",
        "a setting whose name says secret is masked",
        "chasqui/control/masking.py",
        "key in declared or _SECRET.search(key)",
        "key in declared",
        "tests/control",
    ),
    Mutant(
        "trust-outlives-change",
        "a change of the tables asks again",
        "chasqui/control/trust.py",
        '"trusted" if known == _digest(tables) else "changed"',
        '"trusted"',
        "tests/control",
    ),
    Mutant(
        "headless-trusts",
        "headless, an untrusted config is refused",
        "chasqui/commands/trusting.py",
        "if not (os.isatty(0) and os.isatty(2)):",
        "if False:",
        "tests/commands/test_trusting.py",
    ),
    Mutant(
        "any-answer-trusts",
        "only y or yes trusts",
        "chasqui/commands/trusting.py",
        'if _answer() not in ("y", "yes"):',
        'if _answer() in ("n", "no"):',
        "tests/commands/test_trusting.py",
    ),
    Mutant(
        "secret-by-value",
        "a secret is given by reference only",
        "chasqui/secret.py",
        "if not is_reference(reference):",
        "if False:",
        "tests/test_secret.py",
    ),
    Mutant(
        "secret-in-tracebacks",
        "a traceback is masked",
        "chasqui/engine/failures/failure.py",
        'same(masked(task.traceback or ""))',
        'same(task.traceback or "")',
        "tests/engine/failures",
    ),
    Mutant(
        "secret-in-results",
        "a row's result is masked",
        "chasqui/engine/values/jsonable.py",
        "    text = masked(text)\n    try:",
        "    try:",
        "tests/test_secret.py",
    ),
    Mutant(
        "secret-in-logs",
        "a log line is masked",
        "chasqui/pool/context.py",
        "if longest_revealed() or not is_tame:",
        "if not is_tame:",
        "tests/test_secret.py",
    ),
    Mutant(
        "config-of-others",
        "a config that others can write is ignored",
        "chasqui/engine/config/places.py",
        "_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH",
        "_OTHERS_WRITE = 0",
        "tests/engine",
    ),
    Mutant(
        "exit-not-caught",
        "a plugin that calls sys.exit is quarantined",
        "chasqui/plugins/loader.py",
        "except (Exception, SystemExit) as error:",
        "except Exception as error:",
        "tests/plugins",
    ),
    Mutant(
        "disabled-imported",
        "a plugin left out is never imported",
        "chasqui/plugins/discovery.py",
        'return f"{self.because} disabled"',
        "return None",
        "tests/plugins",
    ),
)
