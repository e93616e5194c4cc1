"""Mutants of what is said of the fields of nested objects."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FILE = "chasqui/engine/types/nested.py"
TESTS = "tests/engine/types/test_nested.py"
TEXTS = "tests/engine/types/test_json_schema.py"

MUTANTS = (
    Mutant(
        "nested-key-ignored",
        "an unknown key of a nested object is refused",
        "chasqui/engine/types/parameters.py",
        "        for field in self._nested:",
        "        for field in ():",
        TESTS,
    ),
    Mutant(
        "nested-key-of-a-form-ignored",
        "an unknown key of a nested object is refused in a form too",
        "chasqui/engine/types/fields.py",
        "        if within:\n            raise ValueError(within)\n",
        "",
        TESTS,
    ),
    Mutant(
        "typo-becomes-a-text",
        "JSON with an unknown key is no text",
        "chasqui/engine/types/fields.py",
        "if not self.or_text or (self.nested is not None and self.nested.problem(value)):",
        "if not self.or_text:",
        TESTS,
    ),
    Mutant(
        "nearest-key-unsaid",
        "an unknown key is told the nearest",
        FILE,
        "    if near:",
        "    if False:",
        TESTS,
    ),
    Mutant(
        "dict-not-entered",
        "what is in a dict is looked at",
        FILE,
        "                yield from self._wrong(item, shape.value_type,",
        "                yield from () and self._wrong(item, shape.value_type,",
        TESTS,
    ),
    Mutant(
        "list-not-entered",
        "what is in a list is looked at",
        FILE,
        "                yield from self._wrong(item, shape.item_type,",
        "                yield from () and self._wrong(item, shape.item_type,",
        TESTS,
    ),
    Mutant(
        "union-not-entered",
        "what is one of several is looked at",
        FILE,
        "            for part in shape.types:",
        "            for part in ():",
        TESTS,
    ),
    Mutant(
        "wrong-member-of-a-union",
        "of a union that one is looked at whose tag is given",
        FILE,
        "            return  # another member of a union",
        "            pass",
        TESTS,
    ),
    Mutant(
        "array-too-long",
        "an array with more values than an object takes is refused",
        FILE,
        "            if len(value) > len(fields):",
        "            if False:",
        TESTS,
    ),
    Mutant(
        "nested-bound-of-ours-ignored",
        "Between counts in a nested field",
        FILE,
        "        if field.wire is not None:",
        "        if False:",
        TESTS,
    ),
    Mutant(
        "nested-default-unchecked",
        "the default of a nested field is within its bounds",
        FILE,
        "        _check_default(where, field.default, wire)",
        "        pass",
        TESTS,
    ),
    Mutant(
        "schema-stays-open",
        "the schema says that objects take no other keys",
        "chasqui/engine/types/json_schema.py",
        '        definition["additionalProperties"] = False',
        "        pass",
        TEXTS,
    ),
    Mutant(
        "schema-without-nested-bounds",
        "the schema has the bounds of nested fields",
        "chasqui/engine/types/json_schema.py",
        "            schema |= {**wires[id(field)], **schema}",
        "            pass",
        TEXTS,
    ),
    Mutant(
        "schema-without-nested-help",
        "the schema has the help of nested fields",
        "chasqui/engine/types/json_schema.py",
        "        if field is not None and field.help:",
        "        if False:",
        TEXTS,
    ),
    Mutant(
        "text-without-nested-notes",
        "the text of a parameter has the bounds and the help of nested fields",
        "chasqui/engine/types/kinds.py",
        'return f"{name} ({told})" if told else name',
        "return name",
        TEXTS,
    ),
    Mutant(
        "text-without-what-is-in-a-list",
        "the text of a list has the notes on what is in it",
        "chasqui/engine/types/kinds.py",
        "if _says(item, note, within) else noun",
        "if False else noun",
        TEXTS,
    ),
    Mutant(
        "class-raises-through",
        "what a class raises as it is made is a wrong parameter",
        "chasqui/engine/types/parameters.py",
        "        except BaseException as wrong:",
        "        except (ValueError, RecursionError) as wrong:",
        TESTS,
    ),
)
