"""The recipe for Datasette, against a Datasette."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from http_source_tests.kafka import Cluster, kafka
from http_source_tests.real_servers.datasette import Datasette, Table, datasette, install, row
from http_source_tests.real_servers.recipe_pages import compare
from http_source_tests.real_servers.recipes import acknowledged, arrived, doubts, one_page, polling, recipe, topic_of
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

STOCK = 120
"""Two full pages of the recipe, and one that is not full."""

TOPIC = topic_of(recipe("datasette", ""))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """A running Datasette."""
    with datasette(install(), Path(tmp_path_factory.mktemp("datasette"))) as running:
        yield running


@pytest.fixture
def table(server: Datasette, request: pytest.FixtureRequest) -> Table:
    """The test's own table, with rows 1 to 120."""
    made = server.create(re.sub(r"\W", "_", request.node.name))
    made.insert(range(1, STOCK + 1))
    return made


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka(TOPIC) as running:
        yield running


def configuration(table: Table) -> dict[str, object]:
    return recipe("datasette", table.origin, url=f"{table.origin}/shop/{table.name}.json")


def linked(table: Table) -> dict[str, object]:
    """Pages by the header `Link` instead."""
    return configuration(table) | {
        "http.request.parameters": "_shape=array&_nl=on&_size=50", "http.offset.mode": "CURSOR_PAGINATION", "http.next.page.header": "Link",
        "http.initial.offset": None, "http.offset.json.pointer": None, "http.chaining.order": None,
    }


def by_batch(table: Table) -> dict[str, object]:
    """Rows that share the value that is followed, eight by eight, so that pages end within them."""
    return configuration(table) | {
        "http.request.parameters": "_shape=array&_nl=on&_size=50&_sort=batch&batch__gte=${offset}", "http.offset.json.pointer": "/batch",
    }


def up_to(last: int) -> list[dict[str, object]]:
    return [row(number) for number in range(1, last + 1)]


def test_each_row_arrives_once_and_in_order_and_growth_is_followed(table: Table, cluster: Cluster) -> None:
    with polling(configuration(table), cluster) as task:
        until(lambda: acknowledged(task).offset == str(STOCK))
        table.insert(range(STOCK + 1, STOCK + 61))
        until(lambda: acknowledged(task).offset == str(STOCK + 60))
    assert arrived(cluster, TOPIC) == up_to(STOCK + 60)
    assert doubts(task) == []


def test_a_restart_within_the_backlog_loses_and_repeats_nothing(table: Table, cluster: Cluster) -> None:
    position = one_page(configuration(table), cluster)
    assert arrived(cluster, TOPIC) == up_to(50)
    with polling(configuration(table), cluster, position) as second:
        until(lambda: acknowledged(second).offset == str(STOCK))
        table.insert([STOCK + 1])
        until(lambda: acknowledged(second).offset == str(STOCK + 1))
    assert arrived(cluster, TOPIC) == up_to(STOCK + 1)
    assert doubts(second) == []


def test_an_empty_table_is_waited_at(server: Datasette, cluster: Cluster) -> None:
    """Its answer has no line at all."""
    table = server.create("empty")
    with polling(configuration(table), cluster) as task:
        until(lambda: all(entity.caught_up for entity in task.entities))
        table.insert([7, 9])
        until(lambda: acknowledged(task).offset == "9")
    assert arrived(cluster, TOPIC) == [row(7), row(9)]
    assert doubts(task) == []


@pytest.mark.parametrize("way", [by_batch, linked], ids=["rows that share the value at the end of a page", "the links of pages"])
def test_other_ways_to_page_lose_and_repeat_nothing_over_a_restart(
    table: Table, cluster: Cluster, way: Callable[[Table], dict[str, object]]
) -> None:
    position = one_page(way(table), cluster)
    with polling(way(table), cluster, position) as second:
        until(lambda: len(arrived(cluster, TOPIC)) == STOCK)
        table.insert(range(STOCK + 1, STOCK + 61))
        until(lambda: len(arrived(cluster, TOPIC)) == STOCK + 60)
    assert arrived(cluster, TOPIC) == up_to(STOCK + 60)
    assert doubts(second) == []


def test_the_page_shows_what_comes(server: Datasette, tmp_path: Path) -> None:
    server.create("orders").insert(range(1, STOCK + 1))
    compare("datasette", server.origin, tmp_path, records=STOCK)
