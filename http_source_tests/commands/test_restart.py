"""The command `restart`: a FAILED entity starts again at once, whatever it waits for."""

import json
from pathlib import Path

import pytest

from http_source_tests.commands.folder import Make, Say, Show, broken, entities
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.home import seen
from http_source_tests.orchestration.stand import NAME, Stand
from http_source_tests.waiting import until


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
    assert (code, said.splitlines()) == (0, [
        "Restarted a.", "Dagster has not seen the sensor orders_sensor yet: polling starts when Dagster does.",
    ])
    assert states(show, expected=1) == {"a": "WAITING", "b": "FAILED"}
    stand.poll()
    assert (api.offsets("a"), api.offsets("b")) == ([0], [])
    assert stand.check() is False


def test_where_nothing_starts_runs_no_word_promises_that_one_takes_over_soon(make: Make, say: Say) -> None:
    stand = seen(make(), ago=200)
    stand.live(stand.wanted())
    for words in (("restart", NAME), ("pause", NAME, "a"), ("resume", NAME), ("offsets", "set", NAME, "b=7")):
        code, said = say(*words)
        assert code == 0
        assert "WARNING: Nothing starts a run now. The sensor orders_sensor is on, but its last tick was 20" in said.splitlines()[-1]


def test_one_that_waits_for_its_pause_starts_without_it_and_as_if_it_had_not_failed(make: Make, api: Api, say: Say, show: Show) -> None:
    stand = failed(make(request_interval_ms="60000", run_max_seconds="900", run_linger_ms="0"), api)
    assert stand.tick() == []
    assert say("restart", NAME)[1].startswith("Restarted orders.\n")
    stand.poll()
    assert (api.offsets("a"), api.offsets("b")) == ([0], [0])
    assert entities(show)["a"]["failures"] == 0
    assert stand.check()


def test_what_had_failed_before_its_connector_was_stopped_has_not_failed_once_it_is_resumed_and_polled(
    make: Make, api: Api, say: Say, show: Show
) -> None:
    stand = failed(make(request_interval_ms="60000"), api)
    say("stop", NAME)
    stand.tick()
    say("resume", NAME)
    stand.poll()
    assert states(show) == {"a": "WAITING", "b": "WAITING"}
    assert stand.check()


def test_a_new_run_begins_with_it_and_takes_over_from_the_one_in_progress(make: Make, api: Api, say: Say, show: Show) -> None:
    api.answer = lambda entity, start: broken(entity, start) if entity == "a" else api.page(entity, start)
    stand = make(auto_restart_on_user_error="false", run_max_seconds="900")
    (request,) = stand.tick()
    run = stand.start(request)
    until(lambda: stand.tick() == [] and "failed" in stand.remembered())
    api.answer = api.page
    say("restart", NAME, "a")
    (again,) = stand.tick()
    stand.start(again)
    run.join()
    until(lambda: states(show)["a"] == "CAUGHT_UP")


def test_a_healthy_run_is_succeeded_by_a_new_one(make: Make, say: Say) -> None:
    stand = make(entity_names="a,b,c", tasks_max="3")
    runs = [stand.live(request) for request in stand.tick()]
    assert stand.tick() == []
    code, said = say("restart", NAME, "b")
    assert (code, said.splitlines()[:2]) == (0, [
        "Restarted b.", f"{runs[1].run_id} polls until the new run takes over, within seconds.",
    ])
    assert [request.tags[".dagster/http_source_task"] for request in stand.tick()] == ["orders/1"]
    assert say("restart", NAME)[1].splitlines()[0] == "Restarted orders."
    assert len(stand.tick()) == 3
    assert [stand.told_to_end(run) for run in runs] == ["", "", ""]


@pytest.mark.parametrize("command", ["pause", "stop"])
def test_what_a_person_laid_to_rest_stays_so_and_the_way_out_is_named(make: Make, say: Say, show: Show, command: str) -> None:
    stand = make()
    say(command, NAME, "a")
    state = states(show)["a"]
    told = json.loads(say("restart", NAME, "--json")[1])
    assert told["changed"] == ["b"]
    assert told["left"] == {"a": f"It is {state}. By hand, until `http-source resume orders a`."}
    assert states(show)["a"] == state
    (request,) = stand.tick()
    assert dict(request.run_config)["ops"]["poll_entities"]["config"]["entities"] == ["b"]


def test_a_connector_that_is_paused_stays_so_and_the_way_out_is_named(make: Make, say: Say) -> None:
    seen(make(), on=False)
    assert say("restart", NAME)[1].splitlines() == [
        "a, b: It is PAUSED. Its sensor orders_sensor is off; `http-source resume orders` switches it on.",
        "Nothing is polled until the sensor orders_sensor is on: `http-source resume orders` switches it on.",
    ]


def test_one_that_failed_again_after_it_was_started_keeps_its_pause(make: Make, api: Api, say: Say, show: Show) -> None:
    stand = failed(make(entity_names="a", request_interval_ms="60000"), api)
    say("restart", NAME)
    api.answer = broken
    stand.poll()
    assert entities(show, expected=1)["a"]["failures"] == 1
    assert stand.tick() == []


def test_a_task_that_kafka_failed_is_tried_again_at_once(make: Make, say: Say) -> None:
    stand = make(brokers="127.0.0.1:1")
    stand.poll()
    assert stand.tick() == []
    seen(stand)
    assert say("restart", NAME)[1].startswith("Restarted orders.\n")
    assert len(stand.tick()) == 1


def test_what_waits_is_asked_at_once(make: Make, say: Say) -> None:
    stand = make(request_interval_ms="60000", run_max_seconds="900", run_linger_ms="0")
    stand.poll()
    assert stand.tick() == []
    assert json.loads(say("restart", NAME, "--json")[1])["changed"] == ["a", "b"]
    assert len(stand.tick()) == 1


def test_an_unknown_entity_is_wrong_usage_and_nothing_is_started(make: Make, api: Api, say: Say, show: Show) -> None:
    failed(make(entity_names="users,groups"), api)
    assert say("restart", NAME, "groups", "user") == (2, "Unknown entity 'user'. The entities are users, groups. Did you mean users?\n")
    assert set(states(show, expected=1).values()) == {"FAILED"}


def test_a_connector_whose_file_has_mistakes_tells_them(make: Make, home: Path, say: Say) -> None:
    make()
    (home / "connectors" / "bad.json").write_text('{"name": "bad", "url": "ftp://x"}')
    code, said = say("restart", "bad")
    assert (code, "url: " in said) == (1, True)
