"""Runs: where they begin, what they leave behind, and how one hands over to the next."""

import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import dagster as dg
import pytest

from http_source.model import Position
from http_source_tests.orchestration.api import Answer, Api
from http_source_tests.orchestration.stand import COUNTING, KEY, NAME, Stand, configuration, ids_in, message_of
from http_source_tests.waiting import until


def topic_of(stand: Stand, entity: str) -> str:
    return str(stand.config["topic.name.pattern"]).replace("${entityName}", entity)


def numbers_of(stand: Stand, entity: str) -> dict[str, Any]:
    """The metadata of the newest checkpoint."""
    of_entity = dg.AssetRecordsFilter(asset_key=KEY, asset_partitions=[entity])
    (record,) = stand.instance.fetch_materializations(of_entity, limit=1).records
    assert record.asset_materialization is not None
    return {name.removeprefix("http_source/"): value.value for name, value in record.asset_materialization.metadata.items()}


def test_every_record_arrives_and_the_next_run_goes_on_after_it(make: Callable[..., Stand], api: Api) -> None:
    stand = make(run_max_seconds="900", run_linger_ms="0", catchup_interval_ms="0", request_interval_ms="200")
    assert [run.success for run in stand.poll()] == [True]
    api.total = 40
    stand.hurry()
    stand.poll()
    for entity in "ab":
        assert sorted(ids_in(stand.brokers, topic_of(stand, entity))) == list(range(40))
        assert sorted(api.offsets(entity)) == api.offsets(entity)


def test_a_checkpoint_says_what_it_covers_in_numbers(make: Callable[..., Stand]) -> None:
    stand = make()
    stand.poll()
    numbers = numbers_of(stand, "a")
    assert {name: numbers[name] for name in ("offset", "records", "pages", "requests", "retries", "empty_polls", "topic")} == {
        "offset": 10, "records": 10, "pages": 1, "requests": 1, "retries": 0, "empty_polls": 0, "topic": topic_of(stand, "a"),
    }
    assert numbers["bytes"] == sum(len(f'{{"id": {n}, "entity": "a"}}') for n in range(10))
    assert numbers["dagster/partition_row_count"] == 10


def test_a_run_of_zero_seconds_asks_once_per_entity(make: Callable[..., Stand], api: Api) -> None:
    make().poll()
    assert sorted(entity for entity, _, _ in api.asked) == ["a", "b"]


def test_a_poll_without_records_leaves_no_checkpoint(make: Callable[..., Stand], api: Api) -> None:
    api.total = 0
    stand = make()
    stand.poll()
    assert stand.stored("a") == []


def test_a_run_begins_at_the_newest_position_wherever_it_is(make: Callable[..., Stand], api: Api) -> None:
    stand = make()
    (request,) = stand.tick()
    stand.move("a", Position(20, sequence=2))
    stand.move("a", Position(10, sequence=1))
    stand.run(request)
    assert api.offsets("a") == [20]


def test_b136_an_old_run_that_is_executed_again_uses_todays_offset(make: Callable[..., Stand], api: Api) -> None:
    stand = make()
    (request,) = stand.tick()
    assert [stand.run(request).success for _ in range(3)] == [True] * 3
    assert api.offsets("a") == [0, 10, 20]


def test_a_run_started_by_hand_goes_on_from_the_event_log(make: Callable[..., Stand], api: Api) -> None:
    stand = make()
    stand.move("a", Position(20, sequence=2))
    assert stand.job.execute_in_process(instance=stand.instance).success
    assert api.offsets("a") == [20]


def test_the_pause_between_two_requests_reaches_over_the_end_of_a_run(make: Callable[..., Stand], api: Api) -> None:
    stand = make(entity_names="a", request_interval_ms="2000")
    (request,) = stand.tick()
    stand.run(request)
    stand.run(request)
    (_, _, first), (_, _, second) = api.asked
    assert second - first >= 2


def test_the_sensor_waits_for_the_pause_to_end(make: Callable[..., Stand]) -> None:
    stand = make(request_interval_ms="100000")
    stand.poll()
    assert stand.tick() == []
    assert stand.reason.startswith("Task 0 is due in ")


def test_a_run_that_has_nothing_due_for_long_ends(make: Callable[..., Stand], api: Api) -> None:
    stand = make(request_interval_ms="3600000", run_max_seconds="900")
    assert stand.poll()[0].success
    assert len(api.asked) == 2


def test_a_materialization_by_hand_polls_one_entity_once_from_where_it_stands(make: Callable[..., Stand], api: Api) -> None:
    stand = make()
    stand.poll()
    assert stand.materialize("a").success
    assert (api.offsets("a"), api.offsets("b")) == ([0, 10], [0])
    assert numbers_of(stand, "a")["records"] == 10
    assert stand.stored("a")[0] == {"offset": 20, "sequence": 2, **COUNTING}


def test_a_materialization_by_hand_that_brings_nothing_says_so_and_keeps_the_position(make: Callable[..., Stand], api: Api) -> None:
    stand = make()
    stand.move("a", Position(25, sequence=3))
    for _ in range(11):
        stand.materialize("a")
    assert set(api.offsets("a")) == {25}
    assert (numbers_of(stand, "a")["empty_polls"], stand.stored("a")[0]) == (1, {"offset": 25, "sequence": 3, **COUNTING})


# Two at a time


def test_b128_what_a_run_polls_is_not_polled_by_hand_too(make: Callable[..., Stand], api: Api) -> None:
    stand = make()
    first = stand.live(stand.wanted())
    failed = stand.materialize("a")
    assert api.asked == []
    assert f"Run {first.run_id} is already polling a; nothing is polled twice" in message_of(failed)
    assert f"Stop the sensor {NAME}_sensor" in message_of(failed)


def test_b165_a_run_takes_over_from_an_older_one_as_soon_as_that_has_stored_everything(make: Callable[..., Stand], api: Api) -> None:
    stand = make(entity_names="a", run_max_seconds="900")
    old = stand.start(stand.wanted())
    until(lambda: stand.stored("a"))
    successor = Stand(stand.instance, stand.config | {"run.max.seconds": "0"}, stand.brokers)
    assert successor.run(successor.wanted()).success
    old.join()
    asked = api.offsets("a")
    assert asked == sorted(asked)
    assert sorted(ids_in(stand.brokers, topic_of(stand, "a"))) == list(range(25))


def test_b165_a_run_whose_time_is_over_polls_until_its_successor_is_there(make: Callable[..., Stand], api: Api) -> None:
    stand = make(entity_names="a", run_max_seconds="1")
    request = stand.wanted()
    supervised = dg.RunRequest(tags={**request.tags, "dagster/sensor_name": "orders_sensor"}, run_config=request.run_config)
    old = stand.start(supervised)
    until(lambda: api.asked and api.asked[-1][2] > api.asked[0][2] + 2)
    while not (requests := stand.tick()):
        threading.Event().wait(0.05)
    wanted = len(api.asked)
    until(lambda: len(api.asked) > wanted + 2)
    assert old.is_alive()
    stand.start(requests[0])
    old.join()
    ended = len(api.asked)
    until(lambda: len(api.asked) > ended + 2)


def test_a_reset_is_taken_up_by_the_next_run_which_takes_over(make: Callable[..., Stand], api: Api) -> None:
    stand = make(entity_names="a", run_max_seconds="900")
    old = stand.start(*stand.tick())
    until(lambda: stand.stored("a"))
    stand.edit(offsets={"a": 15})
    (request,) = stand.tick()
    new = stand.start(request)
    old.join()
    until(lambda: 15 in api.offsets("a"))
    stand.tell_to_end()
    new.join()
    assert stand.stored("a")[0]["epoch"] == 1


# What a person reads when it fails


def broken(status: int, kind: str, body: bytes) -> Callable[[str, int], Answer]:
    return lambda _entity, _start: (status, kind, body)


@pytest.mark.parametrize(("answer", "reason"), [
    (broken(404, "text/plain", b"no"), "404"),
    (broken(200, "text/html", b"<html>sign in</html>"), "not JSON|no JSON|HTML"),
    (broken(200, "application/json", b'{"items": [1, 2'), "JSON"),
], ids=["not found", "web page", "cut off"])
def test_an_answer_that_is_no_page_fails_the_run_in_one_line(
    make: Callable[..., Stand], api: Api, answer: Callable[[str, int], Answer], reason: str
) -> None:
    stand = make()
    api.answer = answer
    (run,) = stand.poll()
    message = message_of(run)
    assert message.startswith("2 of 2 entities FAILED. ")
    assert any(each in message for each in reason.split("|"))
    assert "\n" not in message
    assert stand.stored("a") == []


def test_an_entity_that_fails_leaves_the_others_alone(make: Callable[..., Stand], api: Api) -> None:
    stand = make()
    api.answer = lambda entity, start: (404, "text/plain", b"") if entity == "a" else api.page(entity, start)
    (run,) = stand.poll()
    assert message_of(run).startswith("1 of 2 entities FAILED. a: ")
    assert stand.stored("b") == [{"offset": 10, "sequence": 1, **COUNTING}]
    stand.tick()
    assert list(stand.remembered()["failed"]) == ["a"]


def test_a_checkpoint_of_an_earlier_page_does_not_restart_an_entity_that_waits_for_a_person(make: Callable[..., Stand], api: Api) -> None:
    stand = make(entity_names="a", auto_restart_on_user_error="false", offset_flush_interval_ms="60000",
                 run_max_seconds="2", catchup_interval_ms="0")
    api.answer = lambda entity, start: page_then_nothing(api, entity, start)
    stand.move("a", Position(0))
    stand.poll()
    stand.tick()
    assert stand.stored("a")[0]["offset"] == 20
    assert list(stand.remembered()["failed"]) == ["a"]
    assert stand.reason == "Task 0 has no entity left to poll: they are done, paused, stopped, or FAILED until a person acts."


def page_then_nothing(api: Api, entity: str, start: int) -> Answer:
    """Two pages, the second late enough to miss the first checkpoint, and then an error late enough for it to be delivered."""
    threading.Event().wait({0: 0, 10: 0.7, 20: 0.2}[start])
    return api.page(entity, start) if start < 20 else (404, "text/plain", b"")


def test_an_entity_that_fails_again_pauses_longer_over_runs(make: Callable[..., Stand], api: Api) -> None:
    stand = make(entity_names="a")
    api.answer = broken(404, "text/plain", b"")
    pauses = []
    for _ in range(2):
        stand.hurry()
        stand.poll()
        stand.tick()
        pauses.append(stand.remembered()["failed"]["a"]["retry_at"] - time.time())
    assert pauses[0] <= 5 < pauses[1] <= 10


def test_a_host_that_does_not_answer_fails_the_run_in_one_line(instance: dg.DagsterInstance, brokers: str) -> None:
    (run,) = Stand(instance, configuration("http://127.0.0.1:1", entity_names="a"), brokers).poll()
    assert "127.0.0.1:1 refused the connection" in message_of(run)
    assert "\n" not in message_of(run)


def test_a_pointer_that_finds_nothing_is_told_in_the_runs_log(make: Callable[..., Stand]) -> None:
    stand = make(entity_names="a", http_response_data_json_pointer="/rows")
    (run,) = stand.poll()
    told = [entry.user_message for entry in stand.instance.all_logs(run.run_id) if entry.level == logging.WARNING]
    assert any("Entity a: " in line and "no 'rows'" in line and "items" in line for line in told), told


def test_b86_without_kafka_the_run_fails_in_one_sentence_and_nothing_moves(instance: dg.DagsterInstance, api: Api) -> None:
    stand = Stand(instance, configuration(api.url, entity_names="a"))
    (run,) = stand.poll()
    assert message_of(run).startswith("Kafka at 127.0.0.1:1 cannot be reached: ")
    assert api.asked == []
    assert stand.tick() == []
    assert stand.reason.startswith("Task 0 is due in ")


def test_the_failure_that_the_ui_shows_has_no_other_error_inside(make: Callable[..., Stand], api: Api) -> None:
    api.answer = broken(404, "text/plain", b"")
    (event,) = make().poll()[0].get_step_failure_events()
    error = event.step_failure_data.error
    assert error is not None
    assert error.cause is None
    assert error.context is None


def test_a_task_that_does_not_exist_is_refused(make: Callable[..., Stand]) -> None:
    config = {"ops": {"poll_entities": {"config": {"task": 7}}}}
    run = make().job.execute_in_process(run_config=config, raise_on_error=False)
    assert message_of(run) == "There is no task 7: orders has 1, counted from 0."


def test_a_position_that_a_person_mistypes_is_refused(make: Callable[..., Stand]) -> None:
    config: dict[str, Any] = {"ops": {"poll_entities": {"config": {"positions": {"a": {"offset": []}}}}}}
    run = make().job.execute_in_process(run_config=config, raise_on_error=False)
    assert message_of(run).startswith("A position in the run's configuration cannot be read.")


def test_b244_a_run_that_reads_another_configuration_than_the_code_server_reports_its_host(make: Callable[..., Stand]) -> None:
    """As on a host whose files are older; of one that has the same it says nothing."""
    (request,) = make(max_retries="1").tick()
    for stand, warned in ((make(max_retries="2"), True), (make(max_retries="1"), False)):
        run = stand.run(request)
        assert run.success
        entries = [entry.user_message for entry in stand.instance.all_logs(run.run_id)]
        assert any(f"give the host {socket.gethostname()} the same connector files" in entry for entry in entries) is warned
