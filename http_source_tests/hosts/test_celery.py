"""Runs in Celery's workers, set up as docs/celery.md says: a worker that dies, is cut off or is redeployed loses no record."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import dagster as dg
import pytest
import redis

from http_source_tests.hosts.celery_deployment import CeleryDeployment, Servers, celery_deployed
from http_source_tests.hosts.home import connector
from http_source_tests.hosts.test_takeover import TAKEOVER_SECONDS
from http_source_tests.hosts.topics import Committed
from http_source_tests.hosts.waiting import soon
from http_source_tests.real_servers.broker_tasks import running_kafka
from http_source_tests.real_servers.postgres import Postgres
from http_source_tests.real_servers.redis_server import Redis, redis_server

pytestmark = [pytest.mark.servers, pytest.mark.long]

STOP_SECONDS = 10
"""After so many Docker kills it."""

Deploy = Callable[..., AbstractContextManager[CeleryDeployment]]


@pytest.fixture(scope="module")
def redis_running(server: Postgres) -> Iterator[Redis]:
    assert server.port  # without hosts there is nothing to run it for
    with redis_server() as running:
        yield running


@pytest.fixture
def deploy(tmp_path: Path, server: Postgres, redis_running: Redis) -> Deploy:
    """Starts a deployment with the connector that it is given; its records go to memory."""
    return partial(celery_deployed, tmp_path, Servers(server, redis_running))


@pytest.fixture
def deploy_on_kafka(tmp_path: Path, server: Postgres, redis_running: Redis) -> Iterator[Deploy]:
    """The same with Apache Kafka."""
    (folder := tmp_path / "kafka").mkdir()
    with running_kafka(folder) as kafka:
        kafka.create("a")
        yield partial(celery_deployed, tmp_path, Servers(server, redis_running, Committed(kafka)))


def test_b244_a_killed_celery_worker_costs_nothing_with_exactly_once(deploy_on_kafka: Deploy) -> None:
    with deploy_on_kafka(connector(exactly_once_support="required")) as place:
        worker = place.poller()
        worker.kill()
        assert soon(lambda: place.poller() is not worker, TAKEOVER_SECONDS), f"no request in {TAKEOVER_SECONDS} s"
        place.settle("a")
        assert place.lost() == []
        assert place.twice() == 0


def test_b244_a_celery_worker_that_is_cut_off_rests_before_another_takes_over(deploy_on_kafka: Deploy) -> None:
    with deploy_on_kafka(connector()) as place:
        worker = place.poller()
        place.partition("hold", worker)
        stored = place.stored()
        assert soon(lambda: place.poller() is not worker, TAKEOVER_SECONDS), f"no request in {TAKEOVER_SECONDS} s"
        place.partition("pass", worker)
        place.settle("a")
        assert place.poller() is not worker
        assert place.feed.overlapping("a") == []
        assert place.lost() == []
        assert place.twice() <= place.asked(worker, stored)


def test_b244_a_celery_worker_that_is_told_to_stop_ends_with_its_runs_stored(deploy: Deploy, redis_running: Redis) -> None:
    with deploy(workers=1) as place:
        # Redis would deliver what is in there again: a run is not, however long it polls.
        assert redis.Redis(port=redis_running.port).hlen("unacked") == 0
        (worker,) = place.workers
        worker.terminate()
        assert worker.ended(STOP_SECONDS), f"still there after {STOP_SECONDS} s"
        assert place.statuses()[-1] is dg.DagsterRunStatus.FAILURE
        place.start_worker("worker-of-another-name")
        assert soon(lambda: place.poller() is not worker, TAKEOVER_SECONDS), f"no request in {TAKEOVER_SECONDS} s"
        assert place.feed.repeated("a") == []
        assert place.lost() == []
        assert "SystemExit" not in worker.said()


def test_b244_a_run_that_is_terminated_in_the_ui_ends_stored_on_its_worker(deploy: Deploy) -> None:
    with deploy(workers=1) as place:
        (run,) = place.instance.get_runs()
        place.terminate(run)
        assert soon(lambda: place.statuses()[-1] is dg.DagsterRunStatus.FAILURE, STOP_SECONDS), f"not ended after {STOP_SECONDS} s"
        place.settle("a")
        assert place.feed.repeated("a") == []
        assert place.lost() == []
