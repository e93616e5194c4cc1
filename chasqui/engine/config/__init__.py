"""Config files: reading them, naming every mistake, and where an engine's files lie.

From outside use the records of `tables`, `loading.load`, `places`, and `source` for the line of a
value. The other modules read one kind of table each, or check one kind of value.
"""
