"""Mutants made by operators, for what the hand-written ones of `tests.mutants` do not name."""
