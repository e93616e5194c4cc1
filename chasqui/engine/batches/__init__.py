"""Batches: many tasks that are watched, waited for, cancelled and followed up together.

From outside use `batch.Batch`, the handle, and the records `members.BatchState` and
`members.BatchCounts`. `Engine` has methods for `table`, which accepts and lists batches.
"""
