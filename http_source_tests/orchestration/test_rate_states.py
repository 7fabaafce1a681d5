"""An entity that waits for the API's rate limit, or for its turn in the budget, says so, and the next run waits as well."""

import time
from collections.abc import Callable

import dagster as dg

from http_source.assembly.loading import load_config
from http_source.model import Position
from http_source.orchestration.conditions import Condition
from http_source.orchestration.identity import Connector
from http_source.orchestration.status import status_of
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.stand import Stand
from http_source_tests.orchestration.test_states import conditions, diagnoses, running
from http_source_tests.waiting import until

Make = Callable[..., Stand]
SPENT = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "600"}


def test_b234_entities_that_the_api_holds_back_say_so_and_until_when_in_a_run_and_between_runs(make: Make, api: Api) -> None:
    api.headers = SPENT
    stand = make(request_interval_ms="1000", run_max_seconds="900", run_linger_ms="1000000")
    with running(stand):
        until(lambda: set(conditions(stand).values()) == {Condition.RATE_LIMITED})
        asked = len(api.asked)
        assert asked <= 2
        for diagnosis in diagnoses(stand).values():
            assert "rate limit is used up (X-RateLimit-Remaining: 0)" in diagnosis.reason
            assert abs((diagnosis.next_poll or 0) - time.time() - 600) < 60
    assert set(conditions(stand).values()) == {Condition.RATE_LIMITED}
    assert stand.tick() == []
    assert len(api.asked) == asked


def test_no_run_is_held_for_a_limit_that_lasts_longer_than_a_run_lingers(make: Make, api: Api) -> None:
    api.headers = SPENT
    stand = make(entity_names="a", request_interval_ms="1000", run_max_seconds="900")
    (request,) = stand.tick()
    assert stand.run(request).success
    assert len(api.asked) == 1
    assert stand.tick() == []
    assert conditions(stand) == {"a": Condition.RATE_LIMITED}


def test_b234_the_run_s_log_has_it_in_words_once(make: Make, api: Api) -> None:
    api.headers = SPENT
    stand = make(entity_names="a", request_interval_ms="1000", run_max_seconds="900")
    with running(stand):
        until(lambda: set(conditions(stand).values()) == {Condition.RATE_LIMITED})
    (run,) = stand.instance.get_runs()
    said = [event.user_message for event in stand.instance.all_logs(run.run_id) if "rate limit is used up" in event.user_message]
    assert len(said) == 1
    assert "so nothing is requested until" in said[0]
    assert "UTC for a." in said[0]


def test_entities_that_wait_for_their_turn_in_the_budget_name_it(make: Make) -> None:
    names = [f"e{number}" for number in range(12)]
    stand = make(entity_names=",".join(names), request_interval_ms="1000", http_requests_per_second="0.2", run_max_seconds="900")
    with running(stand):
        until(lambda: Condition.RATE_LIMITED in conditions(stand).values())
        reasons = {diagnosis.reason for diagnosis in diagnoses(stand).values() if diagnosis.condition is Condition.RATE_LIMITED}
    assert all("http.requests.per.second=0.2 is less than its entities need" in reason for reason in reasons)


def test_a_run_sends_its_first_request_when_the_run_before_would_have_sent_its_next(make: Make, api: Api) -> None:
    stand = make(entity_names="a", request_interval_ms="1000", http_requests_per_second="0.2", run_max_seconds="900")
    (request,) = stand.tick()
    for count in (1, 2):
        run = stand.start(request)
        until(lambda: len(api.asked) >= count)  # noqa: B023 - it is over before the next round
        stand.tell_to_end()
        run.join()
    first, second = (moment for _, _, moment in api.asked[:2])
    assert second - first > 4.9


def test_the_asset_shows_the_budget(make: Make) -> None:
    stand = make(http_requests_per_second="2.5")
    (spec,) = (spec for spec in stand.definitions.resolve_all_asset_specs() if spec.key == stand.key)
    assert spec.metadata["http_source/requests_per_second"] in (2.5, dg.MetadataValue.float(2.5))


def names(count: int) -> str:
    return ",".join(f"e{number}" for number in range(count))


def test_b234_runs_between_which_a_limit_resets_send_one_request_each_and_every_entity_gets_its_turn(make: Make, api: Api) -> None:
    api.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2"}
    stand = make(entity_names=names(7), max_in_flight_requests="3", run_linger_ms="1000", run_max_seconds="900", request_interval_ms="500")
    stand.poll()
    asked = len(api.asked)
    assert asked <= 3
    for further in range(1, 8 - asked):
        until(stand.poll)
        assert len(api.asked) == asked + further
    assert {entity for entity, _, _ in api.asked} == set(names(7).split(","))


def test_b234_a_run_that_begins_before_a_limit_resets_sends_nothing(make: Make, api: Api) -> None:
    api.headers = SPENT
    stand = make(request_interval_ms="1000", run_max_seconds="900", max_in_flight_requests="1")
    stand.poll()
    for _ in range(2):
        stand.hurry()
        stand.poll()
    assert len(api.asked) == 1
    assert set(conditions(stand).values()) == {Condition.RATE_LIMITED}


def test_a_limit_of_the_run_before_is_over_when_its_headers_are_not_heeded_any_more(make: Make, api: Api) -> None:
    api.headers = SPENT
    stand = make(entity_names="a", request_interval_ms="1000", run_max_seconds="900", run_linger_ms="1000")
    stand.poll()
    again = Stand(stand.instance, {**stand.config, "http.rate.limit.headers": "false"}, stand.brokers)
    again.hurry()
    (request,) = again.tick()
    run = again.start(request)
    until(lambda: len(api.asked) > 1)
    again.tell_to_end()
    run.join()


def conditions_at(stand: Stand, now: float) -> dict[str, Condition]:
    found = status_of(stand.instance, Connector(load_config(stand.config).config), now).entities
    return {each.entity: each.diagnosis.condition for each in found}


def test_a_limit_whose_time_is_over_is_not_shown_as_if_it_still_held(make: Make, api: Api) -> None:
    api.headers = SPENT
    stand = make(entity_names="a", request_interval_ms="1000", run_max_seconds="900", run_linger_ms="1000000")
    with running(stand):
        until(lambda: conditions(stand) == {"a": Condition.RATE_LIMITED})
        assert conditions_at(stand, time.time() + 601) == {"a": Condition.RUNNING}


def test_an_entity_with_a_newer_checkpoint_is_not_said_to_wait_for_its_turn(make: Make) -> None:
    names_of_all = names(12)
    stand = make(entity_names=names_of_all, request_interval_ms="1000", http_requests_per_second="0.05", run_max_seconds="900")
    with running(stand):
        until(lambda: conditions(stand)["e11"] is Condition.RATE_LIMITED)
        stand.move("e11", Position(0))
        assert conditions(stand)["e11"] is not Condition.RATE_LIMITED


def test_a_reset_that_is_further_away_than_any_wait_is_said_beside_the_wait(make: Make, api: Api) -> None:
    api.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "7200"}
    stand = make(entity_names="a", request_interval_ms="1000", run_max_seconds="900")
    stand.poll()
    (run,) = stand.instance.get_runs()
    logged = [event.user_message for event in stand.instance.all_logs(run.run_id) if "rate limit is used up" in event.user_message]
    for said in (*logged, diagnoses(stand)["a"].reason):
        assert "It says that the limit resets at " in said
        assert "no wait is longer than 15 minutes, and then one request finds out." in said
    assert len(logged) == 1
