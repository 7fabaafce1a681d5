"""Pausing, resuming, stopping and restarting, with the codes that clients check."""

import re

import dagster as dg
import pytest

from http_source.orchestration.pausing import hold, stop
from http_source_tests.orchestration.stand import NAME, Stand
from http_source_tests.rest.changing import connector_of
from http_source_tests.rest.served import Served

CONNECTOR = f"/connectors/{NAME}"


def at_work(served: Served, **properties: object) -> tuple[Stand, list[dg.DagsterRun]]:
    """A connector whose sensor ticks, and its runs."""
    stand = served.make(**properties)
    runs = [stand.live(request) for request in stand.tick()]
    served.seen(stand)
    return stand, runs


def test_a_paused_connector_keeps_its_tasks_until_it_is_resumed(served: Served) -> None:
    stand, (run,) = at_work(served)
    for _ in range(2):
        paused = served.put(f"{CONNECTOR}/pause")
        assert (paused.status_code, paused.content, paused.headers.get("Content-Type")) == (202, b"", None)
    assert "Paused over REST" in stand.told_to_end(run)
    assert served.states() == ("PAUSED", ["PAUSED"])
    assert served.json(CONNECTOR)["tasks"] == [{"connector": NAME, "task": 0}]
    stand.instance.report_run_canceled(run)
    assert served.tick(stand) == []
    assert re.fullmatch(r"Paused over REST at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, until `http-source resume orders`, or a resume over "
                        r"REST\. Task 0 has no entity left to poll: .*", stand.reason)
    assert served.put(f"{CONNECTOR}/resume").status_code == 202
    assert len(served.tick(stand)) == 1


def test_the_sensors_tick_says_by_whom_all_of_it_was_laid_to_rest(served: Served) -> None:
    stand = served.make()
    connector = connector_of(served)
    hold(served.instance, connector, by="over REST by ann")
    served.tick(stand)
    assert stand.reason.startswith("Paused over REST by ann at ")
    stop(served.instance, connector, [])
    served.tick(stand)
    assert stand.reason.startswith("Stopped by hand at ")


def test_a_connector_that_dagster_has_not_seen_can_be_paused(served: Served) -> None:
    stand = served.make()
    assert served.put(f"{CONNECTOR}/pause").status_code == 202
    assert served.tick(stand) == []
    assert served.states() == ("PAUSED", ["PAUSED"])


def test_a_stopped_connector_has_no_tasks_anywhere(served: Served) -> None:
    stand, (run,) = at_work(served)
    for _ in range(2):
        stopped = served.put(f"{CONNECTOR}/stop")
        assert (stopped.status_code, stopped.content, stopped.headers.get("Content-Type")) == (204, b"", None)
    assert "Stopped over REST" in stand.told_to_end(run)
    assert served.states() == ("STOPPED", [])
    assert served.json(CONNECTOR)["tasks"] == []
    assert served.json("/connectors?expand=info")[NAME]["info"]["tasks"] == []
    assert served.json(f"{CONNECTOR}/tasks") == []
    assert served.get(f"{CONNECTOR}/tasks/0/status").status_code == 404
    assert served.post(f"{CONNECTOR}/tasks/0/restart").status_code == 404


def test_pausing_what_is_stopped_makes_it_paused_and_resuming_brings_it_back(served: Served) -> None:
    stand, (run,) = at_work(served)
    served.put(f"{CONNECTOR}/stop")
    stand.instance.report_run_canceled(run)
    served.put(f"{CONNECTOR}/pause")
    assert served.states() == ("PAUSED", ["PAUSED"])
    served.put(f"{CONNECTOR}/stop")
    assert served.states() == ("STOPPED", [])
    served.put(f"{CONNECTOR}/resume")
    (request,) = served.tick(stand)
    stand.live(request)
    assert served.states() == ("RUNNING", ["RUNNING"])


@pytest.mark.parametrize(("method", "path", "message"), [
    ("PUT", "pause", "Unknown connector no"), ("PUT", "resume", "Unknown connector no"), ("PUT", "stop", "Unknown connector no"),
    ("POST", "restart", "Unknown connector no"), ("POST", "tasks/0/restart", "Unknown connector no"),
])
def test_what_is_unknown_is_404(served: Served, method: str, path: str, message: str) -> None:
    answered = served.ask(method, f"/connectors/no/{path}")
    assert (answered.status_code, answered.json()["message"]) == (404, message)


# Restarting


def test_a_restart_of_the_connector_alone_leaves_its_tasks(served: Served) -> None:
    stand, (run,) = at_work(served)
    restarted = served.post(f"{CONNECTOR}/restart")
    assert (restarted.status_code, restarted.content, restarted.headers.get("Content-Type")) == (204, b"", None)
    assert served.post(f"{CONNECTOR}/restart?includeTasks=False&onlyFailed=no").status_code == 204
    assert served.tick(stand) == []
    assert not stand.told_to_end(run)


def test_a_restart_with_tasks_plans_all_of_them_and_others_take_over(served: Served) -> None:
    stand, _ = at_work(served, tasks_max="2")
    planned = served.post(f"{CONNECTOR}/restart?includeTasks=True&onlyFailed=False")
    assert planned.status_code == 202
    assert planned.json()["connector"]["state"] == "RESTARTING"
    assert [task["state"] for task in planned.json()["tasks"]] == ["RESTARTING", "RESTARTING"]
    assert served.states() == ("RUNNING", ["RUNNING", "RUNNING"])
    assert len(served.tick(stand)) == 2


def test_a_restart_of_what_failed_leaves_the_rest(served: Served) -> None:
    stand = served.make(entity_names="a,b,c", tasks_max="2")
    stand.fail("a", retry_at=None)
    for request in stand.tick():
        stand.live(request)
    served.seen(stand)
    assert served.states() == ("RUNNING", ["FAILED", "RUNNING"])
    only = served.post(f"{CONNECTOR}/restart?onlyFailed=true").json()
    assert (only["connector"]["state"], [task["state"] for task in only["tasks"]]) == ("RUNNING", ["FAILED", "RUNNING"])
    planned = served.post(f"{CONNECTOR}/restart?includeTasks=true&onlyFailed=true").json()
    assert planned["connector"]["state"] == "RUNNING"
    assert [task["state"] for task in planned["tasks"]] == ["RESTARTING", "RUNNING"]
    assert served.states() == ("RUNNING", ["RUNNING", "RUNNING"])
    assert dict(dict(served.tick(stand)[0].run_config)["ops"]["poll_entities"]["config"])["anew"] == ["a"]


def test_a_restart_keeps_what_is_paused_or_stopped(served: Served) -> None:
    at_work(served)
    for verb, state, tasks in (("pause", "PAUSED", ["PAUSED"]), ("stop", "STOPPED", [])):
        served.put(f"{CONNECTOR}/{verb}")
        planned = served.post(f"{CONNECTOR}/restart?includeTasks=true")
        assert planned.status_code == 202
        assert (planned.json()["connector"]["state"], [task["state"] for task in planned.json()["tasks"]]) == (state, tasks)
        assert served.post(f"{CONNECTOR}/restart").status_code == 204
        assert served.states() == (state, tasks)


def test_a_task_is_restarted_by_its_number(served: Served) -> None:
    stand, _ = at_work(served, tasks_max="2")
    restarted = served.post(f"{CONNECTOR}/tasks/1/restart/")
    assert (restarted.status_code, restarted.content, restarted.headers.get("Content-Type")) == (204, b"", None)
    (request,) = served.tick(stand)
    assert dict(dict(request.run_config)["ops"]["poll_entities"]["config"])["entities"] == ["b"]


@pytest.mark.parametrize("number", ["2", "-1", "x", "1e0", "99999999999999999999", "%C2%B2"])
def test_a_task_that_is_not_there_is_404(served: Served, number: str) -> None:
    at_work(served, tasks_max="2")
    for answered in (served.post(f"{CONNECTOR}/tasks/{number}/restart"), served.get(f"{CONNECTOR}/tasks/{number}/status")):
        assert answered.status_code == 404
        assert answered.json()["message"].endswith(f"of connector {NAME} was found: it has tasks 0 to 1.")


def test_without_dagsters_daemon_a_restart_says_that_nothing_can_start_it(served: Served) -> None:
    stand, (run,) = at_work(served)
    stand.instance.report_run_canceled(run)
    served.seen(stand, ago=200)
    for path in ("restart", "restart?includeTasks=true", "tasks/0/restart"):
        refused = served.post(f"{CONNECTOR}/{path}")
        assert refused.status_code == 500
        assert refused.json()["message"].startswith(
            "Nothing can start orders, so nothing was done. The sensor orders_sensor is on, but its last tick was 20"
        )
    assert served.tick(stand)[0].run_config
