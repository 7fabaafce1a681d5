"""The recipe for lists that are asked for by the last id, against localstripe, and what that takes of Stripe's paging."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from http_source_tests.kafka import Cluster, kafka
from http_source_tests.real_servers.localstripe import KEY, Localstripe, install, localstripe
from http_source_tests.real_servers.recipe_pages import compare
from http_source_tests.real_servers.recipes import arrived, doubts, one_page, polling, recipe, topic_of
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

STOCK = 120
"""Two full pages of the recipe, and one that is not full."""

TOPIC = topic_of(recipe("starting-after", ""))
SECRETS = {"STRIPE_KEY": KEY}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Localstripe]:
    """A running localstripe."""
    with localstripe(install(), Path(tmp_path_factory.mktemp("localstripe"))) as server:
        yield server


@pytest.fixture
def server(running: Localstripe) -> Localstripe:
    """It, with customers 1 to 120 and no others: its collections are fixed."""
    running.forget()
    running.create(names(STOCK))
    return running


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka(TOPIC) as running:
        yield running


def names(last: int, first: int = 1) -> list[str]:
    return [f"Customer {number}" for number in range(first, last + 1)]


def delivered(cluster: Cluster) -> list[str]:
    """By their names."""
    return [customer["name"] for customer in arrived(cluster, TOPIC)]


def test_each_customer_arrives_once_and_in_order_and_growth_is_followed(server: Localstripe, cluster: Cluster) -> None:
    with polling(recipe("starting-after", server.url), cluster, environment=SECRETS) as task:
        until(lambda: len(delivered(cluster)) == STOCK)
        server.create(names(STOCK + 60, STOCK + 1))
        until(lambda: len(delivered(cluster)) == STOCK + 60)
    assert delivered(cluster) == names(STOCK + 60)
    assert doubts(task) == []


def test_a_restart_within_the_backlog_loses_and_repeats_nothing(server: Localstripe, cluster: Cluster) -> None:
    settings = recipe("starting-after", server.url)
    position = one_page(settings, cluster, environment=SECRETS)
    assert delivered(cluster) == names(50)
    with polling(settings, cluster, position, environment=SECRETS) as second:
        until(lambda: len(delivered(cluster)) == STOCK)
        server.create(names(STOCK + 1, STOCK + 1))
        until(lambda: len(delivered(cluster)) == STOCK + 1)
    assert delivered(cluster) == names(STOCK + 1)
    assert doubts(second) == []


def test_the_key_may_be_a_bearer_token(server: Localstripe, cluster: Cluster) -> None:
    bearer = {"auth.type": "bearer", "bearer.token": KEY, "connection.user": None, "connection.password": None}
    one_page(recipe("starting-after", server.url) | bearer, cluster)
    assert delivered(cluster) == names(50)


def test_after_the_last_customer_is_deleted_this_server_begins_again(server: Localstripe, cluster: Cluster) -> None:
    """It takes an id that it does not know for none."""
    with polling(recipe("starting-after", server.url), cluster, environment=SECRETS) as task:
        until(lambda: len(delivered(cluster)) == STOCK and all(entity.caught_up for entity in task.entities))
        server.delete(arrived(cluster, TOPIC)[-1]["id"])
        until(lambda: len(delivered(cluster)) == 2 * STOCK - 1 and all(entity.caught_up for entity in task.entities))
    assert delivered(cluster) == [*names(STOCK), *names(STOCK - 1)]
    assert doubts(task) == []


def test_this_server_has_the_oldest_first_and_no_way_back(server: Localstripe) -> None:
    """Stripe has the newest first, and `ending_before`."""
    assert [customer["name"] for customer in server.answer(limit=2)["data"]] == names(2)
    assert server.answer(ending_before="cus_1")["error"]["message"] == "Unexpected ending_before"


def test_the_page_shows_what_comes(server: Localstripe, tmp_path: Path) -> None:
    compare("starting-after", server.url, tmp_path, records=STOCK, session=server.session, environment=SECRETS)
