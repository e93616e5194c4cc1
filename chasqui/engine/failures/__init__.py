"""Failed tasks: the log that keeps and groups them, and the actions on them.

From outside use `log.FailureLog`, the records `failure.Failure` and `groups.FailureGroup`,
`selection` (how failures are named) and `outcome`. `Engine` has methods for `remedies`: retry,
discard and undo. `handler` decides between another attempt and an entry in the log;
`fingerprint` and `memory` are the log's own.
"""
