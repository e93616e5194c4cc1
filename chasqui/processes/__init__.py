"""The processes backend: a child process for each worker, which can be killed and measured.

The host's side: `backend` has a thread for each worker (`driver`), which sends tasks to its child
(`child`) and waits for their ends. `launcher` is the host's end of the zygote. The zygote
(`zygote`, `offspring`) is a single process for each host: it has everything imported, forks the
children, and only it signals and reaps them. The child's side: `serving` runs bodies, with
`context` as their context; what they say on the way goes through `reporting`. Both sides:
`messages` over `frames`, `references` (how a type is named), `results`, and `faults` (how an error
crosses).

Only names of types and JSON cross, never pickle. The pool uses `backend` by its name.
"""
