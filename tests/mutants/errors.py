"""Mutants of the errors: what they also are, what they carry, and what they say."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FILE = "chasqui/errors.py"
BASE = "chasqui/error_base.py"
TESTS = "tests/test_errors.py"
REASONS = "chasqui/engine/types/reasons.py"
PARAMETERS = "tests/engine/types/test_parameters.py"

MUTANTS = (
    Mutant(
        "unknown-type-no-key-error",
        "an unknown type is a KeyError",
        FILE,
        "class UnknownType(ChasquiError, KeyError):",
        "class UnknownType(ChasquiError):",
        TESTS,
    ),
    Mutant(
        "builtin-comes-first",
        "the base of all errors comes before the builtin",
        FILE,
        "class WaitTimeout(ChasquiError, TimeoutError):",
        "class WaitTimeout(TimeoutError, ChasquiError):",
        TESTS,
    ),
    Mutant(
        "key-error-in-quotes",
        "an error of a plugin that is a KeyError reads as it was written",
        BASE,
        "        if cls.__str__ is KeyError.__str__:",
        "        if cls is KeyError:",
        TESTS,
    ),
    Mutant(
        "own-text-replaced",
        "an error that makes its own text keeps it",
        BASE,
        "        if cls.__str__ is KeyError.__str__:",
        "        if issubclass(cls, KeyError):",
        TESTS,
    ),
    Mutant(
        "full-without-its-pool",
        "a full backlog says which pool is full, as a field",
        "chasqui/pool/room.py",
        "return BacklogFull(text, pool=pool.name, waiting=waiting)",
        "return BacklogFull(text)",
        TESTS,
    ),
    Mutant(
        "future-times-out-alone",
        "a future that is not ready in time raises an error of Chasqui",
        "chasqui/pool/futures.py",
        '            raise WaitTimeout(f"the call has not ended after {timeout:.3g} s", timeout) from None',
        "            raise",
        TESTS,
    ),
    Mutant(
        "os-error-means-late",
        "a retry on OSError does not mean a time limit",
        "chasqui/engine/policy/retry.py",
        "            return tuple(kind for kind in kinds if kind is not OSError)",
        "            return kinds",
        TESTS,
    ),
    Mutant(
        "late-is-unreadable",
        "a time limit is not taken for a file that cannot be read",
        "plugins/chasqui-files/chasqui_files/verify.py",
        "    except TimeLimit:",
        "    except ChildProcessError:",
        "plugins/chasqui-files/tests/test_verify.py",
    ),
    Mutant(
        "value-not-told",
        "a wrong parameter is told with the value given",
        REASONS,
        '    return f", got {numbers.shown(given)}"',
        '    return ""',
        PARAMETERS,
    ),
    Mutant(
        "one-bound-told",
        "a number out of its bounds is told both",
        REASONS,
        '        return f"must be {both}"',
        "        pass",
        PARAMETERS,
    ),
    Mutant(
        "secret-told",
        "a text that may be a secret's is not in an error",
        REASONS,
        "    if given is MISSING or (hidden and type(given) not in _SCALARS[2:]):",
        "    if given is MISSING:",
        PARAMETERS,
    ),
    Mutant(
        "secret-json-told",
        "broken JSON that may hold a secret is not quoted",
        "chasqui/engine/types/fields.py",
        "or_text=self.or_text, hidden=self.secret)",
        "or_text=self.or_text)",
        PARAMETERS,
    ),
)
