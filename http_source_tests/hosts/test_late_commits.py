"""PostgreSQL gives ids before commits: what a slow transaction wrote is taken in although later ids were read before it."""

import pytest

from http_source_tests.hosts.conftest import Deploy
from http_source_tests.hosts.deployment import Deployment
from http_source_tests.hosts.home import connector
from http_source_tests.hosts.waiting import soon, watch
from http_source_tests.real_servers.held_back import HeldBack, held_back

pytestmark = [pytest.mark.servers, pytest.mark.long]

TICKS_SECONDS = 12
"""Two ticks at least."""

TWO_TASKS = connector(entity_names="a,b", tasks_max="2", auto_restart_on_user_error="false")
OBSERVED = "NEW.partition = 'b' AND NEW.dagster_event_type <> 'ASSET_MATERIALIZATION'"
STORED = "NEW.partition = 'b' AND NEW.dagster_event_type = 'ASSET_MATERIALIZATION'"


def test_b172_a_failure_a_restart_and_a_position_that_commit_late_count(deploy: Deploy) -> None:
    with deploy(TWO_TASKS) as place:
        assert place.feed.waited("b", 60) is not None
        fails_late(place)
        restarts_late(place)
        stores_late(place)
        assert place.lost("b") == []


def fails_late(place: Deployment) -> None:
    with held_back(place.dsn, OBSERVED) as held:
        place.feed.refused.add("b")
        late(held)
    assert soon(lambda: place.status("b")["state"] == "FAILED", 40)
    assert place.feed.waited("b", TICKS_SECONDS) is None, "FAILED was forgotten: it was asked again"


def restarts_late(place: Deployment) -> None:
    place.feed.refused.clear()
    with held_back(place.dsn, OBSERVED) as held:
        restart = place.command("restart", "orders")
        late(held)
    restart.communicate()
    assert place.feed.waited("b", 30) is not None, "the restart was forgotten"


def stores_late(place: Deployment) -> None:
    with held_back(place.dsn, STORED) as held:
        place.feed.empty.add("b")  # nothing is stored after it
        late(held)
    watch(TICKS_SECONDS)
    asked = place.feed.of("b")[-1].offset
    killed = place.code.kill_runs()
    assert place.feed.waited("b", 45) is not None, "the killed run has no successor"
    assert place.feed.of("b", killed)[0].offset == asked, "the position was forgotten"


def late(held: HeldBack) -> None:
    """Let the writer wait while others write and ticks read, and then commit."""
    assert soon(held.writers, 20), "nothing of that kind is written"
    watch(TICKS_SECONDS)
    held.let_go()


