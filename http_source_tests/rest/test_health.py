"""`/` and `/health` of `serve`."""

import logging
import re
import time

import pytest
import requests

from http_source.orchestration.ledger.daemons import asleep
from http_source.rest.access import Access
from http_source.rest.application import application
from http_source.rest.health import look
from http_source.rest.worker import Worker
from http_source_tests.hosts.waiting import allowed
from http_source_tests.kafka import kafka
from http_source_tests.rest.daemon import beat, runs_of
from http_source_tests.rest.opened import opened
from http_source_tests.rest.served import Served


def test_it_is_healthy_while_the_daemon_gives_signs_of_life(served: Served) -> None:
    beat(served.home, time.time() - 40)
    assert served.json("/health") == {"status": "healthy", "message": "Dagster's storage answers, and its daemon is at work."}


def test_it_is_starting_for_a_minute_while_the_daemon_may_be_on_its_way(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    said = served.json("/health", 503)
    assert said["status"] == "starting"
    assert "Dagster's daemon has given no sign of life yet, so it starts no run. Start `dagster dev`" in said["message"]
    assert [each.levelno for each in caplog.records if "The health of http-source is: starting." in each.getMessage()] == [logging.ERROR]


def test_it_is_unhealthy_when_the_daemon_is_down(served: Served) -> None:
    now = time.time()
    beat(served.home, now - 100)
    worker = Worker(served.instance, "127.0.0.1:8083", started=now - 61)
    found = look(worker, now)
    assert (found.code, found.status) == (500, "unhealthy")
    assert found.message.startswith("Dagster's daemon gave its last sign of life 100 s ago, so it starts no run.")


def test_a_daemon_that_takes_no_run_from_its_queue_is_not_enough(served: Served) -> None:
    now = time.time()
    beat(served.home, now, "SENSOR")
    assert "so it takes no run from its queue" in asleep(served.instance, now)
    beat(served.home, now, "QUEUED_RUN_COORDINATOR")
    assert asleep(served.instance, now) == ""


def test_a_clock_that_is_behind_the_daemons_does_no_harm(served: Served) -> None:
    beat(served.home, time.time() + 3_600)
    assert served.json("/health")["status"] == "healthy"


def test_it_is_unhealthy_when_the_daemon_is_at_work_and_no_sensor_ticks(served: Served) -> None:
    """The code server's process is gone, which Dagster's own health check does not see."""
    now, stand = time.time(), served.make("orders")
    beat(served.home, now)
    served.seen(stand, ago=200)
    found = look(Worker(served.instance, "127.0.0.1:8083", started=now - 61), now)
    assert (found.code, found.status) == (500, "unhealthy")
    assert found.message.startswith("Dagster's daemon is at work, but no sensor has ticked for ")
    served.seen(stand, ago=20)
    assert look(Worker(served.instance, "127.0.0.1:8083", started=now - 61), now).code == 200


def test_it_is_unhealthy_when_the_storage_cannot_be_read(served: Served) -> None:
    beat(served.home, time.time())
    file = runs_of(served.home)
    file.rename(file.with_suffix(".away"))
    try:
        said = served.json("/health", 500)
    finally:
        file.with_suffix(".away").replace(file)
    assert said["status"] == "unhealthy"
    assert said["message"].startswith("Dagster's storage cannot be read: OperationalError: ")
    assert said["message"].endswith(". Check what `storage` in dagster.yaml names.")


def test_the_reason_is_for_who_has_signed_in(served: Served) -> None:
    app = application(Worker(served.instance, "127.0.0.1:8083"))
    with opened(app, access=Access.of({"HTTP_SOURCE_REST_TOKEN": "right"})) as url:
        stranger = requests.get(f"{url}/health", timeout=20)
        known = requests.get(f"{url}/health", headers={"Authorization": "Bearer right"}, timeout=20)
    assert (stranger.status_code, known.status_code) == (503, 503)
    assert stranger.json() == {"status": "starting", "message": "Sign in to read why."}
    assert known.json()["message"].startswith("Dagster's daemon")


def test_many_who_ask_at_once_are_answered_by_one_look(served: Served) -> None:
    beat(served.home, time.time())
    assert {served.json("/health/")["status"] for _ in range(30)} == {"healthy"}
    assert served.ask("HEAD", "/health").status_code == 200


def test_clients_find_a_version_that_has_all_they_may_ask_for(served: Served) -> None:
    said = served.json("/")
    major, minor = (int(part) for part in said["version"].split(".")[:2])
    assert (major, minor) == (4, 0)
    assert list(said) == ["version", "commit", "kafka_cluster_id"]
    assert all(isinstance(each, str) for each in said.values())


def test_the_id_of_the_cluster_is_asked_of_the_brokers(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with kafka() as cluster:
        monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrap)
        found = served.json("/")["kafka_cluster_id"]
        assert found.startswith("mockCluster")
        cluster.go_down()
        assert served.json("/")["kafka_cluster_id"] == found


def test_brokers_that_are_away_are_not_waited_for_for_long(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:2")
    began = time.monotonic()
    assert served.json("/")["kafka_cluster_id"] == "unknown"
    assert time.monotonic() - began < allowed(15)
    began = time.monotonic()
    assert served.json("/")["kafka_cluster_id"] == "unknown"
    assert time.monotonic() - began < allowed(2)


@pytest.mark.parametrize("property_", ["KAFKA_PROPERTY_ACKS", "KAFKA_PROPERTY_NO_SUCH"])
def test_settings_of_kafka_that_are_refused_do_not_hinder_an_answer(
    served: Served, monkeypatch: pytest.MonkeyPatch, property_: str
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:3")
    monkeypatch.setenv(property_, "1")
    assert served.json("/")["kafka_cluster_id"] == "unknown"


def test_a_storage_that_goes_away_later_is_named_where_something_is_asked_of_it(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    served.make()
    with opened(application(Worker(served.instance, "127.0.0.1:8083"))) as url:
        path, file = f"{url}/connectors?expand=status", runs_of(served.home)
        file.rename(file.with_suffix(".away"))
        try:
            answered = requests.get(path, timeout=60)
            assert requests.get(f"{url}/connectors", timeout=60).json() == ["orders"]
        finally:
            file.with_suffix(".away").replace(file)
        assert requests.get(path, timeout=60).status_code == 200
    assert answered.status_code == 500
    sentence = r"Not answered, most likely because Dagster's storage cannot be used: \w+Error: .*\. /health says whether it answers\."
    assert re.fullmatch(sentence, answered.json()["message"])
    assert "Traceback" not in caplog.text
