"""A forked child has nothing of its parent's journal, and leaves the file alone."""

from __future__ import annotations

from tests.pool.forked import run

ENGINE = """
        import sqlite3, gc
        @task
        def note(ctx: Context, n: int) -> int:
            return n
        engine = Engine(1, 100, journal=path, journal_mode="process")
        engine.register(note)
        engine.start()
"""


def test_a_child_cannot_write_to_its_parents_journal_and_its_end_leaves_the_log_in_place(tmp_path):
    path = tmp_path / "jobs.db"
    said, wrong = run(f"""
        path = {str(path)!r}
        {ENGINE}
        engine.submit("app.note", {{"n": 1}}).wait()
        child = os.fork()
        if not child:
            for refused in (
                lambda: engine.submit("app.note", {{"n": 2}}),
                lambda: engine._parts.journal.keep("a", 1),
            ):
                try:
                    refused()
                except ChasquiError as error:
                    say(type(error).__name__)
            del engine
            gc.collect()
            sys.exit(0)
        say("child", status_of(child), os.path.getsize(path + "-wal") > 0)
        engine.submit("app.note", {{"n": 3}}).wait()
        engine.shutdown()
        say(sqlite3.connect(path).execute("select count(*) from task where state = 10").fetchone())
    """)
    assert ["(2,)", "JournalUnavailable", "PoolForked", "child 0 True"] == said
    assert wrong == ""


def test_a_child_that_outlives_a_killed_parent_does_not_touch_the_file_at_its_end(tmp_path):
    path = tmp_path / "jobs.db"
    said, wrong = run(f"""
        import gc
        from pathlib import Path
        from chasqui.engine.journal.rows import GroupCommit
        from chasqui.engine.journal.store import Store
        path = {str(path)!r}
        reads, writes = os.pipe()
        parent = os.fork()
        if not parent:
            os.close(reads)
            store = Store(Path(path), "process")
            store.apply(GroupCommit(1))
            me = os.getpid()
            if os.fork():
                os.kill(me, signal.SIGKILL)
            while os.getppid() == me:
                time.sleep(0.01)
            del store
            gc.collect()
            sys.exit(0)
        os.close(writes)
        os.read(reads, 1)
        say(status_of(parent), os.path.getsize(path + "-wal") > 0)
    """)
    assert ["-9 True"] == said
    assert wrong == ""
