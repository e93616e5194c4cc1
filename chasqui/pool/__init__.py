"""The worker pool: threads, and the backlog in front of them. Standard library only.

From outside use `pool.Pool`, `executor.PoolExecutor`, `dispatcher.Dispatcher` and what `chasqui`
exports; an engine also uses `submission`, `observer` and the functions that take a `state.State`.

- The state: `state`, `commits` (storing decisions), `freezing` (making workers rest), `locks`.
- Accepting: `intake`, `submission`, `announcing`, `room`, `submitters`, `fullness`, `schedule`,
  `restoring`, `numbering`, `claim`, `backlog`, `lane`, `lanes`, `rate`.
- Running: `worker_loop`, `waking`, `staffing`, `crew`, `backend`, `backends`, `threads`, `body`,
  `context`, `task_context`, `coroutines`, `limits`, `guarded`, `deadlock`, `own_wait`.
- Ending: `ending`, `handles`, `callbacks`, `notified`, `dropping`, `closing`, `ledger`, `wakeup`,
  `life`, `unstarted`, `exits`, `forking`, `signals`.
- Following: `observer`, `reporting`, `reading`, `gathering`, `marks`, `metrics`, `tally`,
  `histogram`, `task_logger`, `log_sinks`, `lines`, `trace`, `rendering`, `complaint`.
- In front of a pool: `executor` with `futures`, `dispatcher` with `answers`, `target` and
  `readable`.
- Records: `task`, `particulars`, `attempts`, `states`, `work`; time: `clock`, `timer`.
"""
