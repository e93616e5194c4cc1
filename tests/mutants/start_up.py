"""Mutants of what a start waits for."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/commands/test_start_up.py"

MUTANTS = (
    Mutant(
        "run-imports-every-plugin",
        "a run of a type imports its plugin and no other",
        "chasqui/commands/run/plan.py",
        "if args.jobs is not None:\n        engine.plugins.load()",
        "if True:\n        engine.plugins.load()",
        TESTS,
    ),
    Mutant(
        "jobs-import-no-plugin-before",
        "a run of many types imports every plugin, so that those that fail are named first",
        "chasqui/commands/run/plan.py",
        "if args.jobs is not None:\n        engine.plugins.load()",
        "if False:\n        engine.plugins.load()",
        TESTS,
    ),
    Mutant(
        "version-waits-for-paths",
        "the version waits for no more than its arguments",
        "chasqui/commands/words.py",
        "import contextlib\n",
        "import contextlib\nimport pathlib\n",
        TESTS,
    ),
    Mutant(
        "help-of-one-width",
        "the help is as wide as the terminal",
        "chasqui/cli.py",
        'width = int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size(1).columns',
        "width = 80",
        TESTS,
    ),
    Mutant(
        "events-with-the-engine",
        "an engine imports the records of events when the first of them happens",
        "chasqui/engine/events/bus.py",
        "from chasqui.engine.events.event import Event\n",
        "from chasqui.engine.events.records import Event\n",
        "tests/test_house.py",
    ),
    Mutant(
        "personal-folder-moved",
        "the folder of the personal engine is named after no path",
        "chasqui/identity.py",
        'PERSONAL: Final = "e3b0c442"',
        'PERSONAL: Final = "e3b0c443"',
        "tests/engine/config/test_places.py",
    ),
)
