"""What the input of `run` and `submit` is, and what parameters its records become.

`arguments` are the options, `choosing` makes the source of them, `filling` the parameters of a
record, and `planning` puts both together. What is made of the parameters is for the commands.
"""
