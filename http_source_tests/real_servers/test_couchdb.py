"""The connector on the changes feed of a server that is not ours, as `docs/recipes/couchdb.md` has it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from http_source_tests.kafka import Cluster, kafka
from http_source_tests.real_servers.couchdb import CouchDB, Database, couchdb, install
from http_source_tests.real_servers.recipe_pages import compare
from http_source_tests.real_servers.recipes import acknowledged, arrived, doubts, polling, recipe, topic_of
from http_source_tests.tasks import notices_of
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

STOCK = 60
CUSTOMERS = ("Ada", "Grace", "Edsger")


def order(number: int) -> dict[str, Any]:
    return {"_id": f"order-{number:03d}", "customer": "Zürich 東京", "total": number / 8}


def orders(first: int, last: int) -> list[dict[str, Any]]:
    return [order(number) for number in range(first, last + 1)]


def configuration(server: CouchDB, **changes: Any) -> dict[str, object]:
    """The page's, with smaller pages."""
    return recipe("couchdb", server.url, http_request_parameters="since=${offset}&limit=10&include_docs=true", **changes)


def documents(cluster: Cluster, server: CouchDB) -> list[dict[str, Any]]:
    """What arrived, without revisions."""
    changes = arrived(cluster, topic_of(configuration(server)))
    return [{name: value for name, value in change["doc"].items() if name != "_rev"} for change in changes]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CouchDB]:
    with couchdb(install(), tmp_path_factory.mktemp("couchdb")) as running:
        yield running


@pytest.fixture
def database(server: CouchDB) -> Iterator[Database]:
    """The page's, empty, and gone after the test."""
    with server.database("orders") as database:
        yield database


@pytest.fixture
def cluster(server: CouchDB) -> Iterator[Cluster]:
    with kafka(topic_of(configuration(server))) as running:
        yield running


def test_documents_arrive_once_in_the_order_of_their_changes_and_those_created_meanwhile_follow(
    server: CouchDB, database: Database, cluster: Cluster
) -> None:
    database.add(orders(1, STOCK))
    with polling(configuration(server), cluster) as task:
        until(lambda: acknowledged(task).offset == STOCK)
        database.add(orders(STOCK + 1, STOCK + 15))
        until(lambda: acknowledged(task).offset == STOCK + 15)
    assert documents(cluster, server) == orders(1, STOCK + 15)
    assert doubts(task) == []


def test_a_task_built_anew_in_the_middle_of_a_backlog_loses_and_repeats_nothing(
    server: CouchDB, database: Database, cluster: Cluster
) -> None:
    database.add(orders(1, STOCK))
    with polling(configuration(server, request_interval_ms=300, catchup_interval_ms=300), cluster) as first:
        until(lambda: first.entities[0].acknowledged.pages >= 2)
    assert acknowledged(first).offset in range(20, STOCK)
    with polling(configuration(server), cluster, acknowledged(first)) as second:
        until(lambda: acknowledged(second).offset == STOCK)
    assert documents(cluster, server) == orders(1, STOCK)
    assert doubts(first) == doubts(second) == []


def test_at_the_end_of_the_feed_the_entity_is_caught_up_and_nothing_is_told(server: CouchDB, database: Database, cluster: Cluster) -> None:
    database.add(orders(1, 5))
    with polling(configuration(server), cluster) as task:
        (entity,) = task.entities
        until(lambda: entity.traffic.requests > 5 and entity.caught_up == acknowledged(task))
    assert documents(cluster, server) == orders(1, 5)
    assert notices_of(task) == []
    assert doubts(task) == []


def test_a_document_that_is_updated_or_deleted_after_it_arrived_arrives_again_as_a_new_change(
    server: CouchDB, database: Database, cluster: Cluster
) -> None:
    database.add(orders(1, 3))
    with polling(configuration(server), cluster) as task:
        until(lambda: acknowledged(task).offset == 3)
        database.update(order(1) | {"total": 0.5})
        database.delete("order-002")
        until(lambda: acknowledged(task).offset == 5)
    *_, updated, deleted = arrived(cluster, topic_of(configuration(server)))
    assert (updated["id"], updated["doc"]["total"]) == ("order-001", 0.5)
    assert (deleted["id"], deleted["deleted"]) == ("order-002", True)
    assert doubts(task) == []


def test_of_a_document_that_is_updated_twice_between_two_requests_the_newest_revision_arrives_once(
    server: CouchDB, database: Database, cluster: Cluster
) -> None:
    database.add(orders(1, 2))
    for total in (1.5, 2.5):
        database.update(order(1) | {"total": total})
    with polling(configuration(server), cluster) as task:
        until(lambda: acknowledged(task).offset == 4)
    assert documents(cluster, server) == [order(2), order(1) | {"total": 2.5}]


def test_from_now_on_only_later_changes_arrive(server: CouchDB, database: Database, cluster: Cluster) -> None:
    database.add(orders(1, 5))
    with polling(configuration(server, http_initial_offset="now"), cluster) as task:
        until(lambda: acknowledged(task).offset == 5)
        database.add(orders(6, 8))
        until(lambda: acknowledged(task).offset == 8)
    assert documents(cluster, server) == orders(6, 8)


def test_changes_of_a_database_that_was_created_anew_are_passed_over_in_silence_unless_the_entity_is_reset(
    server: CouchDB, cluster: Cluster
) -> None:
    with server.database("orders") as former:
        former.add(orders(1, 5))
        with polling(configuration(server), cluster) as task:
            until(lambda: acknowledged(task).offset == 5)
    with server.database("orders") as anew:
        anew.add(orders(11, 14))
        with polling(configuration(server), cluster, acknowledged(task)) as resumed:
            until(lambda: resumed.entities[0].traffic.requests > 2)
        assert documents(cluster, server) == orders(1, 5)
        assert doubts(resumed) == []
        with polling(configuration(server), cluster) as reset:
            until(lambda: acknowledged(reset).offset == 4)
    assert documents(cluster, server) == orders(1, 5) + orders(11, 14)


def test_the_page_shows_what_comes(server: CouchDB, database: Database, tmp_path: Path) -> None:
    database.add([{"_id": f"order-00{number}", "customer": name, "total": 4 * number} for number, name in enumerate(CUSTOMERS, 1)])
    database.update({"_id": "order-001", "customer": "Ada", "total": 4.5})
    database.delete("order-002")
    compare("couchdb", server.url, tmp_path, records=3)
