"""The configuration of `docs/recipes/odata.md` against SAP CAP: links to next pages, and a last page that grows."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from http_source.polling.modes.cursor_pagination import PAGE_REORDERED
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.real_servers.odata import PAGE, ODataService, install, odata_service
from http_source_tests.real_servers.recipe_pages import compare
from http_source_tests.real_servers.recipes import acknowledged, arrived, doubts, polling, recipe
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

TOPIC = "orders"
COLLECTIONS = [f"orders{number}" for number in range(10)]


@pytest.fixture(scope="module")
def modules() -> Path:
    return install()


@pytest.fixture(scope="module")
def service(modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ODataService]:
    with odata_service(modules, tmp_path_factory.mktemp("odata"), ["orders", *COLLECTIONS]) as running:
        yield running


@pytest.fixture(scope="module")
def free() -> Iterator[str]:
    """The collections that no test has used yet."""
    return iter(COLLECTIONS)


@pytest.fixture
def orders(free: Iterator[str]) -> str:
    """An empty collection."""
    return next(free)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka(TOPIC) as running:
        yield running


def records(first: int, last: int) -> list[dict[str, Any]]:
    """Three of them share each moment."""
    return [
        {"id": number, "changed": f"2026-01-01T00:00:{number // 3:02}.000Z", "name": f"Zürich 東京 {number}", "price": None}
        for number in range(first, last + 1)
    ]


def configuration(service: ODataService, orders: str, **changes: object) -> dict[str, object]:
    """The recipe's, for one of the collections."""
    printed = recipe("odata", service.url, 0, **changes)
    first = str(printed["http.initial.offset"])
    assert "/orders?" in first
    return printed | {"http.initial.offset": first.replace("/orders?", f"/{orders}?")}


def ids(cluster: Cluster) -> Sequence[int]:
    return [record["id"] for record in arrived(cluster, TOPIC)]


def await_count(cluster: Cluster, count: int) -> None:
    until(lambda: len(ids(cluster)) >= count)


def removes_while_it_polls(service: ODataService, cluster: Cluster, orders: str) -> None:
    service.post(orders, records(1, 45))
    with polling(configuration(service, orders, request_interval_ms=1_000, catchup_interval_ms=1_000), cluster):
        until(lambda: ids(cluster))
        service.delete(orders, 1)
        until(lambda: 45 in ids(cluster))


def test_records_arrive_once_in_order_and_those_that_are_posted_meanwhile(service: ODataService, cluster: Cluster, orders: str) -> None:
    """Over the end of several pages."""
    service.post(orders, records(1, 45))
    with polling(configuration(service, orders), cluster) as task:
        await_count(cluster, 45)
        for last in (50, 59, 60, 61, 80):
            service.post(orders, records(len(ids(cluster)) + 1, last))
            await_count(cluster, last)
        assert doubts(task) == []
    assert arrived(cluster, TOPIC) == records(1, 80)


def test_a_task_built_anew_resumes_within_a_backlog(service: ODataService, cluster: Cluster, orders: str) -> None:
    service.post(orders, records(1, 90))
    with polling(configuration(service, orders, request_interval_ms=2_000, catchup_interval_ms=2_000), cluster) as first:
        until(lambda: acknowledged(first).sequence)
    assert ids(cluster) == list(range(1, PAGE + 1))
    with polling(configuration(service, orders), cluster, acknowledged(first)) as second:
        await_count(cluster, 90)
        service.post(orders, records(91, 91))
        await_count(cluster, 91)
        assert doubts(second) == []
    assert arrived(cluster, TOPIC) == records(1, 91)


@pytest.mark.parametrize("last", [2 * PAGE - 3, 2 * PAGE], ids=["in a page", "behind a full one"])
def test_a_task_built_anew_at_the_end_repeats_nothing(service: ODataService, cluster: Cluster, orders: str, last: int) -> None:
    service.post(orders, records(1, last))
    with polling(configuration(service, orders), cluster) as first:
        until(lambda: len(ids(cluster)) == last and first.entities[0].traffic.empty_polls)
    with polling(configuration(service, orders), cluster, acknowledged(first)) as second:
        service.post(orders, records(last + 1, last + 5))
        await_count(cluster, last + 5)
        assert doubts(second) == []
    assert arrived(cluster, TOPIC) == records(1, last + 5)


def test_a_record_that_changes_is_delivered_again_where_the_change_moves_it_to_the_end(
    service: ODataService, cluster: Cluster, orders: str
) -> None:
    service.post(orders, records(1, 25))
    with polling(configuration(service, orders), cluster) as task:
        await_count(cluster, 25)
        service.patch(orders, 25, changed="2026-02-01T00:00:00.000Z", name="new")
        service.patch(orders, 3, changed="2026-02-02T00:00:00.000Z")
        until(lambda: 3 in ids(cluster)[25:])
        assert doubts(task) == []
    assert ids(cluster)[25:] == [25, 3]


def test_a_record_that_appears_among_delivered_ones_is_delivered_and_reported(service: ODataService, cluster: Cluster, orders: str) -> None:
    """Another one leaves them in the same moment, so that there are as many as before."""
    service.post(orders, records(1, 25))
    with polling(configuration(service, orders), cluster) as first:
        await_count(cluster, 25)
    service.patch(orders, 22, changed="2026-02-01T00:00:00.000Z")
    service.post(orders, [records(21, 21)[0] | {"id": 99}])
    with polling(configuration(service, orders), cluster, acknowledged(first)) as second:
        await_count(cluster, 27)
        assert doubts(second) == [PAGE_REORDERED.sentence]
    assert ids(cluster)[25:] == [99, 22]


def test_a_removed_record_hides_no_other(service: ODataService, cluster: Cluster, orders: str) -> None:
    removes_while_it_polls(service, cluster, orders)
    assert ids(cluster) == list(range(1, 46))


def test_where_links_count_records_a_removed_one_hides_another(modules: Path, tmp_path: Path, cluster: Cluster) -> None:
    with odata_service(modules, tmp_path, ["orders"], keeps_place=False) as service:
        removes_while_it_polls(service, cluster, "orders")
    assert ids(cluster) == [each for each in range(1, 46) if each != PAGE + 1]


def test_the_page_shows_what_comes(service: ODataService, tmp_path: Path) -> None:
    service.post("orders", records(1, 45))
    compare("odata", service.url, tmp_path, records=45)
