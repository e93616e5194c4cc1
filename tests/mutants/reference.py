"""Mutants of what the manual promises about the public names."""

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "error-not-exported",
        "every error can be imported from chasqui",
        "chasqui/__init__.py",
        '    "NoHost": "chasqui.errors",\n',
        "",
        "tests/test_exports.py",
    ),
    Mutant(
        "event-unseen-by-checkers",
        "type checkers see every public name",
        "chasqui/__init__.py",
        "    from chasqui.engine.events.records import TaskFailed as TaskFailed\n",
        "",
        "tests/test_exports.py",
    ),
    Mutant(
        "template-imports-private",
        "the template to copy imports public names only",
        "plugins/chasqui-hello/chasqui_hello.py",
        "from chasqui import Help, TaskType, hookimpl, task\n",
        "from chasqui import Help, hookimpl, task\n"
        "from chasqui.engine.types.task_type import TaskType\n",
        "tests/test_exports.py",
    ),
    Mutant(
        "example-wrong",
        "the examples in docstrings are right",
        "chasqui/pool/rate.py",
        "    >>> Rate.of(",
        "    >>> not Rate.of(",
        "tests/help/test_api.py",
    ),
    Mutant(
        "example-missing",
        "every public docstring has an example or points to one",
        "chasqui/pool/context.py",
        "    Examples: `chasqui-tui help authors` and `pool`.\n",
        "    Read more elsewhere.\n",
        "tests/help/test_api.py",
    ),
    Mutant(
        "reference-stale",
        "the reference says what the docstrings say",
        "chasqui/pool/context.py",
        "    Examples: `chasqui-tui help authors` and `pool`.\n",
        "    Examples: `chasqui-tui help pool` and `authors`.\n",
        "tests/help/test_api.py",
    ),
    Mutant(
        "code-too-wide",
        "a page fits a narrow terminal",
        "chasqui/help/plain.py",
        "_unmarked(text, min(UNSPLIT, width - ROOM)),",
        "_unmarked(text, UNSPLIT),",
        "tests/help/test_plain.py",
    ),
)
