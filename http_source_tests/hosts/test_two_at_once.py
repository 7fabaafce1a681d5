"""Two daemons, or two code servers, at once: whatever they start, nothing is asked twice."""

import time
from collections.abc import Callable

import pytest

from http_source_tests.hosts.conftest import Deploy
from http_source_tests.hosts.deployment import Deployment
from http_source_tests.hosts.waiting import allowed, watch

pytestmark = pytest.mark.servers

WATCHED_SECONDS = 15
REST_SECONDS = 10
"""What a loaded machine may cost."""


def second_daemon(place: Deployment) -> None:
    place.start_daemon()


def daemons_with_a_code_server_each(place: Deployment) -> None:
    first = place.code
    place.start_daemon()
    place.deploy("pod-d")
    place.show(place.daemons[0], first)


@pytest.mark.parametrize("doubled", [second_daemon, daemons_with_a_code_server_each])
def test_b244_nothing_is_asked_twice_while_there_are(deploy: Deploy, doubled: Callable[[Deployment], None]) -> None:
    with deploy() as place:
        doubled(place)
        seen = watch(WATCHED_SECONDS)
        assert place.feed.repeated("a") == []
        assert place.feed.overlapping("a") == []
        assert place.feed.longest_rest("a", seen, time.monotonic()) < allowed(REST_SECONDS)
