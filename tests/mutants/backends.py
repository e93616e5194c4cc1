"""Mutants of backends: their names, and what they say of their workers."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

BACKEND = "tests/pool/test_backend.py"

MUTANTS = (
    Mutant(
        "backend-unchecked",
        "a backend that does not exist is refused",
        "chasqui/pool/backends.py",
        "    if name not in NAMES:",
        "    if False:",
        BACKEND,
    ),
    Mutant(
        "backend-of-a-config-unchecked",
        "a config's backend is checked, and the mistake names its key",
        "chasqui/engine/config/sections.py",
        "    if words and value not in words:",
        "    if False:",
        "tests/engine/config/test_backends.py",
    ),
    Mutant(
        "threads-without-a-stack",
        "a worker's stack is where its task is",
        "chasqui/pool/threads.py",
        "return stack_of(worker.ident)",
        'return ""',
        BACKEND,
    ),
    Mutant(
        "stack-begins-around-the-thread",
        "code around the thread of a worker is no part of its stack",
        "chasqui/pool/trace.py",
        "    led = led or (own",
        "    led = (own",
        BACKEND,
    ),
    Mutant(
        "backend-of-a-pool-ignored",
        "an engine gives each pool the backend of its config",
        "chasqui/engine/pools.py",
        "            backend=config.backend,\n",
        "",
        BACKEND,
    ),
    Mutant(
        "killed-beyond-the-bound",
        "a worker that can be killed is never stuck",
        "chasqui/pool/limits.py",
        "elif room > 0 or pool.backend.capabilities.kills:",
        "elif room > 0:",
        BACKEND,
    ),
    Mutant(
        "retired-not-recalled",
        "no more workers run than are wanted after a pool was shrunk and grown",
        "chasqui/pool/crew.py",
        "            worker.retired = False\n        for _ in range(missing - len(leaving)):",
        "            pass\n        for _ in range(missing):",
        "tests/pool/test_life.py",
    ),
    Mutant(
        "killed-and-abandoned",
        "a worker that was killed is not shown as abandoned",
        "chasqui/pool/crew.py",
        "        if not was_killed and worker not in self._returned:",
        "        if worker not in self._returned:",
        BACKEND,
    ),
    Mutant(
        "killed-and-late",
        "a worker that was killed does not come back late",
        "chasqui/pool/crew.py",
        '        if worker.phase == "lost":\n            return False\n',
        "",
        BACKEND,
    ),
    Mutant(
        "stack-of-threads-only",
        "the stack in a ledger is that which the backend returns",
        "chasqui/pool/closing.py",
        "pool.crew.abandon(now, partial(stack_of, pool.backend))",
        'pool.crew.abandon(now, lambda worker: "")',
        BACKEND,
    ),
    Mutant(
        "backend-error-loses-the-task",
        "a backend that raises about a hanging worker changes no outcome",
        "chasqui/pool/limits.py",
        "abandon(pool.backend, worker)",
        "pool.backend.abandon(worker)",
        "tests/pool/test_backend.py",
    ),
    Mutant(
        "settings-of-the-default-pool-lost",
        "the backend of the default pool gets what its table of settings says",
        "chasqui/engine/config/arguments.py",
        '    if default.settings and "backend" not in parts:\n',
        "    if False:\n",
        "tests/engine/config/test_backends.py",
    ),
    Mutant(
        "arguments-beside-settings-lost",
        "what a program says of the default pool counts beside its settings",
        "chasqui/engine/config/arguments.py",
        "replace(default, **said)",
        "default",
        "tests/engine/config/test_backends.py",
    ),
)
