"""Positions that hold more than an offset, or never move, over runs: looks at pages behind, records at the boundary, lists of one page."""

import json
from collections.abc import Callable

import dagster as dg
import pytest

from http_source_tests.orchestration.api import Answer, Api
from http_source_tests.orchestration.stand import PAGES as TOKENS
from http_source_tests.orchestration.stand import Stand, ids_in

PAGES = {"entity_names": "a", "http_offset_mode": "PAGE_NUMBER", "http_initial_offset": "1"}


@pytest.fixture
def numbered(api: Api) -> Api:
    """It serves the pages of ten, by their numbers."""
    page = api.page
    api.answer = lambda entity, number: page(entity, 10 * (number - 1))
    return api


@pytest.mark.parametrize("size", [{}, {"http_page_size": "10"}], ids=["of no size", "of ten"])
def test_b190_where_each_poll_is_a_run_of_its_own_every_page_is_taken(
    make: Callable[..., Stand], numbered: Api, size: dict[str, str]
) -> None:
    stand = make(**PAGES, **size)
    for _ in range(4):
        stand.hurry()
        stand.poll()
    topic = str(stand.config["topic.name.pattern"]).replace("${entityName}", "a")
    assert sorted(ids_in(stand.brokers, topic)) == list(range(25))
    assert stand.stored("a")[0]["offset"] == 3
    numbered.total = 26
    stand.hurry()
    stand.poll()
    assert sorted(ids_in(stand.brokers, topic)) == list(range(26))


def test_b190_a_materialization_by_hand_takes_the_next_page(make: Callable[..., Stand], numbered: Api) -> None:
    stand = make(**PAGES)
    assert all(stand.materialize("a").success for _ in range(3))
    assert stand.stored("a")[0]["offset"] == 3
    assert numbered.offsets("a")[:2] == [1, 1]


def test_b193_the_boundary_is_known_to_the_next_run_and_not_copied_into_its_configuration(make: Callable[..., Stand], api: Api) -> None:
    def from_the_offset_on(_entity: str, start: int) -> Answer:
        return 200, "application/json", json.dumps({"items": [{"id": number} for number in range(max(start, 0), 50)]}).encode()

    api.answer = from_the_offset_on
    stand = make(entity_names="a", http_offset_mode="CHAINING", http_offset_json_pointer="/id", http_initial_offset="-1")
    stand.poll()
    stand.hurry()
    (request,) = stand.tick()
    assert len(stand.stored("a")[0]["boundary"]) == 50 * 16
    assert "boundary" not in json.dumps(request.run_config) + str(stand.cursor)
    stand.run(request)
    topic = str(stand.config["topic.name.pattern"]).replace("${entityName}", "a")
    assert sorted(ids_in(stand.brokers, topic)) == list(range(50))


def test_the_cursor_of_the_sensor_knows_what_was_delivered_of_a_last_page(make: Callable[..., Stand], api: Api) -> None:
    """The event log, which has the position whole, may be cleared."""
    api.size, api.total = 20, 12
    stand = make(entity_names="a", **TOKENS)
    stand.poll()
    stand.tick()
    assert stand.stored("a")[0]["delivered"] * 16 == len(stand.stored("a")[0]["boundary"]) > 100
    stand.instance.wipe_assets([stand.key])
    api.total += 2
    stand.hurry()
    stand.poll()
    topic = str(stand.config["topic.name.pattern"]).replace("${entityName}", "a")
    assert len(set(ids_in(stand.brokers, topic))) == len(ids_in(stand.brokers, topic)) == api.total


def test_records_of_a_list_that_is_read_anew_in_one_page_are_all_counted(make: Callable[..., Stand]) -> None:
    stand = make(entity_names="a", run_max_seconds="2", http_cursor_end="restart", **TOKENS)
    stand.poll()
    of_entity = dg.AssetRecordsFilter(asset_key=stand.key, asset_partitions=["a"])
    stored = [record.asset_materialization for record in stand.instance.fetch_materializations(of_entity, limit=1000).records]
    arrived = len(ids_in(stand.brokers, str(stand.config["topic.name.pattern"]).replace("${entityName}", "a")))
    assert arrived > 10
    assert sum(int(str(each.metadata["http_source/records"].value)) for each in stored if each) == arrived
