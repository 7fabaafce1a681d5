"""The command `restart`: a FAILED entity starts again at once, whatever it waits for."""

import json
import threading
from pathlib import Path

import dagster as dg

from http_source_tests.commands.folder import Make, Say, Show, broken, dagster, entities
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.stand import NAME, Stand
from http_source_tests.tasks import until


def states(show: Show, expected: int = 0) -> dict[str, str]:
    return {entity: each["state"] for entity, each in entities(show, expected).items()}


def failed(stand: Stand, api: Api) -> Stand:
    """The connector, each entity FAILED."""
    api.answer = broken
    stand.poll()
    stand.tick()
    api.answer = api.page
    api.asked.clear()
    return stand


def test_b141_one_that_waits_for_a_person_starts_again_with_the_next_tick(make: Make, api: Api, say: Say, show: Show) -> None:
    stand = failed(make(auto_restart_on_user_error="false"), api)
    assert stand.tick() == []
    code, said = say("restart", NAME, "a")
    assert (code, said) == (0, f"Started again by the sensor {NAME}_sensor once it is on: a.\n")
    assert states(show, expected=1) == {"a": "WAITING", "b": "FAILED"}
    stand.poll()
    assert (api.offsets("a"), api.offsets("b")) == ([0], [])
    assert stand.check() is False


def test_one_that_waits_for_its_pause_starts_without_it_and_as_if_it_had_not_failed(make: Make, api: Api, say: Say, show: Show) -> None:
    stand = failed(make(request_interval_ms="60000", run_max_seconds="900", run_linger_ms="0"), api)
    assert stand.tick() == []
    assert say("restart", NAME)[1].endswith("a, b.\n")
    stand.poll()
    assert (api.offsets("a"), api.offsets("b")) == ([0], [0])
    assert entities(show)["a"]["failures"] == 0
    assert stand.check()


def test_a_run_in_progress_ends_for_it_and_the_next_one_begins_with_it(make: Make, api: Api, say: Say, show: Show) -> None:
    api.answer = lambda entity, start: broken(entity, start) if entity == "a" else api.page(entity, start)
    stand = make(auto_restart_on_user_error="false", run_max_seconds="900")
    request = stand.tick()[0]
    ended: list[dg.ExecuteInProcessResult] = []
    run = threading.Thread(target=lambda: ended.append(stand.run(request)))
    run.start()
    until(lambda: stand.tick() == [] and stand.remembered()["failed"])
    api.answer = api.page
    say("restart", NAME, "a")
    run.join()
    log = stand.instance.get_records_for_run(ended[0].run_id).records
    assert any("Entity a was started again by hand" in record.event_log_entry.user_message for record in log)
    assert states(show)["a"] == "WAITING"
    (again,) = stand.tick()
    assert "a" not in dict(again.run_config)["ops"]["poll_entities"]["config"]["left_out"]


def test_one_that_failed_again_after_it_was_started_keeps_its_pause(make: Make, api: Api, say: Say, show: Show) -> None:
    stand = failed(make(entity_names="a", request_interval_ms="60000"), api)
    say("restart", NAME)
    api.answer = broken
    stand.poll()
    assert entities(show, expected=1)["a"]["failures"] == 1
    assert stand.tick() == []


def test_a_task_that_kafka_failed_is_tried_again_at_once(make: Make, home: Path, say: Say) -> None:
    stand = make(brokers="127.0.0.1:1")
    stand.poll()
    assert stand.tick() == []
    dagster(home, "sensor", "cursor", f"{NAME}_sensor", "--set", stand.cursor or "")
    assert say("restart", NAME)[1].endswith("a, b.\n")
    assert len(stand.tick()) == 1


def test_what_is_not_failed_is_left_alone_and_told(make: Make, say: Say) -> None:
    stand = make(request_interval_ms="60000")
    stand.poll()
    assert say("restart", NAME) == (0, f"No entity of {NAME} is FAILED: there is nothing to start again.\n")
    assert say("restart", NAME, "a") == (0, "a is WAITING, not FAILED: there is nothing to start again.\n")
    assert not stand.instance.fetch_observations(dg.AssetRecordsFilter(stand.key, asset_partitions=["a"]), limit=1).records


def test_machines_are_told_what_starts_and_what_was_left(make: Make, api: Api, say: Say) -> None:
    api.answer = lambda entity, start: broken(entity, start) if entity == "a" else api.page(entity, start)
    make().poll()
    told = json.loads(say("restart", NAME, "a", "b", "--json")[1])
    assert (told["restarted"], told["left"]) == (["a"], {"b": "WAITING"})


def test_an_unknown_entity_is_wrong_usage_and_nothing_is_started(make: Make, api: Api, say: Say, show: Show) -> None:
    failed(make(entity_names="users,groups"), api)
    assert say("restart", NAME, "groups", "user") == (2, "There is no entity 'user', but users, groups. Did you mean users?\n")
    assert set(states(show, expected=1).values()) == {"FAILED"}


def test_a_connector_whose_file_has_mistakes_tells_them(make: Make, home: Path, say: Say) -> None:
    make()
    (home / "connectors" / "bad.json").write_text('{"name": "bad", "url": "ftp://x"}')
    code, said = say("restart", "bad")
    assert (code, "url: " in said) == (1, True)
