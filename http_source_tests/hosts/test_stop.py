"""A code host that is told to stop: its runs end, stored, before Docker or Kubernetes would kill them."""

import time

import dagster as dg
import pytest

from http_source_tests.hosts.conftest import Deploy
from http_source_tests.hosts.waiting import allowed

pytestmark = [pytest.mark.servers, pytest.mark.long]

STOP_SECONDS = 8


@pytest.mark.parametrize("program", ["api grpc", "code-server start"])
def test_b181_a_code_server_that_is_told_to_stop_ends_with_its_runs_stored(deploy: Deploy, program: str) -> None:
    with deploy(program=program) as place:
        first = place.code
        first.terminate()
        told = time.monotonic()
        assert first.ended(STOP_SECONDS), f"still there after {STOP_SECONDS} s"
        assert place.statuses()[0] not in (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)
        second = place.deploy("pod-d")
        assert place.feed.waited("a", 45, place.name_of(second)) is not None
        assert place.feed.repeated("a") == []
        assert place.lost() == []
        assert [each for each in place.feed.of("a", told + allowed(STOP_SECONDS)) if each.host == place.name_of(first)] == []
