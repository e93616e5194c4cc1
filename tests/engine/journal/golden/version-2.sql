BEGIN TRANSACTION;
CREATE TABLE engine(
  epoch integer primary key autoincrement,
  pid integer not null,
  boot text not null,
  started_us integer not null,
  stopped_us integer
) strict;
INSERT INTO "engine" VALUES(1,4321,'00000000',1700000000000000,1700000000000000);
CREATE TABLE failure(
  task integer not null,
  attempt integer not null,
  at_us integer not null,
  record text not null,
  primary key (task, attempt)
) strict, without rowid;
INSERT INTO "failure" VALUES(4,1,1700000000000000,'[4,1,"g-4a770868e5",["why=no","ValueError","ValueError: no","w01",null,"default","{\"why\":\"no\"}","",null],[1700000000.0,1700000000.0,1700000000.0,0.0,0.0],["no",1,1700000000.0,1],["app.refuse","ValueError","ValueError","refuse in golden.py",[["/srv/chasqui/tests/engine/journal/golden.py",34,"refuse",34,4,25]]]]');
CREATE TABLE kept(k text primary key, v text not null) strict, without rowid;
INSERT INTO "kept" VALUES('pause','true');
CREATE TABLE meta(k text primary key, v any) strict, without rowid;
INSERT INTO "meta" VALUES('seq',11);
INSERT INTO "meta" VALUES('uuid','4b16d6b1-2d13-4a55-a72f-91b106873775');
CREATE TABLE task(
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
INSERT INTO "task" VALUES(1,'app.double',10,0,1,0,0,1,0,1700000000000000,1700000000000000,1700000000000000,'w01',NULL,NULL,'{"n":1}',NULL,NULL,NULL);
INSERT INTO "task" VALUES(2,'app.double',10,0,1,0,0,1,0,1700000000000000,1700000000000000,1700000000000000,'w01',NULL,NULL,'{"n":2}',NULL,NULL,NULL);
INSERT INTO "task" VALUES(3,'app.double',10,0,1,0,0,1,0,1700000000000000,1700000000000000,1700000000000000,'w01',NULL,NULL,'{"n":3}',NULL,NULL,NULL);
INSERT INTO "task" VALUES(4,'app.refuse',11,0,1,0,0,1,0,1700000000000000,1700000000000000,1700000000000000,'w01',NULL,NULL,'{"why":"no"}',NULL,NULL,'ValueError: no');
INSERT INTO "task" VALUES(5,'app.double',0,5,0,0,0,1,0,1700000000000000,NULL,NULL,NULL,'five',NULL,'{"n":5}',NULL,NULL,NULL);
INSERT INTO "task" VALUES(6,'app.double',0,0,0,0,0,1,0,1700000000000000,NULL,NULL,NULL,NULL,NULL,'{"n":6}',NULL,NULL,NULL);
INSERT INTO "task" VALUES(7,'app.double',2,0,0,0,0,1,1700003600000000,1700000000000000,NULL,NULL,NULL,NULL,NULL,'{"n":7}',NULL,NULL,NULL);
INSERT INTO "task" VALUES(8,'app.double',12,0,0,0,0,1,0,1700000000000000,NULL,1700000000000000,NULL,NULL,NULL,'{"n":8}',NULL,NULL,NULL);
CREATE INDEX task_queued on task(type, pool, priority desc, id) where state = 0;
CREATE INDEX task_scheduled on task(not_before_us, id) where state = 2;
CREATE INDEX task_again on task(id) where again and state < 10;
CREATE INDEX task_key on task(key) where key is not null and state < 10;
CREATE INDEX task_done on task(finished_us) where finished_us is not null;
CREATE VIEW batch as select null as seq, null as updates, null as accepts, null as failures, null as kept, null as priorities;
CREATE TRIGGER batch_apply instead of insert on batch begin update task set state = u.value ->> 2, attempt = u.value ->> 1, epoch = u.value ->> 3, not_before_us = coalesce(u.value ->> 4, not_before_us), started_us = coalesce(u.value ->> 5, started_us), finished_us = u.value ->> 6, worker = coalesce(u.value ->> 7, worker), result = u.value ->> 8, error = u.value ->> 9, interrupted = coalesce(u.value ->> 10, 0), params = coalesce(u.value ->> 11, params) from json_each(new.updates) u where new.updates is not null and task.id = u.value ->> 0 and task.state < 10 and task.attempt <= u.value ->> 1; update task set priority = p.value ->> 1, epoch = p.value ->> 2, not_before_us = min(not_before_us, coalesce(p.value ->> 3, not_before_us)) from json_each(new.priorities) p where new.priorities is not null and task.id = p.value ->> 0 and task.state < 10; insert into task( id, type, state, priority, epoch, not_before_us, created_us, key, params, options, pool) select a.value ->> 0, a.value ->> 1, a.value ->> 2, a.value ->> 3, a.value ->> 4, a.value ->> 5, a.value ->> 6, a.value ->> 7, a.value ->> 8, a.value ->> 9, a.value ->> 10 from json_each(new.accepts) a where new.accepts is not null; insert or ignore into failure select f.value ->> 0, f.value ->> 1, f.value ->> 2, f.value ->> 3 from json_each(new.failures) f where new.failures is not null and f.value ->> 3 is not null; delete from failure where new.failures is not null and (task, attempt) in ( select f.value ->> 0, f.value ->> 1 from json_each(new.failures) f where f.value ->> 3 is null); delete from kept where new.kept is not null and k in (select o.value ->> 0 from json_each(new.kept) o); insert or replace into kept select o.value ->> 0, o.value ->> 1 from json_each(new.kept) o where new.kept is not null and o.value ->> 1 is not null; update meta set v = new.seq where k = 'seq'; end;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('engine',1);
INSERT INTO "sqlite_sequence" VALUES('task',8);
COMMIT;
PRAGMA application_id=1128813393;
PRAGMA user_version=2;
