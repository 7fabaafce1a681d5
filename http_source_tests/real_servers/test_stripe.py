"""The recipe for Stripe, against stripe-stateful-mock."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from http_source_tests.kafka import Cluster, kafka
from http_source_tests.real_servers.recipe_pages import compare
from http_source_tests.real_servers.recipes import arrived, doubts, one_page, polling, recipe, topic_of
from http_source_tests.real_servers.stripe_stateful_mock import KEY, StripeStatefulMock, install, stripe_stateful_mock
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

STOCK = 120
"""Behind the first customer: two full pages of the recipe, and one that is not full."""

TOPIC = topic_of(recipe("stripe", ""))
SECRETS = {"STRIPE_KEY": KEY}


@pytest.fixture(scope="module")
def script() -> Path:
    """What to run."""
    return install()


@pytest.fixture
def server(script: Path, tmp_path: Path) -> Iterator[StripeStatefulMock]:
    """A server with a first customer and 120 more: its collections are fixed."""
    with stripe_stateful_mock(script, tmp_path) as running:
        running.create(["First"])
        running.create([f"Customer {number}" for number in range(STOCK)])
        yield running


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka(TOPIC) as running:
        yield running


def behind_the_first(server: StripeStatefulMock) -> dict[str, object]:
    """The recipe, from the first customer on."""
    return recipe("stripe", server.url, http_initial_offset=server.listed()[-1]["id"])


def test_pages_arrive_from_old_to_new_each_customer_once_and_growth_is_followed(server: StripeStatefulMock, cluster: Cluster) -> None:
    stock = server.listed()[:-1]
    with polling(behind_the_first(server), cluster, environment=SECRETS) as task:
        until(lambda: len(arrived(cluster, TOPIC)) == STOCK)
        server.create(["New"])
        server.create(["Newer"])
        until(lambda: len(arrived(cluster, TOPIC)) == STOCK + 2)
    newer, new = server.listed()[:2]
    assert arrived(cluster, TOPIC) == [*stock[-50:], *stock[-100:-50], *stock[:-100], new, newer]
    assert doubts(task) == []


def test_a_restart_within_the_backlog_loses_and_repeats_nothing(server: StripeStatefulMock, cluster: Cluster) -> None:
    stock, settings = server.listed()[:-1], behind_the_first(server)
    position = one_page(settings, cluster, environment=SECRETS)
    assert arrived(cluster, TOPIC) == stock[-50:]
    server.create(["New"])
    with polling(settings, cluster, position, environment=SECRETS) as second:
        until(lambda: len(arrived(cluster, TOPIC)) == STOCK + 1)
    assert arrived(cluster, TOPIC) == [*stock[-50:], *stock[-100:-50], server.listed()[0], *stock[:-100]]
    assert doubts(second) == []


def test_without_an_initial_offset_the_newest_page_is_the_first(server: StripeStatefulMock, cluster: Cluster) -> None:
    with polling(recipe("stripe", server.url), cluster, environment=SECRETS) as task:
        until(lambda: len(arrived(cluster, TOPIC)) == 50)
        server.create(["New"])
        until(lambda: len(arrived(cluster, TOPIC)) == 51)
    listed = server.listed()
    assert arrived(cluster, TOPIC) == [*listed[1:51], listed[0]]
    assert doubts(task) == []


def test_an_id_that_the_server_does_not_know_fails_the_entity_with_its_words(server: StripeStatefulMock, cluster: Cluster) -> None:
    settings = recipe("stripe", server.url, http_initial_offset="cus_gone", max_retries=0)
    with polling(settings, cluster, environment=SECRETS) as task:
        until(lambda: all(entity.failure for entity in task.entities))
    (failure,) = (str(entity.failure) for entity in task.entities)
    assert "No such customer: cus_gone" in failure
    assert arrived(cluster, TOPIC) == []


def test_the_page_shows_what_comes(server: StripeStatefulMock, tmp_path: Path) -> None:
    server.create(["New"])
    server.create(["Newer"])
    compare("stripe", server.url, tmp_path, records=50, session=server.session, environment=SECRETS)
