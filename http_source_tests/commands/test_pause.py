"""The commands `pause`, `resume` and `stop`: what is laid to rest rests until a person lets it go on."""

import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from http_source.orchestration.ledger.process import Process
from http_source.orchestration.ledger.sensors import sensor_state
from http_source_tests.commands.folder import Make, Say, Show, states
from http_source_tests.orchestration.home import seen
from http_source_tests.orchestration.stand import NAME, Stand
from http_source_tests.rest.daemon import beat

SENSOR = f"{NAME}_sensor"


def entities_in(request: dg.RunRequest) -> list[str]:
    return list(dict(request.run_config)["ops"]["poll_entities"]["config"]["entities"])


def told(say: Say, *arguments: str) -> dict[str, Any]:
    code, said = say(*arguments, "--json")
    assert code == 0, said
    return dict(json.loads(said))


# The connector


def test_b164_paused_its_sensor_is_off_and_its_run_ends_until_it_is_resumed(make: Make, say: Say, show: Show) -> None:
    stand = seen(make())
    run = stand.live(stand.wanted())
    follows = f"Run {run.run_id} stores what is acknowledged and ends within seconds.\n`http-source resume orders` resumes polling.\n"
    assert say("pause", NAME) == (0, f"Paused orders.\n{follows}")
    assert sensor_state(stand.instance, SENSOR).running is False
    assert stand.told_to_end(run) == "The sensor orders_sensor was switched off."
    stand.instance.report_run_canceled(run)
    assert states(show) == {"a": "PAUSED", "b": "PAUSED"}
    assert "  a, b: Its sensor orders_sensor is off; `http-source resume orders` switches it on." in show()[1]

    code, said = say("resume", NAME)
    assert (code, said.splitlines()[:2]) == (0, ["Resumed orders.", "The next tick of the sensor orders_sensor starts them."])
    (warning,) = said.splitlines()[2:]
    assert warning == (
        "WARNING: Nothing starts a run now. The sensor orders_sensor is on, but has not ticked yet. Dagster's daemon has given no sign of "
        "life yet, so it starts no run. Start `dagster dev`, or `dagster-daemon run`, with the same DAGSTER_HOME."
    )
    assert sensor_state(stand.instance, SENSOR).running is True


def test_b164_a_tick_that_writes_what_it_has_read_before_does_not_switch_a_paused_sensor_on(make: Make, say: Say) -> None:
    instance = seen(make()).instance
    (read_before,) = instance.all_instigator_state()

    def write() -> None:
        """What the daemon does at the end of a tick."""
        while sensor_state(instance, SENSOR).running:
            threading.Event().wait(0.01)
        instance.update_instigator_state(read_before)

    tick = threading.Thread(target=write)
    tick.start()
    assert say("pause", NAME)[0] == 0
    tick.join()
    assert sensor_state(instance, SENSOR).running is False


def test_what_is_paused_already_says_so(make: Make, say: Say) -> None:
    seen(make())
    say("pause", NAME)
    assert say("pause", NAME) == (0, "orders: Its sensor orders_sensor is off already.\n")
    say("resume", NAME)
    assert say("resume", NAME) == (0, "orders: It was neither paused nor stopped by hand.\n")


def test_a_sensor_that_dagster_has_not_seen_cannot_be_switched_off(make: Make, say: Say) -> None:
    make()
    code, said = say("pause", NAME)
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("Dagster has not seen the sensor orders_sensor yet, so there is nothing to pause")
    assert json.loads(say("pause", NAME, "--json")[1])["error"] == said.strip()


def test_one_that_is_resumed_after_a_long_pause_is_not_said_to_be_overdue(make: Make, home: Path, say: Say, show: Show) -> None:
    stand = make()
    stand.tick()
    seen(stand, on=False, ago=86_400)
    beat(home, time.time())
    assert say("resume", NAME) == (0, "Resumed orders.\nThe next tick of the sensor orders_sensor starts them.\n")
    assert set(states(show).values()) == {"NEVER_RUN"}
    assert "WARNING" not in show()[1]


def test_a_connector_that_is_stopped_rests_though_its_sensor_is_on(make: Make, say: Say, show: Show) -> None:
    stand = seen(make())
    run = stand.live(stand.wanted())
    code, said = say("stop", NAME)
    assert (code, said.splitlines()[0]) == (0, "Stopped orders.")
    assert stand.told_to_end(run) == "Stopped by hand: orders."
    stand.instance.report_run_canceled(run)
    assert states(show) == {"a": "STOPPED", "b": "STOPPED"}
    assert "  a, b: By hand, until `http-source resume orders`." in show()[1]
    assert stand.tick() == []
    say("resume", NAME)
    assert len(stand.tick()) == 1


def test_to_resume_the_connector_wakes_each_entity_that_a_person_laid_to_rest(make: Make, say: Say) -> None:
    stand = make()
    say("pause", NAME, "a")
    say("stop", NAME, "b")
    assert stand.tick() == []
    assert told(say, "resume", NAME)["changed"] == ["a", "b"]
    assert [entities_in(request) for request in stand.tick()] == [["a", "b"]]


# An entity


@pytest.mark.parametrize("state", ["PAUSED", "STOPPED"])
def test_b164_an_entity_leaves_its_run_and_the_others_go_on(make: Make, say: Say, show: Show, state: str) -> None:
    stand = make()
    command = {"PAUSED": "pause", "STOPPED": "stop"}[state]
    run = stand.live(stand.wanted())
    assert stand.tick() == []
    code, said = say(command, NAME, "a")
    assert (code, said.splitlines()) == (0, [
        f"{state.capitalize()} a.",
        f"{run.run_id} polls until a run without the paused or stopped entities takes over, within seconds.",
        "`http-source resume orders a` resumes polling.",
    ])
    assert states(show) == {"a": state, "b": "RUNNING"}
    (request,) = stand.tick()
    assert entities_in(request) == ["b"]
    assert stand.told_to_end(run) == ""
    stand.live(request)
    stand.instance.report_run_canceled(run)
    assert stand.tick() == []

    assert say("resume", NAME, "a")[1].splitlines()[0] == "Resumed a."
    (request,) = stand.tick()
    assert entities_in(request) == ["a", "b"]


def test_b164_a_run_that_has_no_other_entity_is_told_to_end_at_once(make: Make, say: Say) -> None:
    stand = make()
    run = stand.live(stand.wanted())
    assert told(say, "pause", NAME, "a")["ending"] == []
    assert told(say, "pause", NAME, "b")["ending"] == [run.run_id]
    assert stand.told_to_end(run) == "Paused by hand: b."
    assert stand.tick() == []


def test_a_run_that_has_not_begun_does_not_keep_what_was_laid_to_rest(make: Make, say: Say) -> None:
    """It was requested before, and reads nothing of it."""
    stand = make()
    stand.live(stand.tick()[0], phase="", status=dg.DagsterRunStatus.STARTING)
    assert stand.tick() == []
    say("pause", NAME, "a")
    assert [entities_in(request) for request in stand.tick()] == [["b"]]


def test_what_is_stopped_stays_so_when_its_last_request_fails(make: Make, say: Say, show: Show) -> None:
    """As the run's report of it is written in the same moment."""
    stand = make()
    say("stop", NAME, "a")
    stand.fail("a", retry_at=None, rank=1)
    stand.tick()
    assert states(show)["a"] == "STOPPED"


def test_a_paused_entity_can_be_stopped_and_the_other_way_round(make: Make, say: Say, show: Show) -> None:
    make()
    for command, state in (("pause", "PAUSED"), ("stop", "STOPPED"), ("pause", "PAUSED")):
        say(command, NAME, "a")
        assert states(show)["a"] == state
    assert say("pause", NAME, "a") == (0, "a: It is PAUSED by hand already.\n")
    assert told(say, "resume", NAME, "a", "b")["left"] == {"b": "It was neither paused nor stopped by hand."}


def test_what_hinders_an_entity_that_is_resumed_is_named(make: Make, say: Say) -> None:
    seen(make())
    say("pause", NAME, "a")
    say("stop", NAME)
    assert "orders as a whole is STOPPED by hand, so nothing is polled until `http-source resume orders`." in say("resume", NAME, "a")[1]
    say("resume", NAME)
    say("pause", NAME, "a")
    say("pause", NAME)
    assert "Nothing is polled until the sensor orders_sensor is on: `http-source resume orders`" in say("resume", NAME, "a")[1]


def test_b169_an_entity_that_is_gone_leaves_no_rest_behind(make: Make, say: Say) -> None:
    stand = make()
    say("pause", NAME, "b")
    stand.tick()
    assert stand.remembered()["rested"] == {"b": "PAUSED"}
    one = Stand(stand.instance, stand.config | {"entity.names": "a"}, cursor=stand.cursor)
    one.tick()
    assert "rested" not in one.remembered()


@pytest.mark.parametrize("command", ["pause", "resume", "stop", "restart"])
def test_an_unknown_entity_or_connector_is_wrong_usage(make: Make, home: Path, say: Say, command: str) -> None:
    make(entity_names="users,groups")
    assert say(command, NAME, "user") == (2, "Unknown entity 'user'. The entities are users, groups. Did you mean users?\n")
    unknown = f"Unknown connector 'order' in {home / 'connectors'}. The connectors are orders. Did you mean orders?\n"
    assert say(command, "order") == (2, unknown)


@pytest.mark.parametrize("command", ["pause", "resume", "stop", "restart"])
def test_b183_they_need_no_secret(make: Make, say: Say, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("ORDERS_TOKEN", "t0ken")
        make(auth_type="bearer", bearer_token="${env:ORDERS_TOKEN}")
    assert say(command, NAME, "a")[0] == 0


# A connector without a file


def test_b162_a_run_without_a_definition_is_named_and_ended(make: Make, home: Path, say: Say, show: Show) -> None:
    stand = make()
    run = stand.live(stand.wanted())
    (home / "connectors" / f"{NAME}.json").unlink()
    code, said = show()
    assert (code, said.splitlines()) == (0, [
        f"Dagster's home: {home}",
        "",
        "orders: no file of this folder defines it, but it has runs in progress",
        f"  Run {run.run_id} has no valid definition; `http-source stop orders` ends it.",
    ])
    (document,) = json.loads(show(NAME, "--json")[1])
    assert document["orphans"] == [{"run": run.run_id, "end": "http-source stop orders"}]
    code, said = say("stop", NAME)
    assert (code, said.splitlines()[0]) == (0, f"Run {run.run_id} stores what is acknowledged and ends within seconds.")
    assert stand.told_to_end(run) == "Its connector has no definition, and was stopped by hand."
    stand.instance.report_run_canceled(run)
    assert say("stop", NAME)[0] == 2


def test_b162_a_run_whose_file_got_mistakes_is_named_beside_them(make: Make, home: Path, say: Say, show: Show) -> None:
    stand = make()
    run = stand.live(stand.wanted())
    (home / "connectors" / f"{NAME}.json").write_text('{"name": "orders"}')
    code, said = show()
    assert code == 1
    assert "orders: FAILED, its file has mistakes" in said
    assert f"  Run {run.run_id} has no valid definition; `http-source stop orders` ends it." in said
    assert told(say, "stop", NAME)["ending"] == [run.run_id]


def test_a_run_without_a_definition_whose_process_is_gone_is_marked_as_failed(make: Make, home: Path, say: Say) -> None:
    stand = make()
    run = stand.live(stand.wanted(), process=str(replace(Process.own(), started="0")))
    (home / "connectors" / f"{NAME}.json").unlink()
    assert told(say, "stop", NAME)["ending"] == [run.run_id]
    found = stand.instance.get_run_by_id(run.run_id)
    assert found is not None
    assert found.status is dg.DagsterRunStatus.FAILURE
