"""The journal: accepted means kept. One SQLite file that survives the death of its process.

From outside use `journal.Journal`, which an engine's observer calls, `view` (what can be seen of
it) and `served`. The way of a task through the rest:

1. Accepted: `task_rows` makes its row, `committer` gathers rows, and one thread commits for all
   that wait (`leadership`, `group_writer`): one SQL statement, which is in `schema`. `store` has
   the only connection that writes. The submission returns after the commit, and only then can a
   worker take the task.
2. Started: `slab` says which tasks run, in mapped memory and without a commit.
3. Retried, ended: a row that no submitter waits for, within milliseconds. `health` notes when the
   file cannot be written; `faults` says which errors mean what.
4. At the next start `opening` takes the lock (`lock`), looks whether the place and the file are
   sound (`place`, `looking`) and migrates an older file. `marking` notes what the crash has cut
   off.
5. `taking_up` puts the parts of recovery together: `feeding` brings rows into the pools in order
   (`lots`, `recovery`), as far as there is room. What has no type waits in `parked`.

What else is kept, such as pauses and strikes, goes through `keeping`. `housekeeping` removes old
rows. `inspecting` and `salvage` are for the command `journal`.
"""
