"""Mutants of the input of a run: its records, its templates, its commands."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TEMPLATES = "chasqui/control/intake/templates.py"
FILLED = "tests/control/intake/test_templates.py"
READ = "tests/control/intake/test_sources.py"

MUTANTS = (
    Mutant(
        "template-breaks-json",
        "what a template puts into JSON cannot break its form",
        TEMPLATES,
        "        return json.dumps(_filled(self._value, line))",
        '        return json.dumps(_filled(self._value, line)).replace(chr(92), "")',
        FILLED,
    ),
    Mutant(
        "template-column-off",
        "a field by number is the column at that place",
        TEMPLATES,
        "        return Ref(int(name) - 1, change)",
        "        return Ref(int(name) % len(columns), change)",
        FILLED,
    ),
    Mutant(
        "columns-ragged-taken",
        "a row with another number of columns is refused with its line",
        "chasqui/control/intake/columns.py",
        "        if not why and have != want:",
        "        if not why and have < want:",
        READ,
    ),
    Mutant(
        "columns-held-back",
        "a record of a table is given out though the rest has not come",
        "chasqui/control/intake/columns.py",
        "            if not flow.left:\n",
        "            if len(group) == 1000:\n",
        READ,
    ),
    Mutant(
        "columns-known-without-names",
        "a record is known by the names of its columns as well",
        "chasqui/control/intake/columns.py",
        "        named = self.columns if self._form.header and not why else ()",
        "        named = ()",
        READ,
    ),
    Mutant(
        "linked-cut-short",
        "linked lists of different lengths are said, and what they have is input",
        "chasqui/control/intake/products.py",
        "                yield together  # what came before is input\n",
        "",
        READ,
    ),
    Mutant(
        "globs-unsorted",
        "paths come in the same order each time",
        "chasqui/control/intake/globs.py",
        "            return sorted((one.name, one.is_dir(), one.is_symlink()) for one in found)",
        "            return [(one.name, one.is_dir(), one.is_symlink()) for one in found][::-1]",
        READ,
    ),
    Mutant(
        "shell-unquoted",
        "a value that is put into a text of the shell is one word of it",
        "chasqui/commands/records/filling.py",
        "        template = Template(text, columns, quote=shlex.quote)",
        "        template = Template(text, columns)",
        "tests/commands/records/test_planning.py",
    ),
    Mutant(
        "unfit-word-repeated",
        "a word that is no file is refused without its value",
        "chasqui/commands/records/planning.py",
        '        if "=" in word and not os.path.lexists(word):',
        "        if False:",
        "tests/commands/records/test_planning.py",
    ),
    Mutant(
        "column-described",
        "the only column of a file is the value of its parameter",
        "chasqui/commands/run/jobs.py",
        "{**fixed, each: line.values[0]}",
        '{**fixed, each: line.text or ""}',
        "tests/commands/run/test_columns_of_files.py",
    ),
    Mutant(
        "empty-glob",
        "an empty pattern is refused, since a command would get an empty path",
        "chasqui/commands/records/choosing.py",
        "if not all(args.glob):",
        "if False:",
        "tests/commands/records/test_planning.py",
    ),
)
