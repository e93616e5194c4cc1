"""What is refused where a program gives it: misspelt names, wrong kinds, functions for works."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

KEYWORDS = "chasqui/keywords.py"
OF_KEYWORDS = "tests/test_keywords.py"
REFUSALS = "chasqui/pool/refusals.py"
REFUSING = "tests/pool/test_refusing.py"
CALLS = "tests/pool/test_calls.py"
WRONG = "tests/test_wrong_arguments.py"
PROGRAMS = "tests/test_typical_programs.py::test_both_type_checkers_accept_the_right_lines_and_refuse_the_wrong_ones"

MUTANTS = (
    Mutant(
        "misspelt-without-a-hint",
        "a misspelt argument is refused with the name that was probably meant",
        KEYWORDS,
        'hint = f"did you mean {near}=? " if near else ""',
        'hint = ""',
        OF_KEYWORDS,
    ),
    Mutant(
        "misspelt-without-its-value",
        "a misspelt argument is refused with its value",
        KEYWORDS,
        'given = f"{name}={numbers.shown(value)}"',
        'given = f"{name}="',
        OF_KEYWORDS,
    ),
    Mutant(
        "methods-do-not-hint",
        "methods hint at the names of arguments, as constructors do",
        KEYWORDS,
        'is_public = name == "__init__" or not name.startswith("_")',
        'is_public = name == "__init__"',
        OF_KEYWORDS,
    ),
    Mutant(
        "misspelt-option-accepted",
        "a misspelt option of a submission is refused",
        "chasqui/pool/intake.py",
        "    if unknown or more:\n        raise refused_arguments",
        "    if not work:\n        raise refused_arguments",
        OF_KEYWORDS,
    ),
    Mutant(
        "flags-of-any-kind",
        "what is neither True nor False is refused",
        "chasqui/arguments.py",
        "    if type(value) is int and value in (0, 1):",
        "    if True:",
        WRONG,
    ),
    Mutant(
        "observer-of-any-kind",
        "an observer without its methods is refused when a pool is made",
        "chasqui/pool/observer.py",
        "for name in METHODS if observer is not None else ():",
        "for name in ():",
        WRONG,
    ),
    Mutant(
        "settings-of-any-kind",
        "an engine's schedules are checked when it is made",
        "chasqui/engine/settings.py",
        'arguments.of_kind(f"schedules[{index}]", one, ScheduleConfig, "a ScheduleConfig")',
        "pass",
        WRONG,
    ),
    Mutant(
        "generator-called",
        "a generator function is no call, since its body would never run",
        REFUSALS,
        "    if is_generator(thing):\n        return (",
        "    if False:\n        return (",
        CALLS,
    ),
    Mutant(
        "task-type-called",
        "a task type is not called as a plain function by a pool",
        REFUSALS,
        '    if _is_task_type(thing):\n        return f"fn must',
        '    if False:\n        return f"fn must',
        CALLS,
    ),
    Mutant(
        "function-without-advice",
        "a function that is submitted is refused with how to run it",
        REFUSALS,
        'return f"{pool}.call({name}, ...) runs it"',
        'return "make a work of it"',
        REFUSING,
    ),
    Mutant(
        "source-of-one-class",
        "a dispatcher reads any queue that threads can read",
        "chasqui/pool/sources.py",
        "    return not is_coroutine_function(get)",
        "    return False",
        "tests/pool/test_dispatcher.py",
    ),
    Mutant(
        "source-of-asyncio",
        "a queue of asyncio is refused when it is given, not when it is read",
        "chasqui/pool/sources.py",
        "    return not is_coroutine_function(get)",
        "    return True",
        "tests/pool/test_dispatcher.py",
    ),
    Mutant(
        "policies-checked-later",
        "the policies of an engine are checked when it is made",
        "chasqui/engine/settings.py",
        "            from_table(table)",
        "            pass",
        WRONG,
    ),
    Mutant(
        "console-of-any-kind",
        "a console refuses a wrong argument before it looks at the terminal",
        "chasqui/commands/embedded.py",
        '    refresh = numbers.within("refresh", refresh, 0.1, 60)',
        "    pass",
        "tests/commands/test_embedded.py",
    ),
    Mutant(
        "text-for-names",
        "a single text is no list of names",
        "chasqui/arguments.py",
        "    if foreign.is_a(value, str):\n        got",
        "    if False:\n        got",
        WRONG,
    ),
    Mutant(
        "class-for-a-list",
        "a class of lists is no list",
        "chasqui/pool/work.py",
        'if not callable(foreign.said(type(things), "__iter__")):',
        'if not callable(foreign.attribute(things, "__iter__")):',
        WRONG,
    ),
    Mutant(
        "coroutine-for-a-result",
        "to type checkers a call of a coroutine function has what the coroutine returns",
        "chasqui/pool/accepting.py",
        "self, fn: Callable[P, Coroutine[Any, Any, T]], /",
        "self, fn: Callable[P, Callable[[], T]], /",
        PROGRAMS,
    ),
    Mutant(
        "any-name-imported",
        "a misspelt name of the package is an error to type checkers",
        "chasqui/__init__.py",
        "if not TYPE_CHECKING:",
        "if True:",
        PROGRAMS,
    ),
    Mutant(
        "dispatcher-of-anything",
        "to type checkers a dispatcher over a pool takes works",
        "chasqui/pool/dispatcher.py",
        "self: Dispatcher[Executes[Any]]",
        "self: Dispatcher[Any]",
        PROGRAMS,
    ),
    Mutant(
        "options-of-any-name",
        "to type checkers a misspelt option of a submission is an error",
        "chasqui/pool/intake.py",
        """    work: Executes[T],
    *,
""",
        """    work: Executes[T],
    *,
    tiemout: int = ...,
""",
        PROGRAMS,
    ),
)
