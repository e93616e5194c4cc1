"""The reference of the public names, made from docstrings; ``python -m tests.api`` writes it."""
