"""GET /metrics: real runs, a real server, and Prometheus' own parsers as judges of what is served."""

import sqlite3
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
import requests
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as prometheus_text

from http_source.rest.metrics.connect_names import Sample
from http_source.rest.metrics.own_names import MEANINGS
from http_source.rest.metrics.reading import Reader
from http_source.rest.worker import Worker
from http_source_tests.hosts.waiting import allowed
from http_source_tests.rest.served import Served
from http_source_tests.waiting import until

OPEN_METRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
Labels = dict[str, str]


class Scrape:
    """One answer, parsed by Prometheus' client."""

    def __init__(self, answered: requests.Response) -> None:
        assert answered.status_code == 200, answered.text
        is_open = answered.headers["content-type"].startswith("application/openmetrics-text")
        self.text = answered.text
        self.families = list((open_metrics if is_open else prometheus_text)(answered.text))

    def values(self, name: str, **labels: str) -> list[float]:
        return [each.value for family in self.families for each in family.samples
                if each.name == name and labels.items() <= each.labels.items()]

    def value(self, name: str, **labels: str) -> float:
        (found,) = self.values(name, **labels)
        return found

    def labels(self, name: str) -> list[Labels]:
        return [each.labels for family in self.families for each in family.samples if each.name == name]

    @property
    def names(self) -> set[str]:
        return {each.name for family in self.families for each in family.samples}


def scrape(served: Served, accept: str = OPEN_METRICS) -> Scrape:
    return Scrape(served.get("/metrics", headers={"Accept": accept}))




def test_a_folder_without_connectors_is_served(served: Served) -> None:
    found = scrape(served)
    assert found.value("http_source_storage_up") == 1
    assert found.value("kafka_connect_connect_worker_metrics_connector_count", connector="aggregate") == 0


@pytest.mark.parametrize(("accept", "kind"), [
    (OPEN_METRICS, "application/openmetrics-text"), ("text/plain", "text/plain"), ("*/*", "text/plain"), ("", "text/plain"),
])
def test_the_format_is_the_one_that_is_asked_for(served: Served, accept: str, kind: str) -> None:
    answered = served.get("/metrics", headers={"Accept": accept})
    assert answered.headers["content-type"].startswith(kind)
    assert Scrape(answered).value("http_source_storage_up") == 1


def test_what_a_run_has_counted_is_served_under_both_of_connect_s_names(served: Served) -> None:
    stand = served.make()
    stand.poll()
    found = scrape(served)
    task = {"connector": stand.name, "task": "0"}
    for name in ("kafka_connect_source_task_metrics_source_record", "kafka_connect_source_task_source_record"):
        assert found.value(f"{name}_poll_total", **task) == found.value(f"{name}_write_total", **task) == 20
    assert found.value("http_source_requests_total", **task) == found.value("http_source_responses_total", code="200", **task) == 2
    assert found.value("http_source_bytes_total", **task) > 100
    assert found.value("kafka_connect_source_task_metrics_source_record_active_count", **task) == 0


def test_counts_go_on_from_run_to_run(served: Served) -> None:
    stand = served.make()
    name, totals = "kafka_connect_source_task_metrics_source_record_write_total", []
    for _ in range(3):
        stand.hurry()
        stand.poll()
        totals.append(scrape(served).value(name))
    assert totals == [20, 40, 50]


def test_a_run_at_work_is_counted_while_it_polls(served: Served) -> None:
    stand = served.make(run_max_seconds="600")
    (request,) = stand.tick()
    run = stand.start(request)
    found = scrape(served)
    while found.values("http_source_task_polling") != [1] or not found.value("http_source_requests_total"):
        threading.Event().wait(0.2)
        found = scrape(served)
    assert found.value("http_source_kafka_up") == 1
    assert found.value("http_source_last_answer_age_seconds") < 60
    assert found.value("kafka_connect_source_task_metrics_poll_batch_max_time_ms") > 0
    assert {each["condition"] for each in found.labels("http_source_entity_condition")} <= {"RUNNING", "CAUGHT_UP"}
    stand.tell_to_end()
    run.join()
    assert scrape(served).values("http_source_task_polling") == [0]


def test_each_entity_has_its_condition_and_one_that_failed_says_how_often(served: Served) -> None:
    stand = served.make()
    stand.poll()
    stand.fail("a", retry_at=None, rank=2**40)
    found = scrape(served)
    assert found.value("http_source_entity_condition", entity="a", condition="FAILED") == 1
    assert found.value("http_source_entity_failures", entity="a") == 1
    assert found.value("kafka_connect_connector_task_status", status="failed") == 1
    assert found.value("http_source_entity_last_record_age_seconds", entity="b") < 60


def test_a_file_with_mistakes_is_a_failed_connector(served: Served) -> None:
    served.write("broken.json", {"name": "broken", "url": "no"})
    found = scrape(served)
    assert found.value("http_source_connector_valid", connector="broken") == 0
    assert found.value("kafka_connect_connector_metrics", connector="broken", status="failed") == 1


def test_names_that_need_it_are_escaped(served: Served) -> None:
    entity = 'a "quoted" \\ one\u00e9'
    stand = served.make(entity_names=entity, topic_name_pattern="one-topic")
    stand.poll()
    for accept in (OPEN_METRICS, "text/plain"):
        (labels,) = scrape(served, accept).labels("http_source_entity_condition")
        assert labels["entity"] == entity


def test_answers_are_counted_by_their_status(served: Served, api: Any) -> None:
    api.answer = lambda *_: (404, "text/plain", b"none")
    stand = served.make(behavior_on_error="ignore")
    stand.poll()
    found = scrape(served)
    assert found.value("http_source_responses_total", code="404") == found.value("http_source_failures_total") == 2
    assert found.value("kafka_connect_task_error_metrics_total_record_failures") == 2


def test_every_own_name_has_a_meaning(served: Served) -> None:
    served.make().poll()
    assert {name for name in scrape(served).names if name.startswith("http_source_")} <= MEANINGS.keys()


def test_prometheus_is_answered_compressed(served: Served) -> None:
    for number in range(20):
        served.make(f"c{number}")
    answered = served.get("/metrics", headers={"Accept-Encoding": "gzip"})
    assert answered.headers["content-encoding"] == "gzip"
    assert int(answered.headers["content-length"]) < len(answered.content) / 5


def test_a_storage_that_is_away_is_told_and_old_numbers_are_not(served: Served) -> None:
    served.make().poll()
    assert scrape(served).value("http_source_requests_total") == 2
    history = served.home / ".dagster" / "history"
    history.rename(away := history.with_name("away"))
    found = scrape(served)
    assert found.value("http_source_storage_up") == 0
    assert found.names == {"http_source_storage_up", "http_source_build_info"}
    away.rename(history)
    assert scrape(served).value("http_source_requests_total") == 2


def test_a_storage_that_says_nothing_is_not_waited_for(served: Served) -> None:
    stand = served.make()
    stand.poll()
    reader = Reader(Worker(served.instance, "127.0.0.1:8083"), patience_s=0.3)
    (runs,) = (served.home / ".dagster").rglob("runs.db")
    with sqlite3.connect(runs, isolation_level=None) as holder:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        for _ in range(2):
            began = time.monotonic()
            assert dict(reader.samples()[0].labels) == {}
            assert {each.family: each.value for each in reader.samples()}["http_source_storage_up"] == 0
            assert time.monotonic() - began < allowed(3)
        holder.execute("ROLLBACK")
    holder.close()
    until(lambda: {each.family: each.value for each in reader.samples()}["http_source_storage_up"] == 1)


def test_many_who_ask_at_once_are_answered_by_one_reading(served: Served) -> None:
    served.make().poll()
    reader = Reader(Worker(served.instance, "127.0.0.1:8083"))
    found: list[Sequence[Sample]] = []
    threads = [threading.Thread(target=lambda: found.append(reader.samples())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = {each.value for samples in found for each in samples if each.family == "http_source_reading_seconds"}
    assert len(found) == 8
    assert len(times) < 8


def test_no_secret_and_no_url_is_in_a_label(served: Served, api: Any) -> None:
    stand = served.make(auth_type="bearer", bearer_token="hidden-token")
    stand.poll()
    served.write("broken.json", {"name": "broken", "url": "http://user:hidden-password@example.com"})
    text = scrape(served).text
    assert "hidden" not in text
    assert api.url not in text
    assert "example.com" not in text
