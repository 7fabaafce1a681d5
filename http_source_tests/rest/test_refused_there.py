"""A file that is refused only where Dagster runs, such as for a reference that cannot be resolved there."""

import json
import time

import dagster as dg
import pytest

from http_source.orchestration.build import load_connectors
from http_source_tests.orchestration.stand import NAME, Stand
from http_source_tests.rest.daemon import beat
from http_source_tests.rest.served import Served
from http_source_tests.rest.test_metrics import Scrape

CONNECTOR = f"/connectors/{NAME}"
MISTAKE = "bearer.token: ${env:ONLY_THERE} cannot be resolved"


def refused(served: Served, stand: Stand, file: str = NAME) -> None:
    """Let Dagster load the folder, and the sensor of the refused file tick."""
    sensor = load_connectors(served.home / "connectors").resolve_sensor_def(f"{file}_sensor")
    said = sensor(dg.build_sensor_context(instance=served.instance, cursor=stand.cursor))
    assert isinstance(said, dg.SensorResult)
    stand.cursor = said.cursor
    served.seen(stand)


@pytest.fixture
def polled(served: Served) -> Stand:
    """A connector that polled, and whose file has been edited by hand since."""
    stand = served.make()
    served.tick(stand)
    for request in stand.tick():
        assert stand.run(request).success
    served.tick(stand)
    assert served.states() == ("RUNNING", ["RUNNING"])
    served.write(f"{NAME}.json", {**stand.config, "auth.type": "bearer", "bearer.token": "${env:ONLY_THERE}"})
    return stand


def test_it_is_failed_with_dagsters_reason_and_nothing_says_that_it_polls(served: Served, polled: Stand) -> None:
    beat(served.home, time.time())
    refused(served, polled)
    status = served.json(f"{CONNECTOR}/status")
    assert (status["connector"]["state"], status["tasks"]) == ("FAILED", [])
    assert status["connector"]["trace"].startswith("Dagster refuses its file where it runs. Fix this, and reload the code location:\n")
    assert MISTAKE in status["connector"]["trace"]
    assert served.json("/connectors?expand=status&expand=info")[NAME]["status"] == status
    assert served.json("/connectors?expand=info")[NAME]["info"]["tasks"] == served.json(CONNECTOR)["tasks"] == []
    assert (served.json(f"{CONNECTOR}/tasks"), served.get(f"{CONNECTOR}/tasks/0/status").status_code) == ([], 404)
    assert served.get(f"{CONNECTOR}/config").json()["bearer.token"] == "${env:ONLY_THERE}"
    restarted = served.post(f"{CONNECTOR}/restart")
    assert (restarted.status_code, MISTAKE in restarted.json()["message"]) == (500, True)
    found = Scrape(served.get("/metrics"))
    assert found.value("http_source_connector_valid", connector=NAME) == 0
    assert found.values("kafka_connect_connector_metrics", connector=NAME, status="failed") == [1]
    health = served.json("/health")
    assert (health["status"], health["message"].partition("at work. ")[2]) == (
        "healthy", "Dagster refuses the files of orders, which are FAILED: their status says why.")


def test_it_is_over_as_soon_as_dagster_has_it_and_unassigned_while_the_mended_file_is_not_loaded(
    served: Served, polled: Stand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    refused(served, polled)
    positions = json.loads(polled.cursor or "")["positions"]
    served.write(f"{NAME}.json", polled.config)
    assert served.states() == ("UNASSIGNED", ["UNASSIGNED"])
    assert "Dagster refuses the file of orders as it has loaded it, so nothing starts its runs." in caplog.text
    monkeypatch.setenv("ONLY_THERE", "a-token-to-be-seen-nowhere")
    served.tick(polled)
    assert (served.states(), json.loads(polled.cursor or "")["positions"]) == (("RUNNING", ["RUNNING"]), positions)


def test_what_was_refused_before_dagster_went_away_is_not_said_any_more(
    served: Served, polled: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    refused(served, polled)
    assert served.states() == ("FAILED", [])
    served.seen(polled, ago=100)
    assert served.states() == ("UNASSIGNED", ["UNASSIGNED"])
    assert "its last tick was 100 s ago" in caplog.text


def test_a_file_that_is_not_called_as_its_connector_is_told_by_its_own_sensor(served: Served, polled: Stand) -> None:
    (served.home / "connectors" / f"{NAME}.json").rename(served.home / "connectors" / "by-hand.json")
    served.seen(polled, ago=5)
    other = Stand(served.instance, {**polled.config, "name": "by_hand"}, served.brokers)
    refused(served, other, "by_hand")
    assert served.states() == ("FAILED", [])
    served.seen(polled, ago=-5)
    assert served.states()[0] == "RUNNING"
