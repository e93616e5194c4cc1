"""Random requests find nothing, and reach every verb."""

import pytest

from tests.fuzz.driver import Fuzz
from tests.fuzz.host import hosted


@pytest.mark.slow
def test_random_requests_are_answered_or_refused_and_every_accepted_task_is_acknowledged():
    with hosted() as host:
        fuzz = Fuzz(host.path, seed=20)
        fuzz.run(3000)
        assert [] == fuzz.faults
        assert [] == fuzz.unreached(), fuzz.table()
        reading = host.engine.metrics()
        assert reading.accepted == fuzz.accepted
        assert reading.balanced
        assert host.engine.state in ("running", "paused")
