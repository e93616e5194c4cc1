"""Mutants of what both sides of a socket agree on."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FRAMES = "tests/control/wire/test_frames.py"
PARTS = "tests/control/wire/test_parts.py"
VERBS = "tests/control/wire/test_verbs.py"

MUTANTS = (
    Mutant(
        "wire-frame-of-any-length",
        "a frame longer than this side takes is refused at its length",
        "chasqui/control/wire/frames.py",
        "                if not 0 < length <= self._most:\n",
        "                if not 0 < length:\n",
        FRAMES,
    ),
    Mutant(
        "wire-frames-lost-at-a-cut",
        "frames are found however the stream is cut",
        "chasqui/control/wire/frames.py",
        "            del held[:at]\n",
        "            held.clear()\n",
        FRAMES,
    ),
    Mutant(
        "wire-any-depth",
        "a value that is too deep is refused",
        "chasqui/control/wire/frames.py",
        "        if left <= 0:\n",
        "        if left < 0:\n",
        FRAMES,
    ),
    Mutant(
        "wire-integers-of-any-size",
        "an integer that other readers of JSON would change is refused",
        "chasqui/control/wire/frames.py",
        "        if not -LARGEST <= value <= LARGEST:\n",
        "        if value > LARGEST:\n",
        FRAMES,
    ),
    Mutant(
        "wire-parts-too-long",
        "no part of an answer is longer than a frame of it may be",
        "chasqui/control/wire/parts.py",
        "text, step = msgspec.json.decode(value), max(1, most // 6)",
        "text, step = msgspec.json.decode(value), most",
        PARTS,
    ),
    Mutant(
        "wire-unknown-arguments-ignored",
        "an argument that a verb does not have is refused",
        "chasqui/control/wire/looking.py",
        "class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):\n",
        "class Args(msgspec.Struct, frozen=True, kw_only=True):\n",
        VERBS,
    ),
)
