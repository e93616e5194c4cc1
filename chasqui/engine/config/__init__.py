"""Config files: reading them, every mistake named, and where an engine's files lie.

From outside use `config.load` with its records, `places`, and `source` for the line of a value.
The other modules read one kind of table each, or check one kind of value.
"""
