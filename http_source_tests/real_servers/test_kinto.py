"""The recipe for Kinto, against a Kinto."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from http_source_tests.kafka import Cluster, kafka
from http_source_tests.real_servers.kinto import PASSWORD, Collection, Kinto, install, kinto
from http_source_tests.real_servers.recipe_pages import compare
from http_source_tests.real_servers.recipes import arrived, doubts, one_page, polling, recipe, topic_of
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

STOCK = 120
"""Two full pages of the recipe, and one that is not full."""

SECRETS = {"KINTO_PASSWORD": PASSWORD}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kinto]:
    """A running Kinto."""
    with kinto(install(), Path(tmp_path_factory.mktemp("kinto"))) as running:
        yield running


@pytest.fixture
def collection(server: Kinto, request: pytest.FixtureRequest) -> Collection:
    """The test's own collection, with records 1 to 120."""
    made = server.create(f"/v1/buckets/shop/collections/{request.node.name.replace('_', '-')[:60]}")
    made.post(range(1, STOCK + 1))
    return made


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka(topic_of(recipe("kinto", ""))) as running:
        yield running


def configuration(collection: Collection) -> dict[str, object]:
    return recipe("kinto", collection.origin, url=collection.records)


def numbers(cluster: Cluster, settings: Mapping[str, object]) -> list[Any]:
    """What has arrived."""
    return [record.get("number", "deleted") for record in arrived(cluster, topic_of(settings))]


def up_to(last: int) -> list[int]:
    return list(range(1, last + 1))


def test_each_record_arrives_once_and_in_order_and_growth_is_followed(collection: Collection, cluster: Cluster) -> None:
    settings = configuration(collection)
    with polling(settings, cluster, environment=SECRETS) as task:
        until(lambda: len(numbers(cluster, settings)) == STOCK)
        collection.post(range(STOCK + 1, STOCK + 61))
        until(lambda: len(numbers(cluster, settings)) == STOCK + 60)
    assert numbers(cluster, settings) == up_to(STOCK + 60)
    assert doubts(task) == []


def test_a_restart_within_the_backlog_loses_and_repeats_nothing(collection: Collection, cluster: Cluster) -> None:
    settings = configuration(collection)
    position = one_page(settings, cluster, environment=SECRETS)
    assert numbers(cluster, settings) == up_to(50)
    with polling(settings, cluster, position, environment=SECRETS) as second:
        until(lambda: len(numbers(cluster, settings)) == STOCK)
        collection.post([STOCK + 1])
        until(lambda: len(numbers(cluster, settings)) == STOCK + 1)
    assert numbers(cluster, settings) == up_to(STOCK + 1)
    assert doubts(second) == []


def test_a_change_and_a_deletion_arrive_behind_what_was_there(collection: Collection, cluster: Cluster) -> None:
    settings = configuration(collection)
    with polling(settings, cluster, environment=SECRETS) as task:
        until(lambda: len(numbers(cluster, settings)) == STOCK)
        first, second = (record["id"] for record in arrived(cluster, topic_of(settings))[:2])
        collection.put(first, -1)
        collection.delete(second)
        until(lambda: len(numbers(cluster, settings)) == STOCK + 2)
    assert numbers(cluster, settings) == [*up_to(STOCK), -1, "deleted"]
    assert [record["id"] for record in arrived(cluster, topic_of(settings))[-2:]] == [first, second]
    assert doubts(task) == []


def test_newest_first_loses_what_does_not_fit_into_a_page_and_that_is_reported(collection: Collection, cluster: Cluster) -> None:
    """Why the recipe sorts."""
    newest_first = {"http.request.parameters": "_since=${offset}&_limit=50", "http.chaining.order": "DESCENDING"}
    settings = configuration(collection) | newest_first
    position = one_page(settings, cluster, environment=SECRETS)
    collection.post(range(STOCK + 1, STOCK + 61))
    with polling(settings, cluster, position, environment=SECRETS) as task:
        until(lambda: doubts(task))
    assert numbers(cluster, settings) == [*range(STOCK, STOCK - 50, -1), *range(STOCK + 60, STOCK + 10, -1)]
    (sentence,) = doubts(task)
    assert "there may be records between them that were never served" in sentence


def test_the_page_shows_what_comes(server: Kinto, tmp_path: Path) -> None:
    """The second record is deleted, which its collection shows at its end."""
    collection = server.create("/v1/buckets/shop/collections/orders")
    collection.post(range(1, STOCK + 1))
    identity = server.session.get(f"{collection.records}?_sort=last_modified&_limit=2", timeout=30).json()["data"][1]["id"]
    collection.delete(identity)
    compare("kinto", server.origin, tmp_path, records=STOCK, session=server.session, environment=SECRETS)
