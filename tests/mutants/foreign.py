"""Mutants of how objects of tasks are looked at, in the pool and below."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

LOOKS = "tests/test_foreign.py"
RENDERING = "tests/pool/test_rendering.py"
POOL = "tests/pool/test_hostile.py"
COROUTINES = "tests/pool/test_coroutines.py"

MUTANTS = (
    Mutant(
        "system-error-of-one-value-is-plain",
        "an OSError that was raised with a stranger's object is not asked for its text",
        "chasqui/slots.py",
        ", *_args(error))",
        ",)",
        LOOKS,
    ),
    Mutant(
        "look-guards-exceptions-only",
        "a text that cannot be had says so whatever is raised",
        "chasqui/foreign.py",
        '    except BaseException as broken:\n        return without("text", broken)[:cap]',
        '    except Exception as broken:\n        return without("text", broken)[:cap]',
        LOOKS,
    ),
    Mutant(
        "look-swallows-ctrl-c",
        "a Ctrl-C in the main thread goes through every guard",
        "chasqui/foreign.py",
        "        raise broken",
        "        pass",
        LOOKS,
    ),
    Mutant(
        "look-leaves-frames",
        "an error whose text raises itself keeps no frame of who has looked",
        "chasqui/foreign.py",
        "    _set_traceback(broken, None)  # it",
        "    # it",
        LOOKS,
    ),
    Mutant(
        "look-believes-the-class",
        "the class of a liar is the one that Python knows",
        "chasqui/slots.py",
        "    return is_class_of(type(value), *kinds)",
        "    return isinstance(value, kinds)",
        LOOKS,
    ),
    Mutant(
        "look-asks-a-dict",
        "what a dict holds is what Python keeps of it",
        "chasqui/slots.py",
        "return iter(dict.items(values))",
        "return iter(values.items())",
        f"{LOOKS}::test_what_containers_hold_is_what_python_keeps_of_them",
    ),
    Mutant(
        "look-hands-on-a-text-as-it-is",
        "a text is one of Python's own class",
        "chasqui/slots.py",
        "return text if type(text) is str else str.__str__(text)",
        "return text",
        LOOKS,
    ),
    Mutant(
        "frames-set-by-the-class",
        "the frames of a frozen error can be dropped",
        "chasqui/raised.py",
        "    _traceback.__set__(error, frames)",
        "    error.__traceback__ = frames",
        LOOKS,
    ),
    Mutant(
        "false-cause-left-out",
        "a cause is shown though it counts as false",
        "chasqui/raised.py",
        "error.__cause__ is None",
        "not error.__cause__",
        POOL,
    ),
    Mutant(
        "own-text-made-later",
        "a text that an error's own code makes is made on its worker",
        "chasqui/raised.py",
        "    return foreign.parts_of(kind)",
        "    return foreign.parts_of(kind) or slots.args_of",
        RENDERING,
    ),
    Mutant(
        "chain-in-full",
        "of a chain without end the newest and the oldest are shown",
        "chasqui/pool/rendering.py",
        "        if left_out > 0:  # the",
        "        if False:  # the",
        RENDERING,
    ),
    Mutant(
        "groups-in-full",
        "groups in groups come to an end",
        "chasqui/pool/rendering.py",
        "                if self._left > 0:",
        "                if True:",
        RENDERING,
    ),
    Mutant(
        "trace-raises",
        "a traceback that cannot be made costs neither the error nor the worker",
        "chasqui/pool/trace.py",
        "        return NOT_HAD",
        "        raise",
        RENDERING,
    ),
    Mutant(
        "result-asked-for-its-class",
        "a result whose class cannot be asked for is a result",
        "chasqui/pool/body.py",
        "kind = type(result)",
        "kind = result.__class__",
        POOL,
    ),
    Mutant(
        "raised-through-asyncio",
        "what a coroutine raises does not end the loop of its worker",
        "chasqui/pool/coroutines.py",
        "            self._made += 1\n            raise\n",
        "            raise\n",
        COROUTINES,
    ),
    Mutant(
        "complaint-hands-on-the-error",
        "a callback that raises what cannot be logged costs nothing",
        "chasqui/pool/complaint.py",
        'log.error(f"{message}\\n%s", *args, text)',
        "log.error(message, *args, exc_info=error)",
        POOL,
    ),
    Mutant(
        "log-line-lost",
        "what a body logs never raises for its arguments",
        "chasqui/pool/lines.py",
        "    except BaseException as broken:  # a format",
        "    except (TypeError, ValueError) as broken:  # a format",
        POOL,
    ),
    Mutant(
        "log-asks-again",
        "a handler gets a line that it need not ask for its text",
        "chasqui/pool/task_logger.py",
        "if longest_revealed() or not is_tame:",
        "if longest_revealed():",
        POOL,
    ),
)
