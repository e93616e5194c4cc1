"""Mutants of the slab: what a crash is found to have interrupted."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

SLAB = "chasqui/engine/journal/slab.py"
TESTS = "tests/engine/journal/test_slab.py"

MUTANTS = (
    Mutant(
        "slab-torn-counts",
        "a slot that was being written at the kill names nothing",
        SLAB,
        "if ran[0] and ran[0] ^ ran[1] ^ ran[2] == check:",
        "if ran[0]:",
        TESTS,
    ),
    Mutant(
        "slab-ring-short",
        "the ring holds more ends than wait for the journal at most",
        SLAB,
        "RING: Final = 16_384",
        "RING: Final = 8_192",
        TESTS,
    ),
    Mutant(
        "slab-ring-not-written",
        "an end is named until the journal has it",
        SLAB,
        "            NUMBER.pack_into(self._memory, at, min(attempt, MOST) << BITS | number)\n",
        "            pass\n",
        TESTS,
    ),
    Mutant(
        "slab-ring-without-attempts",
        "a retry of an attempt whose end is in the journal may not have run",
        SLAB,
        "self.attempts.get(number, 0) > attempt",
        "number in self.attempts",
        TESTS,
    ),
    Mutant(
        "slab-slot-kept",
        "what has ended is not named as running",
        SLAB,
        "            self._memory[at : at + SLOT.size] = FREE\n",
        "",
        TESTS,
    ),
    Mutant(
        "slab-slots-used-up",
        "a slot is free again after the end of its task",
        SLAB,
        "            self._free.append(at)\n",
        "",
        TESTS,
    ),
    Mutant(
        "slab-nothing-carried",
        "what the slab before named is named until it has run again",
        SLAB,
        "number in self.carried or ",
        "",
        TESTS,
    ),
    Mutant(
        "slab-of-any-journal",
        "the slab of another journal names nothing",
        SLAB,
        " or owner != UUID(journal).bytes",
        "",
        TESTS,
    ),
    Mutant(
        "slab-overflow-forgotten",
        "more tasks than slots are named all the same",
        SLAB,
        "            return self.finished(number, attempt)\n",
        "            return None\n",
        TESTS,
    ),
    Mutant(
        "slab-in-a-child",
        "a forked child writes nothing into the slab of its parent",
        SLAB,
        "        self._memory = mmap(-1, CARRIED_AT)\n",
        "        pass\n",
        TESTS,
    ),
    Mutant(
        "slab-with-holes",
        "the slab has its place on the disk, so that a full disk kills no process",
        SLAB,
        "            file.write(bytes(CARRIED_AT - HEADER.size))\n",
        "            file.truncate(CARRIED_AT)\n            file.seek(CARRIED_AT)\n",
        TESTS,
    ),
    Mutant(
        "slab-follows-links",
        "a link in the place of the slab is not followed",
        SLAB,
        " | os.O_NOFOLLOW",
        "",
        TESTS,
    ),
    Mutant(
        "slab-left-half",
        "a slab that finds no place on the disk leaves nothing",
        SLAB,
        "            new.unlink(missing_ok=True)\n            raise\n",
        "            raise\n",
        "tests/engine/journal/test_beginning.py",
    ),
    Mutant(
        "slab-bare-error",
        "a journal that finds no place on the disk is named",
        "chasqui/engine/journal/beginning.py",
        "(OSError, sqlite3.Error)",
        "sqlite3.Error",
        "tests/engine/journal/test_beginning.py",
    ),
)
