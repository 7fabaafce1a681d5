"""PostgreSQL is away for everybody, as in a fail-over: runs wait or go on, and nothing is lost."""

import re

import dagster as dg
import pytest

from http_source_tests.hosts.conftest import Deploy
from http_source_tests.hosts.deployment import Deployment
from http_source_tests.hosts.home import connector
from http_source_tests.hosts.waiting import watch

pytestmark = [pytest.mark.servers, pytest.mark.long]

SHORT, LONG = 60, 100
"""Seconds without a storage."""

BACK_SECONDS = 30
"""Until polling goes on with one that is there again."""


def test_b178_runs_outlive_a_storage_that_closes_connections_or_is_silent(deploy: Deploy) -> None:
    slow = connector(request_interval_ms="1000")
    with deploy(slow) as closing, deploy(slow) as silent:
        closing.let("cut", "database")
        silent.let("hold", "database")
        watch(SHORT)
        goes_on(closing)
        watch(LONG - SHORT)
        goes_on(silent)


def goes_on(place: Deployment) -> None:
    """The storage is back: polling goes on with the same run, as if nothing had been, and one sentence reports it."""
    place.let("pass", "database")
    assert place.feed.waited("a", BACK_SECONDS) is not None, "polling does not go on"
    watch(5)
    assert place.statuses() == [dg.DagsterRunStatus.STARTED]
    assert place.lost() == []
    assert place.feed.repeated("a") == []
    assert len(sentences(place.said())) == 1


def sentences(said: str) -> list[str]:
    """What the run wrote about the storage."""
    return [line for line in said.splitlines() if re.search(r"Dagster's storage|PostgreSQL", line)]
