"""Mutants of what is refused when it is submitted, and of declarations."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

WORK = "chasqui/pool/work.py"
ENTRIES = "chasqui/engine/entries.py"
POOL = "tests/pool/test_refusing.py"
ENGINE = "tests/engine/test_refusing.py"

MUTANTS = (
    Mutant(
        "function-accepted",
        "what is no work is refused where it is submitted",
        "chasqui/pool/intake.py",
        "            check_work(work)",
        "            pass",
        POOL,
    ),
    Mutant(
        "later-function-accepted",
        "what is no work is refused by submit_later too",
        "chasqui/pool/schedule.py",
        "        check_work(work)\n",
        "",
        POOL,
    ),
    Mutant(
        "batch-of-anything",
        "what is no work is refused by submit_batch too",
        "chasqui/pool/intake.py",
        "works = check_works(works)",
        "works = list(works)",
        POOL,
    ),
    Mutant(
        "class-for-a-work",
        "a class is refused, though it has an execute",
        WORK,
        "    if foreign.is_a(work, type):",
        "    if False:",
        POOL,
    ),
    Mutant(
        "generator-work-accepted",
        "a work whose execute is a generator function is refused",
        WORK,
        "    if is_generator(execute):",
        "    if False:",
        POOL,
    ),
    Mutant(
        "own-execute-remembered",
        "an execute of one object says nothing of others of its class",
        WORK,
        '    if foreign.said(kind, "execute") is not foreign.MISSING:',
        "    if True:",
        POOL,
    ),
    Mutant(
        "classes-pile-up",
        "classes that are made anew are not remembered for ever",
        WORK,
        "            known.clear()",
        "            pass",
        POOL,
    ),
    Mutant(
        "first-only-named",
        "of many that are refused all are named",
        WORK,
        '            refused.append(f"{name}[{index}]: {error}")',
        '            raise TypeError(f"nothing was accepted: {name}[{index}]: {error}") from None',
        POOL,
    ),
    Mutant(
        "name-raises",
        "a task has a name whatever its work says",
        WORK,
        "        name = work.name\n    except BaseException",
        "        name = work.name\n    except AttributeError",
        POOL,
    ),
    Mutant(
        "full-of-what",
        "a full pool says which it is and how much waits",
        "chasqui/pool/room.py",
        "raise BacklogFull(self._full_text())",
        'raise BacklogFull("task queue is full")',
        POOL,
    ),
    Mutant(
        "dispatcher-without-type",
        "a dispatcher over an engine needs a type",
        "chasqui/pool/target.py",
        '    if first == "type" and type is None:',
        "    if False:",
        ENGINE,
    ),
    Mutant(
        "one-costs-a-batch",
        "what is no work in a source costs those beside it nothing",
        "chasqui/pool/dispatcher.py",
        "                    self._check(work)",
        "                    pass",
        POOL,
    ),
    Mutant(
        "params-of-any-kind",
        "parameters that are no mapping are refused",
        ENTRIES,
        "    if not foreign.is_mapping(params):",
        "    if False:",
        ENGINE,
    ),
    Mutant(
        "many-first-only",
        "of many all with wrong parameters are named",
        ENTRIES,
        "        except InvalidParameters as error:\n",
        "        except InvalidParameters as error:\n            raise\n",
        ENGINE,
    ),
    Mutant(
        "anything-registered",
        "what is no task type cannot be registered",
        "chasqui/engine/registry.py",
        "        if not isinstance(type, TaskType):",
        "        if False:",
        ENGINE,
    ),
    Mutant(
        "types-unlisted",
        "an unknown type is told those there are",
        "chasqui/errors.py",
        'f"; there are {_listed(known)}" if known',
        '"" if known',
        ENGINE,
    ),
)
