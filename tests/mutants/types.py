"""Mutants of typed tasks: types and their names, calls, batches of calls, and the engine in scope."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TYPE = "chasqui/engine/types/task_type.py"
DECORATOR = "chasqui/engine/types/decorator.py"
SIGNATURE = "chasqui/engine/types/signature.py"
DECLARATION = "chasqui/engine/types/declaration.py"
PARAMETERS = "chasqui/engine/types/parameters.py"
REGISTRY = "chasqui/engine/types/registry.py"
SUBMITTER = "chasqui/engine/submission/submitter.py"
SCOPE = "chasqui/pool/scope.py"

TYPES = "tests/engine/types/test_task_type.py"
DECLARED = "tests/engine/types/test_declaration.py"
REFUSED = "tests/engine/types/test_parameters.py"
CALLS = "tests/engine/submission/test_calls.py"
ROWS = "tests/engine/batches/test_rows.py"
SCOPES = "tests/engine/submission/test_scope.py"

MUTANTS = (
    Mutant(
        "wrong-key-hidden-by-a-wrong-rule",
        "a wrong key is named with the other wrong rules of a declaration",
        DECORATOR,
        '                problems.append(f"by={problem}")',
        "                pass",
        "tests/engine/policy/test_rules.py",
    ),
    Mutant(
        "first-wrong-rule-only",
        "every wrong rule of a declaration is named at once",
        "chasqui/engine/policy/rules.py",
        "                except (TypeError, ValueError) as error:\n                    wrong.append(error)",
        "                except (TypeError, ValueError) as error:\n                    raise error",
        "tests/engine/policy/test_rules.py",
    ),
    Mutant(
        "duration-only-typed-in",
        "a duration is taken from JSON and config as it is typed in",
        "chasqui/engine/types/forms.py",
        "            return read_duration(value)",
        "            return value",
        "tests/engine/types/test_sides.py",
    ),
    Mutant(
        "duration-in-an-item-as-msgspec-has-it",
        "a duration is read at any depth",
        "chasqui/engine/types/forms.py",
        "        return [formed(shape.item_type, item) for item in value]",
        "        return list(value)",
        "tests/engine/types/test_sides.py",
    ),
    Mutant(
        "generic-has-a-base",
        "the type of a result costs a task nothing at run time",
        "chasqui/generic.py",
        "    Generic = _NoBase()",
        "    from typing import Generic",
        "tests/test_generic.py",
    ),
    Mutant(
        "function-overwrites-type",
        "what a function carries does not overwrite its task type",
        TYPE,
        "functools.update_wrapper(cast(Any, self), function, updated=())\n        self.name = name\n",
        "self.name = name\n        functools.update_wrapper(cast(Any, self), function)\n",
        TYPES,
    ),
    Mutant(
        "type-without-its-function",
        "help and signatures show the function of a task type",
        TYPE,
        "        functools.update_wrapper(cast(Any, self), function, updated=())\n",
        "        self.__qualname__ = function.__qualname__\n",
        TYPES,
    ),
    Mutant(
        "type-is-bound",
        "a task type in a class is itself, also from an object",
        TYPE,
        'function."""\n        return self\n',
        'function."""\n        return functools.partial(self, instance)  # type: ignore[return-value]\n',
        TYPES,
    ),
    Mutant(
        "type-is-a-test",
        "pytest does not collect task types",
        TYPE,
        "    __test__: ClassVar[bool] = False",
        "    __test__: ClassVar[bool] = True",
        TYPES,
    ),
    Mutant(
        "type-pickled-by-its-short-name",
        "a task type in a class is pickled by its qualified name",
        TYPE,
        "        return self.__qualname__",
        "        return self.__name__",
        TYPES,
    ),
    Mutant(
        "context-class-unknown",
        "the class of a type says whether its function takes a context",
        DECORATOR,
        "_KINDS[parameters.takes_context is not None, is_async]",
        "_KINDS[parameters.takes_context is None, is_async]",
        TYPES,
    ),
    Mutant(
        "context-by-name",
        "a context before a slash is passed",
        TYPE,
        "result = type.function(ctx, **params)",
        "result = type.function(**{parameters.takes_context: ctx}, **params)",
        TYPES,
    ),
    Mutant(
        "late-context-accepted",
        "a context that is not the first parameter is refused",
        SIGNATURE,
        "    if at or parameter.kind is parameter.KEYWORD_ONLY:",
        "    if False:",
        REFUSED,
    ),
    Mutant(
        "named-context-accepted",
        "a context that can only be given by name is refused",
        SIGNATURE,
        "    if at or parameter.kind is parameter.KEYWORD_ONLY:",
        "    if at:",
        REFUSED,
    ),
    Mutant(
        "optional-context-unexplained",
        "Context | None is refused with what to write instead",
        SIGNATURE,
        "elif any(map(_is_context, get_args(hints[name]))):",
        "elif False:",
        REFUSED,
    ),
    Mutant(
        "lambda-accepted",
        "a lambda is refused",
        DECLARATION,
        '    if foreign.attribute(function, "__name__") == "<lambda>":',
        "    if False:",
        DECLARED,
    ),
    Mutant(
        "one-annotation-hides-others",
        "an annotation that means nothing hides no other mistake",
        SIGNATURE,
        "        if name in wrong:\n",
        "        if name in wrong:\n            raise refused(function, _why_not(wrong[name]))\n",
        DECLARED,
    ),
    Mutant(
        "loaded-type-becomes-the-applications",
        "a type that a plugin offers keeps the plugin's name",
        REGISTRY,
        'if other is type), "")',
        'if other is None), "")',
        TYPES,
    ),
    Mutant(
        "types-pile-up",
        "a type that was made again of its function takes the place of the former",
        REGISTRY,
        "            self._names.pop(known, None)\n",
        "            pass\n",
        TYPES,
    ),
    Mutant(
        "name-of-a-work-unresolved",
        "a work has the name that its engine gives the type",
        REGISTRY,
        '        if "." in work.name:',
        "        if work.name:",
        TYPES,
    ),
    Mutant(
        "argument-given-twice",
        "an argument given by position and by name is refused",
        PARAMETERS,
        "            if name in kwargs:\n",
        "            if False:\n",
        CALLS,
    ),
    Mutant(
        "argument-too-many",
        "more arguments than can be given by position are refused",
        PARAMETERS,
        "        if len(args) > len(names):",
        "        if False:",
        CALLS,
    ),
    Mutant(
        "name-only-by-position",
        "a parameter after the star is not given by position",
        SIGNATURE,
        "declared[f.name].kind is not by_name_only",
        "declared[f.name].kind is not None",
        CALLS,
    ),
    Mutant(
        "call-without-its-policy",
        "the policy of a type counts for a call",
        SUBMITTER,
        "        if not route.plain:\n            return self.submit(work)\n",
        "",
        CALLS,
    ),
    Mutant(
        "anything-called",
        "only a task type is called",
        "chasqui/engine/submission/entries.py",
        '    if not isinstance(type, TaskType):\n        raise TypeError(f"type must',
        '    if type is None:\n        raise TypeError(f"type must',
        CALLS,
    ),
    Mutant(
        "items-validated-one-by-one",
        "every wrong item is named",
        "chasqui/engine/batches/table.py",
        "works = works_of(given, entries, make or self._submitter.entry)",
        "works = list(map(make or self._submitter.entry, entries))",
        ROWS,
    ),
    Mutant(
        "worker-in-no-scope",
        "a body submits to the engine that runs it",
        SCOPE,
        "        owner = None if pool is None else pool.owner\n",
        "",
        SCOPES,
    ),
    Mutant(
        "own-engine-of-a-body-unseen",
        "a body with an engine of its own submits to that one",
        SCOPE,
        "    if owner is None:\n",
        "    if owner is None or deadlock.pool_here() is not None:\n",
        SCOPES,
    ),
    Mutant(
        "scope-alone-inherited",
        "a task does not see the scope of its submitter, if that has no other variable",
        SCOPE,
        "    if len(seen) == 1:\n        return None\n",
        "    if len(seen) == 1:\n        return seen\n",
        SCOPES,
    ),
    Mutant(
        "scope-inherited",
        "a task does not see the scope of its submitter",
        SCOPE,
        "    seen.run(SCOPE.set, None)\n",
        "",
        SCOPES,
    ),
    Mutant(
        "scope-never-left",
        "an engine that was left is in no scope",
        SCOPE,
        "        SCOPE.reset(token)",
        "        token.var.get()",
        SCOPES,
    ),
    Mutant(
        "scope-holds-the-engine",
        "a context keeps no engine alive",
        SCOPE,
        "    return SCOPE.set(ref(owner))",
        "    return SCOPE.set(lambda: owner)",
        SCOPES,
    ),
)
