"""The schema: the tables of a journal, and the one statement that writes a group commit.

A commit must be one call of SQLite. It gives up the GIL for each statement, and with a single
CPU-bound thread in the process `executemany` falls from 110,000 rows a second to 900. So a trigger
takes whole lists apart: see the view ``batch``.

Tasks carry the numbers that they have in the engine. The numbers of tasks that are gone are never
used again.
"""

from __future__ import annotations

from typing import Final

APPLICATION: Final = 0x43485351  # "CHSQ", the application_id of the file
VERSION: Final = 2  # its user_version
OLDEST: Final = 1  # the first version that there was

QUEUED: Final = 0
SCHEDULED: Final = 2
COMPLETED: Final = 10
FAILED: Final = 11
CANCELLED: Final = 12

STATES: Final = {
    "queued": QUEUED,
    "scheduled": SCHEDULED,
    "completed": COMPLETED,
    "failed": FAILED,
    "cancelled": CANCELLED,
}
"""The states of tasks in the file. What runs is not in the file but in the slab."""

TABLES: Final = """
create table meta(k text primary key, v any) strict, without rowid;
create table kept(k text primary key, v text not null) strict, without rowid;
create table engine(
  epoch integer primary key autoincrement,
  pid integer not null,
  boot text not null,
  started_us integer not null,
  stopped_us integer
) strict;
create table task(
  id integer primary key autoincrement,
  type text not null,
  state integer not null,
  priority integer not null,
  attempt integer not null default 0,
  interrupted integer not null default 0,
  again integer not null default 0,
  epoch integer not null,
  not_before_us integer not null default 0,
  created_us integer not null,
  started_us integer,
  finished_us integer,
  worker text,
  key text,
  pool text,
  params text not null,
  options text,
  result text,
  error text,
  check (state in (0, 2, 10, 11, 12)),
  check ((state >= 10) = (finished_us is not null))
) strict;
create table failure(
  task integer not null,
  attempt integer not null,
  at_us integer not null,
  record text not null,
  primary key (task, attempt)
) strict, without rowid;
create index task_queued on task(type, pool, priority desc, id) where state = 0;
create index task_scheduled on task(not_before_us, id) where state = 2;
create index task_again on task(id) where again and state < 10;
create index task_key on task(key) where key is not null and state < 10;
create index task_done on task(finished_us) where finished_us is not null;
"""

STATEMENTS: Final = """
create view batch as
  select null as seq, null as updates, null as accepts, null as failures, null as kept,
    null as priorities;
create trigger batch_apply instead of insert on batch begin
  update task set
      state = u.value ->> 2,
      attempt = u.value ->> 1,
      epoch = u.value ->> 3,
      not_before_us = coalesce(u.value ->> 4, not_before_us),
      started_us = coalesce(u.value ->> 5, started_us),
      finished_us = u.value ->> 6,
      worker = coalesce(u.value ->> 7, worker),
      result = u.value ->> 8,
      error = u.value ->> 9,
      interrupted = coalesce(u.value ->> 10, 0),
      params = coalesce(u.value ->> 11, params)
    from json_each(new.updates) u
    where new.updates is not null
      and task.id = u.value ->> 0 and task.state < 10 and task.attempt <= u.value ->> 1;
  update task set
      priority = p.value ->> 1,
      epoch = p.value ->> 2,
      not_before_us = min(not_before_us, coalesce(p.value ->> 3, not_before_us))
    from json_each(new.priorities) p
    where new.priorities is not null and task.id = p.value ->> 0 and task.state < 10;
  insert into task(
      id, type, state, priority, epoch, not_before_us, created_us, key, params, options,
      pool)
    select a.value ->> 0, a.value ->> 1, a.value ->> 2, a.value ->> 3, a.value ->> 4,
           a.value ->> 5, a.value ->> 6, a.value ->> 7, a.value ->> 8, a.value ->> 9,
           a.value ->> 10
      from json_each(new.accepts) a where new.accepts is not null;
  insert or ignore into failure
    select f.value ->> 0, f.value ->> 1, f.value ->> 2, f.value ->> 3
      from json_each(new.failures) f where new.failures is not null and f.value ->> 3 is not null;
  delete from failure
    where new.failures is not null and (task, attempt) in (
      select f.value ->> 0, f.value ->> 1 from json_each(new.failures) f
        where f.value ->> 3 is null);
  delete from kept
    where new.kept is not null and k in (select o.value ->> 0 from json_each(new.kept) o);
  insert or replace into kept
    select o.value ->> 0, o.value ->> 1 from json_each(new.kept) o
      where new.kept is not null and o.value ->> 1 is not null;
  update meta set v = new.seq where k = 'seq';
end;
"""
"""An update of a task that is final, or of an attempt older than its last, changes nothing: this is
the fence. Updates come before acceptances, as a task's end may be what lets another in. Priorities
are those of waiting tasks that were changed by hand; of one that is due at once, its time too."""

BATCH: Final = " ".join(STATEMENTS.split())
"""The same in fewer characters: the whole schema must fit into the first page of the file, which
`chasqui.engine.journal.salvage` can make anew."""

COMMIT: Final = "insert into batch values (?, ?, ?, ?, ?, ?)"

COUNT_OPEN: Final = (
    f"select (select count(*) from task where state = {QUEUED})"
    f" + (select count(*) from task where state = {SCHEDULED})"
)
"""In two parts, so that each is answered from an index."""
