"""The recipe for windows of time, against a Datasette: windows of two seconds, read a second after they are over."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from http_source.config.moments import written
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.real_servers.datasette import Changes, Datasette, datasette, install
from http_source_tests.real_servers.recipe_pages import compare
from http_source_tests.real_servers.recipes import acknowledged, arrived, doubts, polling, recipe, topic_of
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

TOPIC = topic_of(recipe("time-windows", ""))
LENGTH_MS, LAG_MS, BACK_MS = 2_000, 1_000, 60_000
BACKLOG = [*range(0, 40, 5), *range(100, 230)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """A running Datasette."""
    with datasette(install(), Path(tmp_path_factory.mktemp("datasette"))) as running:
        yield running


@pytest.fixture
def table(server: Datasette, request: pytest.FixtureRequest) -> Changes:
    """The test's own table, without rows."""
    return server.create_changes(request.node.name)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka(TOPIC) as running:
        yield running


def now() -> int:
    """This second, in milliseconds."""
    return int(time.time()) * 1000


def configuration(table: Changes, start: int) -> dict[str, object]:
    windows = {"http.window.start": written(start), "http.window.length.ms": LENGTH_MS, "http.window.lag.ms": LAG_MS}
    return recipe("time-windows", table.origin, url=f"{table.origin}/shop/{table.name}.json") | windows


def ids(cluster: Cluster) -> list[Any]:
    return [record["id"] for record in arrived(cluster, TOPIC)]


def put_backlog(table: Changes, start: int) -> None:
    """Rows at borders and between them, and more in one window than fit into a page."""
    for second in range(0, 40, 5):
        table.put([second], written(start + second * 1000))
    table.put(range(100, 230), written(start + 41_000))


def test_windows_are_read_to_their_end_and_rows_that_come_later_with_theirs(table: Changes, cluster: Cluster) -> None:
    put_backlog(table, start := now() - BACK_MS)
    with polling(configuration(table, start), cluster) as task:
        until(lambda: len(ids(cluster)) == len(BACKLOG))
        table.put([300, 301], written(now()))
        until(lambda: len(ids(cluster)) == len(BACKLOG) + 2)
        table.put([301], written(now() + 1_000))
        until(lambda: len(ids(cluster)) == len(BACKLOG) + 3)
        assert doubts(task) == []
    assert ids(cluster) == [*BACKLOG, 300, 301, 301]


def test_a_restart_within_a_window_loses_and_repeats_nothing(table: Changes, cluster: Cluster) -> None:
    put_backlog(table, start := now() - BACK_MS)
    slow = configuration(table, start) | {"request.interval.ms": 300, "catchup.interval.ms": 300}
    with polling(slow, cluster) as first:
        until(lambda: acknowledged(first).within)
    position = acknowledged(first)
    assert position.within is not None
    assert 0 < len(ids(cluster)) < len(BACKLOG)
    with polling(configuration(table, start), cluster, position) as second:
        until(lambda: len(ids(cluster)) == len(BACKLOG))
        assert doubts(second) == []
    assert ids(cluster) == BACKLOG


def test_a_window_is_asked_for_when_it_is_over(table: Changes, cluster: Cluster) -> None:
    table.put([1], written(start := now()))
    with polling(configuration(table, start), cluster):
        until(lambda: ids(cluster) == [1])
    assert time.time() * 1000 >= start + LENGTH_MS + LAG_MS


def test_the_page_shows_what_comes(server: Datasette, tmp_path: Path) -> None:
    """More rows in the first hour than fit into a page, none in the second one, and one in the third."""
    table = server.create_changes("orders")
    for number in range(1, 61):
        table.put([number], f"2026-01-01T00:{number - 1:02}:00Z")
    table.put([61], "2026-01-01T02:30:00Z")
    compare("time-windows", server.origin, tmp_path, records=61)
