"""How a task gets into its pool, and the engine's methods for that.

From outside use `api` through `Engine`, and `entries.Entry`, which is what may be submitted.
`submitter` decides how a task is accepted; `keys` makes sure that at most one task with the same
key waits or runs.
"""
