"""A journal that several threads close at the same time."""

from __future__ import annotations

import threading

from chasqui.engine.journal import closing


def test_a_second_shutdown_at_the_same_time_waits_for_the_first_to_close_the_journal(
    lives, monkeypatch
):
    engine = lives.begin()
    begun, go, calls = threading.Event(), threading.Event(), []
    real = closing.write_rest

    def slow(*args):
        calls.append(args)
        begun.set()
        assert go.wait(10)
        real(*args)

    monkeypatch.setattr("chasqui.engine.journal.journal.write_rest", slow)
    threads = [threading.Thread(target=engine._parts.journal.close) for _ in range(2)]
    threads[0].start()
    assert begun.wait(10)
    threads[1].start()
    threads[1].join(0.05)
    assert threads[1].is_alive()
    go.set()
    for thread in threads:
        thread.join(10)
    assert len(calls) == 1
    assert not engine._parts.journal.is_open
