"""The recipe for page numbers, against json-server's `_page` and `_limit`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from http_source_tests.kafka import Cluster, kafka
from http_source_tests.real_servers.json_server import JsonServer, install, json_server
from http_source_tests.real_servers.recipe_pages import compare
from http_source_tests.real_servers.recipes import acknowledged, arrived, doubts, one_page, polling, recipe, topic_of
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

STOCK = 120
"""Two full pages of the recipe, and one that is not full."""

TOPIC = topic_of(recipe("page-numbers", ""))


@pytest.fixture(scope="module")
def program() -> Path:
    """What to run."""
    return install()


@pytest.fixture
def server(program: Path, tmp_path: Path) -> Iterator[JsonServer]:
    """A json-server with items 1 to 120: it makes no collections while it runs."""
    with json_server(program, tmp_path, items(STOCK)) as running:
        yield running


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka(TOPIC) as running:
        yield running


def items(last: int, first: int = 1) -> list[dict[str, Any]]:
    return [{"id": number, "name": f"Item {number}"} for number in range(first, last + 1)]


def test_each_record_arrives_once_and_in_order_and_growth_is_followed(server: JsonServer, cluster: Cluster) -> None:
    """Growth fills the last page, and begins others."""
    with polling(recipe("page-numbers", server.url), cluster) as task:
        until(lambda: len(arrived(cluster, TOPIC)) == STOCK)
        server.post(items(STOCK + 90, STOCK + 1))
        until(lambda: acknowledged(task).offset == 5 and acknowledged(task).delivered == 10)
    assert arrived(cluster, TOPIC) == items(STOCK + 90)
    assert doubts(task) == []


def test_a_restart_within_the_backlog_loses_and_repeats_nothing(server: JsonServer, cluster: Cluster) -> None:
    settings = recipe("page-numbers", server.url)
    position = one_page(settings, cluster)
    assert arrived(cluster, TOPIC) == items(50)
    with polling(settings, cluster, position) as second:
        until(lambda: len(arrived(cluster, TOPIC)) == STOCK)
    server.post(items(STOCK + 5, STOCK + 1))
    with polling(settings, cluster, acknowledged(second)) as third:
        until(lambda: len(arrived(cluster, TOPIC)) == STOCK + 5)
    assert arrived(cluster, TOPIC) == items(STOCK + 5)
    assert doubts(second) == doubts(third) == []


def test_a_page_that_becomes_full_between_two_tasks_is_left_once_it_is_read(server: JsonServer, cluster: Cluster) -> None:
    settings = recipe("page-numbers", server.url)
    with polling(settings, cluster) as first:
        until(lambda: len(arrived(cluster, TOPIC)) == STOCK)
    server.post(items(STOCK + 30, STOCK + 1))
    with polling(settings, cluster, acknowledged(first)) as second:
        until(lambda: len(arrived(cluster, TOPIC)) == STOCK + 30)
        server.post(items(STOCK + 31, STOCK + 31))
        until(lambda: len(arrived(cluster, TOPIC)) == STOCK + 31)
    assert arrived(cluster, TOPIC) == items(STOCK + 31)
    assert doubts(second) == []


def test_a_deletion_moves_all_behind_it_which_is_reported(server: JsonServer, cluster: Cluster) -> None:
    with polling(recipe("page-numbers", server.url), cluster) as task:
        until(lambda: len(arrived(cluster, TOPIC)) == STOCK)
        server.delete(10)
        until(lambda: len(arrived(cluster, TOPIC)) == STOCK + 19)
    assert arrived(cluster, TOPIC) == [*items(STOCK), *items(STOCK, 102)]
    (sentence,) = doubts(task)
    assert "The last page changed" in sentence


def test_pages_that_are_counted_from_the_wrong_number_are_reported(server: JsonServer, cluster: Cluster) -> None:
    """This server takes page 0 for page 1, as many do."""
    with polling(recipe("page-numbers", server.url, http_initial_offset="0"), cluster) as task:
        until(lambda: doubts(task))
    assert arrived(cluster, TOPIC) == items(50)
    assert ["http.initial.offset" in sentence for sentence in doubts(task)] == [True]


def test_the_page_shows_what_comes(server: JsonServer, tmp_path: Path) -> None:
    compare("page-numbers", server.url, tmp_path, records=STOCK)
