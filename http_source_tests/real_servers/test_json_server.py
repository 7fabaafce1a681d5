"""The recipe for a number of records to skip, against json-server's `_start` and `_limit`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from http_source.orchestration.build import build_http_source
from http_source.orchestration.resources import KafkaResource
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.real_servers.json_server import JsonServer, install, json_server
from http_source_tests.real_servers.recipe_pages import compare
from http_source_tests.real_servers.recipes import acknowledged, arrived, doubts, polling, recipe, topic_of
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

TOPIC = topic_of(recipe("offset-limit", ""))
STOCK = 120


def item(number: int) -> dict[str, Any]:
    return {"id": number, "name": f"Zürich 東京 {number}", "price": number / 8, "tags": ["a", None, True], "owner": {"big": 2**53 - number}}


def items(first: int, last: int) -> list[dict[str, Any]]:
    return [item(number) for number in range(first, last + 1)]


def configuration(server: JsonServer) -> dict[str, object]:
    return recipe("offset-limit", server.url)


@pytest.fixture(scope="module")
def program() -> Path:
    return install()


@pytest.fixture
def server(program: Path, tmp_path: Path) -> Iterator[JsonServer]:
    """A json-server with items 1 to 120."""
    with json_server(program, tmp_path, items(1, STOCK)) as running:
        yield running


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka(TOPIC) as running:
        yield running


def test_items_posted_while_the_task_polls_arrive_after_those_that_were_there(server: JsonServer, cluster: Cluster) -> None:
    with polling(configuration(server), cluster) as task:
        until(lambda: acknowledged(task).offset == STOCK)
        server.post(items(STOCK + 1, STOCK + 15))
        until(lambda: acknowledged(task).offset == STOCK + 15)
    assert arrived(cluster, TOPIC) == items(1, STOCK + 15)


def test_a_task_built_anew_goes_on_from_the_acknowledged_position(server: JsonServer, cluster: Cluster) -> None:
    with polling(configuration(server), cluster) as first:
        until(lambda: acknowledged(first).offset == STOCK)
    server.post(items(STOCK + 1, STOCK + 5))
    with polling(configuration(server), cluster, acknowledged(first)) as second:
        until(lambda: acknowledged(second).offset == STOCK + 5)
    assert arrived(cluster, TOPIC) == items(1, STOCK + 5)


@pytest.mark.filterwarnings("ignore::dagster.BetaWarning")  # a sensor's owners, among others
def test_a_run_of_the_job_goes_on_where_the_run_before_it_ended(server: JsonServer, cluster: Cluster) -> None:
    """One request a run, so three runs bring the stock and the fourth what was posted meanwhile; each reads Dagster's event log."""
    source = build_http_source(configuration(server) | {"run.max.seconds": 0})
    connections = dg.Definitions(resources={"kafka": KafkaResource(bootstrap_servers=cluster.bootstrap)})
    job = dg.Definitions.merge(source, connections).resolve_job_def("offset_limit_poll")
    with dg.DagsterInstance.ephemeral() as instance:
        for last in (50, 100, STOCK):
            assert job.execute_in_process(instance=instance).success
            assert arrived(cluster, TOPIC) == items(1, last)
        server.post(items(STOCK + 1, STOCK + 5))
        assert job.execute_in_process(instance=instance).success
    assert arrived(cluster, TOPIC) == items(1, STOCK + 5)


def test_after_a_deletion_the_next_item_is_passed_over_in_silence(server: JsonServer, cluster: Cluster) -> None:
    with polling(configuration(server), cluster) as task:
        until(lambda: acknowledged(task).offset == STOCK)
        server.delete(10)
        server.post(items(STOCK + 1, STOCK + 2))
        until(lambda: acknowledged(task).offset == STOCK + 1)
    assert arrived(cluster, TOPIC) == [*items(1, STOCK), item(STOCK + 2)]
    assert doubts(task) == []


def test_the_page_shows_what_comes(server: JsonServer, tmp_path: Path) -> None:
    compare("offset-limit", server.url, tmp_path, records=STOCK)
