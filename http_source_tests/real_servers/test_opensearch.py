"""The configurations of `docs/recipes/opensearch.md` against OpenSearch: searches that go on after the last document."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from http_source_tests.kafka import Cluster, kafka
from http_source_tests.real_servers.opensearch import OpenSearch, opensearch
from http_source_tests.real_servers.recipe_pages import compare
from http_source_tests.real_servers.recipes import acknowledged, arrived, doubts, polling, recipe
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

TIEBREAKER, GREATER_OR_EQUAL = 0, 1
"""The configurations of the page."""

STOCK = 250
START = 1_700_000_000_000
"""Milliseconds; documents whose time is long past are not held back."""


in_both_ways = pytest.mark.parametrize("number", [TIEBREAKER, GREATER_OR_EQUAL], ids=["tiebreaker", "gte"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSearch]:
    with opensearch(tmp_path_factory.mktemp("opensearch")) as running:
        yield running


@pytest.fixture
def index(request: pytest.FixtureRequest) -> str:
    """The name of an index, and of a topic, for one test."""
    return "".join(each if each.isalnum() else "-" for each in request.node.name)[:100].strip("-")


@pytest.fixture
def cluster(index: str) -> Iterator[Cluster]:
    with kafka(index) as running:
        yield running


def documents(first: int, last: int, *, ties: int = 3) -> list[dict[str, Any]]:
    """As many as `ties` share each time."""
    return [{"id": number, "changed": START + number // ties} for number in range(first, last)]


def configuration(server: OpenSearch, index: str, number: int, **changes: object) -> dict[str, object]:
    return recipe("opensearch", server.url, number, entity_names=index, **changes)


def with_body(configuration: dict[str, object], old: str, new: str) -> dict[str, object]:
    """The configuration with something else in its body."""
    body = str(configuration["http.request.body"])
    assert old in body
    return configuration | {"http.request.body": body.replace(old, new)}


def ids(cluster: Cluster, index: str) -> Sequence[int]:
    return [hit["_source"]["id"] for hit in arrived(cluster, index)]


def await_count(cluster: Cluster, index: str, count: int) -> None:
    until(lambda: len(ids(cluster, index)) >= count)


@in_both_ways
def test_documents_arrive_once_in_the_order_of_their_times(server: OpenSearch, cluster: Cluster, index: str, number: int) -> None:
    """Those that come while it polls as well, also with the last one's time."""
    server.create(index)
    server.add(index, documents(0, STOCK))
    with polling(configuration(server, index, number), cluster) as task:
        await_count(cluster, index, STOCK)
        for each in range(STOCK, STOCK + 10):
            server.add(index, documents(each, each + 1))
            await_count(cluster, index, each + 1)
        assert doubts(task) == []
    assert ids(cluster, index) == list(range(STOCK + 10))


@in_both_ways
def test_a_task_built_anew_resumes_within_a_backlog(server: OpenSearch, cluster: Cluster, index: str, number: int) -> None:
    server.create(index)
    server.add(index, documents(0, STOCK))
    with polling(configuration(server, index, number, request_interval_ms=2_000, catchup_interval_ms=2_000), cluster) as first:
        until(lambda: acknowledged(first).sequence)
    assert len(ids(cluster, index)) == 100
    with polling(configuration(server, index, number), cluster, acknowledged(first)) as second:
        await_count(cluster, index, STOCK)
        server.add(index, documents(STOCK, STOCK + 1))
        await_count(cluster, index, STOCK + 1)
        assert doubts(second) == []
    assert ids(cluster, index) == list(range(STOCK + 1))


@in_both_ways
def test_documents_arrive_once_they_are_visible(server: OpenSearch, cluster: Cluster, index: str, number: int) -> None:
    server.create(index)
    server.add(index, documents(0, 10))
    server.add(index, documents(10, 20), is_visible=False)
    with polling(configuration(server, index, number), cluster):
        await_count(cluster, index, 10)
        server.refresh(index)
        await_count(cluster, index, 20)
    assert ids(cluster, index) == list(range(20))


@pytest.mark.parametrize(("held_back", "delivered"), [("now-4s", [1, 2, 3]), ("now+1h", [2, 3])])
def test_what_becomes_visible_late_is_delivered_if_the_query_holds_all_back_for_longer(
    server: OpenSearch, cluster: Cluster, index: str, held_back: str, delivered: Sequence[int]
) -> None:
    """Two indices, such as two shards, show what they have at different times."""
    server.create(f"{index}-1")
    server.create(f"{index}-2")
    now = int(time.time() * 1_000)
    server.add(f"{index}-1", [{"id": 1, "changed": now}], is_visible=False)
    server.add(f"{index}-2", [{"id": 2, "changed": now + 1}])
    searches_both = configuration(server, f"{index}-*", TIEBREAKER, topic_name_pattern=index)
    with polling(with_body(searches_both, "now-10s", held_back), cluster) as task:
        until(lambda: task.entities[0].traffic.requests > 3)
        server.refresh(f"{index}-1")
        server.add(f"{index}-2", [{"id": 3, "changed": now + 2}])
        until(lambda: 3 in ids(cluster, index))
    assert ids(cluster, index) == delivered


@in_both_ways
def test_nothing_is_delivered_while_a_shard_is_away(server: OpenSearch, cluster: Cluster, index: str, number: int) -> None:
    server.create(f"{index}-1", is_away=True)
    server.create(f"{index}-2")
    server.add(f"{index}-2", documents(0, 10))
    searches_both = configuration(server, f"{index}-*", number, topic_name_pattern=index, retry_backoff_ms=100, max_retries=1_000)
    with polling(searches_both, cluster) as task:
        until(lambda: task.entities[0].traffic.retries > 1)
        assert ids(cluster, index) == []
        server.bring_back(f"{index}-1")
        await_count(cluster, index, 10)
    assert ids(cluster, index) == list(range(10))


def test_by_default_a_search_leaves_out_silently_what_a_shard_has_that_is_away(server: OpenSearch, cluster: Cluster, index: str) -> None:
    """So the page of recipes asks for no partial results."""
    server.create(f"{index}-1", is_away=True)
    server.create(f"{index}-2")
    server.add(f"{index}-2", documents(0, 10))
    searches_both = configuration(server, f"{index}-*", TIEBREAKER, topic_name_pattern=index)
    takes_parts = searches_both | {"url": str(searches_both["url"]).partition("?")[0]}
    with polling(takes_parts, cluster) as task:
        await_count(cluster, index, 10)
        assert task.entities[0].traffic.retries == 0
        assert doubts(task) == []


@pytest.mark.parametrize("ties", [2, 3, 7])
def test_without_a_tiebreaker_what_shares_the_last_time_of_a_page_is_lost_and_reported(
    server: OpenSearch, cluster: Cluster, index: str, ties: int
) -> None:
    """`search_after` gives greater values only: the first page ends with the first document of its last time."""
    server.create(index)
    server.add(index, [{"id": number, "changed": START + (number - 99) // ties} for number in range(150)])
    alone = with_body(configuration(server, index, TIEBREAKER), ', {"id": "asc"}', "")
    with polling(alone, cluster) as task:
        until(lambda: 149 in ids(cluster, index))
        (reported,) = doubts(task)
    assert ids(cluster, index) == [*range(100), *range(99 + ties, 150)]
    assert reported.startswith("Records of a full page share values at `http.offset.json.pointer`")


def test_more_documents_of_one_time_than_fit_into_a_page_are_reported(server: OpenSearch, cluster: Cluster, index: str) -> None:
    server.create(index)
    server.add(index, documents(0, STOCK, ties=STOCK))
    with polling(configuration(server, index, GREATER_OR_EQUAL), cluster) as task:
        until(lambda: doubts(task))
        (reported,) = doubts(task)
    assert reported.startswith("All records of a page have the offset that it was requested with")
    assert ids(cluster, index) == list(range(100))


def test_more_documents_of_one_time_than_are_known_are_delivered_again_once_their_page_changes(
    server: OpenSearch, cluster: Cluster, index: str
) -> None:
    server.create(index)
    server.add(index, documents(0, 1_100, ties=1_100))
    larger = with_body(configuration(server, index, GREATER_OR_EQUAL, http_page_size=2_000), '"size": 100', '"size": 2000')
    with polling(larger, cluster) as task:
        await_count(cluster, index, 1_100)
        # What was just added may not be found at once: the polls before count as empty, too.
        before = task.entities[0].traffic.empty_polls
        until(lambda: task.entities[0].traffic.empty_polls > before + 5)
        assert (len(ids(cluster, index)), doubts(task)) == (1_100, [])
        server.add(index, documents(1_100, 1_101, ties=2_000))
        await_count(cluster, index, 1_101)
        (reported,) = doubts(task)
    assert 1_100 in ids(cluster, index)
    assert reported.startswith("More than 1000 records were repeated")


@in_both_ways
def test_a_document_without_a_time_is_left_out_and_ends_nothing(server: OpenSearch, cluster: Cluster, index: str, number: int) -> None:
    """It would sort behind all others."""
    server.create(index)
    server.add(index, [{"id": 1_000}, *documents(0, 10)])
    with polling(configuration(server, index, number), cluster):
        until(lambda: ids(cluster, index))
        server.add(index, documents(10, 20))
        await_count(cluster, index, 20)
    assert ids(cluster, index) == list(range(20))


@in_both_ways
def test_a_document_that_changes_with_its_time_is_delivered_again(server: OpenSearch, cluster: Cluster, index: str, number: int) -> None:
    server.create(index)
    server.add(index, documents(0, 20))
    with polling(configuration(server, index, number), cluster) as task:
        await_count(cluster, index, 20)
        server.add(index, [{"id": 5, "changed": START + 1_000}])
        await_count(cluster, index, 21)
        assert doubts(task) == []
    assert ids(cluster, index) == [*range(20), 5]


def test_a_transform_takes_the_document_out_of_its_hit(server: OpenSearch, cluster: Cluster, index: str) -> None:
    server.create(index)
    server.add(index, documents(0, 10))
    transform = {"transforms": "document", "transforms.document.field": "_source",
                 "transforms.document.type": "org.apache.kafka.connect.transforms.ExtractField$Value"}
    with polling(configuration(server, index, TIEBREAKER) | transform, cluster):
        until(lambda: len(arrived(cluster, index)) >= 10)
    assert arrived(cluster, index) == documents(0, 10)


def test_the_page_shows_what_comes(server: OpenSearch, tmp_path: Path) -> None:
    server.create("events")
    server.add("events", documents(0, STOCK))
    compare("opensearch", server.url, tmp_path, records=STOCK)
