"""A host that dies, or is cut off, is replaced by another one: its entities are polled again soon, and by one run at a time."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import pytest

from http_source_tests.hosts.conftest import Deploy
from http_source_tests.hosts.deployment import Deployment
from http_source_tests.hosts.waiting import soon, watch

pytestmark = [pytest.mark.servers, pytest.mark.long]

TAKEOVER_SECONDS = 45
LEASE_SECONDS = 15
"""After this a run that has not been heard of is not called alive."""


def test_b179_a_killed_code_host_is_taken_over_by_its_successor_with_another_name(deploy: Deploy) -> None:
    with deploy(host="pod-c") as place:
        first = place.code
        first.kill()
        place.deploy("pod-d")
        assert place.feed.waited("a", TAKEOVER_SECONDS) is not None, f"no request in {TAKEOVER_SECONDS} s"
        assert place.lost() == []
        assert place.twice() <= 1  # what came since the last checkpoint
        assert soon(lambda: place.statuses().count(dg.DagsterRunStatus.STARTED) == 1, 10), "the dead run is not ended"


def test_b179_status_does_not_call_it_running_while_nobody_asks(deploy: Deploy) -> None:
    with deploy(host="pod-c") as place:
        first = place.code
        first.kill()
        watch(LEASE_SECONDS)
        assert is_honest(place.status())
        place.deploy("pod-d")
        assert place.feed.waited("a", TAKEOVER_SECONDS) is not None
        assert place.status()["state"] == "RUNNING"


def test_b244_a_run_that_is_cut_off_from_the_storage_rests_before_another_takes_over(deploy: Deploy) -> None:
    with deploy(host="pod-c") as place:
        first = place.code
        place.let("hold", "database", first)
        second = place.deploy("pod-d")
        took = place.feed.waited("a", LEASE_SECONDS + TAKEOVER_SECONDS, place.name_of(second))
        assert took is not None, "nobody took over"
        place.let("pass", "database", first)
        rests(place, place.name_of(first), 10)
        assert place.feed.overlapping("a") == []
        assert place.lost() == []


def is_honest(status: Mapping[str, Any]) -> bool:
    """Whether it says that nobody asks, or when it heard of the run last."""
    return status["state"] != "RUNNING" or "sign of life" in status["reason"]


def rests(place: Deployment, host: str, seconds: float) -> None:
    """A host asks nothing for so long."""
    start = watch(seconds)
    assert [each for each in place.feed.of("a", start) if each.host == host] == []
