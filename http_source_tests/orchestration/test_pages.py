"""Numbers of pages over runs: what a look has shown is not stored, and no entity rests because of that."""

from collections.abc import Callable

import pytest

from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.stand import Stand, ids_in

PAGES = {"entity_names": "a", "http_offset_mode": "PAGE_NUMBER", "http_initial_offset": "1"}


@pytest.fixture
def api(api: Api) -> Api:
    """It serves the pages of ten, by their numbers."""
    page = api.page
    api.answer = lambda entity, number: page(entity, 10 * (number - 1))
    return api


@pytest.mark.parametrize("size", [{}, {"http_page_size": "10"}], ids=["of no size", "of ten"])
def test_b190_where_each_poll_is_a_run_of_its_own_every_page_is_taken(
    make: Callable[..., Stand], api: Api, size: dict[str, str]
) -> None:
    stand = make(**PAGES, **size)
    for _ in range(4):
        stand.hurry()
        stand.poll()
    topic = str(stand.config["topic.name.pattern"]).replace("${entityName}", "a")
    assert sorted(ids_in(stand.brokers, topic)) == list(range(25))
    assert stand.stored("a")[0]["offset"] == 3
    api.total = 26
    stand.hurry()
    stand.poll()
    assert sorted(ids_in(stand.brokers, topic)) == list(range(26))


def test_b190_a_materialization_by_hand_takes_the_next_page(make: Callable[..., Stand], api: Api) -> None:
    stand = make(**PAGES)
    assert all(stand.materialize("a").success for _ in range(3))
    assert stand.stored("a")[0]["offset"] == 3
    assert api.offsets("a")[:2] == [1, 1]
