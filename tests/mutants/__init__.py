"""Mutants: for each promise a change of a line or two that breaks just it."""
