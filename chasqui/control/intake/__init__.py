"""Tasks made of a file: lines, their shapes, and what a wire can carry of them.

Used by the commands that read input and by the console. `lines` cuts bytes into lines, `jobs` reads
a line of JSON, and `tasks` makes a task of texts or of a line. `shapes` knows JSON Lines, CSV and
plain lists, and `files` reads a file in chunks, whose size does not depend on that of the file.
"""
