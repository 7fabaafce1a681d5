"""Hosts that share a name do not see each other's processes, and draw no conclusion from that."""

import time

import dagster as dg
import pytest

from http_source_tests.hosts.conftest import Deploy
from http_source_tests.hosts.waiting import allowed, watch

pytestmark = [pytest.mark.servers, pytest.mark.long]

WATCHED_SECONDS = 25
"""Five ticks."""

TAKEOVER_SECONDS = 45
REST_SECONDS = 10
"""What a loaded machine may cost."""


def test_b180_a_run_is_not_judged_dead_by_a_host_of_the_same_name_before_it_is(deploy: Deploy) -> None:
    with deploy(host="code") as place:
        first = place.code
        second = place.deploy("code")  # ticks are evaluated there from now on, and the run lives where it was
        seen = watch(WATCHED_SECONDS)
        assert place.statuses() == [dg.DagsterRunStatus.STARTED]
        assert place.status()["state"] == "RUNNING"
        assert {each.host for each in place.feed.of("a")} == {place.name_of(first)}
        assert place.feed.longest_rest("a", seen, time.monotonic()) < allowed(REST_SECONDS)
        assert place.feed.repeated("a") == []

        first.kill()
        assert place.feed.waited("a", TAKEOVER_SECONDS, place.name_of(second)) is not None, "the dead one was not taken over"
        assert place.lost() == []
