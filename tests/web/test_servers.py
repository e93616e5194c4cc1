"""The applications of the manual's page `web`, under the servers that it names."""

from __future__ import annotations

import re

import pytest

from tests.waiting import until
from tests.web.conftest import GUNICORN, SERVERS, Answer, Server, written

READY = """

def post_worker_init(worker):
    open(f"ready-{worker.pid}", "w").close()
"""


@pytest.fixture(scope="module", params=sorted(SERVERS))
def shop_of_all(request, tmp_path_factory):
    """Start an application with room for a task that runs and a task that waits."""
    folder = tmp_path_factory.mktemp(request.param)
    written(folder, workers=1, queue_size=1)
    server = Server(SERVERS[request.param], folder)
    yield server
    server.kill()


@pytest.fixture
def shop(shop_of_all):
    """Give a test the application once it has done all that earlier tests asked of it."""
    until(lambda: idle(shop_of_all))
    return shop_of_all


def idle(shop: Server) -> bool:
    """Tell whether no task waits or runs."""
    reading = shop.ask("GET", "/metrics").body
    return (0, 0) == (reading["queued"], reading["running"])


@pytest.mark.slow
def test_a_job_is_answered_with_its_number_and_found_by_it_until_it_has_ended(shop):
    answer = shop.submit(picture="b.png")
    assert 202 == answer.status

    path = f"/jobs/{answer.body['number']}"
    until(lambda: "completed" == shop.ask("GET", path).body["state"])
    row = shop.ask("GET", path).body
    assert ("app.resize", "b.png is resized", None) == (row["type"], row["result"], row["error"])
    assert {"picture": "b.png", "seconds": 0.0} == row["params"]


def test_a_job_that_never_was_is_404(shop):
    assert 404 == shop.ask("GET", "/jobs/12345").status


def test_a_full_backlog_is_503_with_retry_after(shop):
    answers: list[Answer] = []
    until(lambda: answers.append(shop.submit(seconds=0.4)) or 503 == answers[-1].status)

    assert {202} == {answer.status for answer in answers[:-1]}
    assert "1" == answers[-1].headers["retry-after"]
    assert "task queue is full: pool default, 1 waiting" in answers[-1].body["detail"]


@pytest.mark.slow
def test_the_metrics_are_json_and_add_up(shop):
    assert 202 == shop.submit().status
    until(lambda: idle(shop))
    reading = shop.ask("GET", "/metrics").body

    assert reading["accepted"] == reading["completed"] > 0
    assert 0 == reading["queued"] + reading["failed"] + reading["cancelled"]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SERVERS))
def test_a_server_that_is_stopped_in_the_middle_drains_what_it_has_accepted(name, serve, tmp_path):
    written(tmp_path, workers=2)
    server = serve(SERVERS[name])
    accepted = [server.submit(seconds=0.05).status for _ in range(12)]
    status, printed = server.stop()

    assert [202] * 12 == accepted
    assert "accepted 12 = completed 12 + failed 0 + cancelled 0 + left 0 + abandoned 0" in printed
    assert status in (0, -15)  # uvicorn ends by the signal itself


@pytest.mark.slow
def test_an_engine_made_before_a_fork_is_started_in_each_worker(serve, tmp_path):
    written(tmp_path, workers=2)
    # A worker that is asked to end before it has its handlers ends only as its master's time is up.
    with (tmp_path / "gunicorn_conf.py").open("a") as config:
        config.write(READY)
    words = [*GUNICORN, "--workers", "2", "--config", "gunicorn_conf.py", "shop_flask:app"]
    server = serve(words)
    accepted = [server.submit(seconds=0.02).status for _ in range(12)]
    until(lambda: len(list(tmp_path.glob("ready-*"))) == 2)
    status, printed = server.stop()
    ledgers = re.findall(r"accepted (\d+) = completed (\d+) .* \(clean\)", printed)

    assert ([202] * 12, 0) == (accepted, status)
    assert 2 == len(ledgers)
    assert 12 == sum(int(accepted) for accepted, _ in ledgers)
    assert all(accepted == completed for accepted, completed in ledgers)
