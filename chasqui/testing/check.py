"""What is wrong with an installed plugin, in sentences.

The plugin is loaded by the real loader in an interpreter of its own, as a host will load it, with
none of what a test session has imported, patched or put on the path. What Chasqui cannot refuse but
its users would suffer from is reported here: a task type that no list can explain, an import that
every command waits for, a line printed into a user's pipe.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from chasqui.testing.probe import Facts

LOAD_SECONDS: Final = 0.25
"""Processor time, so that a busy machine fails no plugin; every command waits for it."""
DOC_LENGTH: Final = 100  # characters of a first line: more does not fit beside a name in a list
END_SECONDS: Final = 60.0  # for the interpreter as a whole
PRINTED_SHOWN: Final = 200


def check_plugin(name: str, *, settings: Mapping[str, Any] | None = None) -> list[str]:
    """Check an installed plugin, and return a sentence for each thing that is wrong with it.

    ``chasqui-tui plugins NAME --check`` prints the same. ``settings`` is its table of the config.

    What is checked: it loads, and all it offers is valid; each task type has a docstring whose
    first line is a sentence of at most 100 characters; each setting and each backend has a help
    text; nothing is printed; Textual is not imported; loading takes at most 0.25 s of processor
    time beyond what Chasqui itself needs.

    Example: `chasqui-tui help testing`.
    """
    with tempfile.TemporaryDirectory(prefix="chasqui-check-") as folder:
        facts, printed = _probe(Path(folder), name, settings or {})
        if isinstance(facts, Facts) and facts.seconds > LOAD_SECONDS:
            # The first import of a module compiles it, which is not how long it takes the next.
            again, _ = _probe(Path(folder), name, settings or {})
            if isinstance(again, Facts):
                facts.seconds = min(facts.seconds, again.seconds)
    return [facts] if isinstance(facts, str) else list(_judged(name, facts, printed))


def _probe(folder: Path, name: str, settings: Mapping[str, Any]) -> tuple[Facts | str, str]:
    """Return the facts, or why there are none, and what was printed past the loader."""
    request, facts = folder / "request.json", folder / "facts.json"
    request.write_text(
        json.dumps({"name": name, "settings": msgspec.to_builtins(settings)}), encoding="ascii"
    )
    facts.unlink(missing_ok=True)
    # -P: the folder that the test happens to run in is not where the plugin is installed.
    command = [sys.executable, "-P", "-m", "chasqui.testing.probe", str(request), str(facts)]
    ambient = {key: value for key, value in os.environ.items() if not key.startswith("CHASQUI_")}
    try:
        done = subprocess.run(
            command,
            env=ambient,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=END_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return (
            f"loading {name} did not end within {END_SECONDS:g} s: "
            "it waits for something, or leaves a thread behind that is no daemon"
        ), ""
    printed = done.stdout.decode(errors="backslashreplace")
    if not facts.exists():
        last = (printed.strip().splitlines() or ["it said nothing"])[-1]
        return f"loading {name} ended the interpreter, status {done.returncode}: {last}", ""
    return msgspec.convert(json.loads(facts.read_text(encoding="ascii")), Facts), printed


def _judged(name: str, facts: Facts, printed: str) -> Iterator[str]:
    if not facts.plugins:
        yield f"no installed plugin is called {name!r}; `chasqui-tui plugins` lists those there are"
    for info in facts.plugins:
        if info.status != "loaded":
            yield info.summary()
        printed = info.output + printed
    for full, doc in facts.docs.items():
        yield from (f"{full}: {problem}" for problem in _doc_problems(doc))
    for info in facts.plugins:
        for backend, said in info.backends.items():
            if not said:
                yield f'its backend {backend} has no help; say BackendType(..., help="...")'
    for setting in facts.unexplained:
        yield f'its setting {setting!r} has no help; say Parameter({setting!r}, ..., help="...")'
    if printed:
        shown = printed[:PRINTED_SHOWN]
        yield f"it prints while it is loaded, into whatever its host prints: {shown!r}"
    if facts.textual:
        yield "it imports textual, which commands without a console must not wait for"
    if facts.seconds > LOAD_SECONDS:
        yield (
            f"loading it takes {facts.seconds * 1000:.0f} ms of processor time beyond Chasqui's "
            f"own, more than {LOAD_SECONDS * 1000:.0f} ms; import what is slow in the functions "
            "that need it"
        )


def _doc_problems(doc: str) -> Iterator[str]:
    lines = doc.split("\n")
    first = lines[0]
    if not first:
        yield "it has no docstring, whose first line says in lists and forms what it does"
        return
    if len(first) > DOC_LENGTH:
        yield f"the first line of its docstring has {len(first)} characters, over {DOC_LENGTH}"
    if len(lines) > 1 and lines[1]:
        yield "the first line of its docstring must stand alone, with an empty line after it"
    elif not first.endswith("."):
        yield "the first line of its docstring is no sentence: it does not end with a full stop"
