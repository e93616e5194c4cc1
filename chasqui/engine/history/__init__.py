"""The memory of finished tasks: every task that has ended, newest first, within bounds.

From outside use `memory.TaskHistory` and the record `finished.Finished`. `recorder` writes the ends
of a pool down, on its workers; `maker` makes an entry of each, `writing` does so for what needs
care, and `chunks` keeps the entries within bounds. `rows` are tasks as rows of JSON.
"""
