"""What may happen to the process of a run: each record arrives, and what is repeated begins at a checkpoint."""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import psutil
import pytest
from confluent_kafka import KafkaError

from http_source.orchestration.ledger.events import report_of
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.orchestration.api import Answer, Api
from http_source_tests.orchestration.stand import COUNTING, KEY, Stand, configuration, ids_in
from http_source_tests.orchestration.workers import at_work, instance_in, page_after, told, worker
from http_source_tests.waiting import until

TOPIC = "orders-a"
MEGABYTE = 1 << 20


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka(TOPIC) as cluster:
        yield cluster


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """One that several processes use."""
    with instance_in(tmp_path) as instance:
        yield instance


@pytest.fixture
def stand(instance: dg.DagsterInstance, api: Api, cluster: Cluster) -> Stand:
    """A connector whose runs poll on, page after page, and store each page at once."""
    config = configuration(api.url, entity_names="a", run_max_seconds="900", run_linger_ms="0", request_interval_ms="3600000",
                           catchup_interval_ms="0", max_in_flight_requests="1")
    return Stand(instance, config, cluster.bootstrap)


# kill -9


def killed_before_answering(stand: Stand, api: Api, folder: Path, start: int, when: Callable[[], object]) -> dg.DagsterRun:
    """The run that the sensor requests, killed after the request at `start` has come and `when` is true."""
    (request,) = stand.tick()
    with worker(stand, request, folder) as process:

        def answer(entity: str, asked: int) -> Answer:
            if asked == start:
                until(when)
                process.kill()
            return api.page(entity, asked)

        api.answer = answer
        assert process.wait() == -signal.SIGKILL
    api.answer = api.page
    return at_work(stand.instance)


def finished(stand: Stand) -> bool:
    """Let the next run poll to the end."""
    stand.hurry()
    return [run.success for run in stand.poll()] == [True]


def test_b122_killed_before_a_page_came_a_run_repeats_nothing(stand: Stand, api: Api, cluster: Cluster, tmp_path: Path) -> None:
    run = killed_before_answering(stand, api, tmp_path, 0, lambda: True)
    assert stand.tick() == []
    assert "The process of this run is gone: it was killed" in told(stand.instance, run)
    assert finished(stand)
    assert ids_in(cluster.bootstrap, TOPIC) == list(range(25))


def test_b123_killed_in_the_middle_of_a_page_a_run_repeats_it(stand: Stand, api: Api, cluster: Cluster, tmp_path: Path) -> None:
    api.answer = lambda _entity, start: large_page(start)
    cluster.answer_produce_with(0, *[KafkaError.NOT_ENOUGH_REPLICAS] * 10_000)
    with worker(stand, stand.tick()[0], tmp_path) as process:
        arrived = len(cluster.values(TOPIC, 1))
        process.kill()
    cluster.forget_errors()
    assert finished(stand)
    assert 0 < arrived < 25
    assert ids_in(cluster.bootstrap, TOPIC) == [*range(arrived), *range(25)]


def large_page(start: int) -> Answer:
    """All records in one page, so large that they go to Kafka in several requests."""
    return 200, "application/json", json.dumps({"items": [{"id": n, "text": "." * 100_000} for n in range(start, 25)]}).encode()


def test_b124_killed_between_acknowledgement_and_checkpoint_a_run_repeats_that_page(
    stand: Stand, api: Api, cluster: Cluster, tmp_path: Path
) -> None:
    stand.config["offset.flush.interval.ms"] = "3600000"
    killed_before_answering(stand, api, tmp_path, 20, lambda: len(ids_in(cluster.bootstrap, TOPIC)) == 20)
    assert finished(stand)
    stored = api.offsets("a")[3]
    assert ids_in(cluster.bootstrap, TOPIC) == [*range(20), *range(stored, 25)]


def test_b125_killed_after_a_checkpoint_a_run_is_shown_as_failed_and_repeats_nothing(
    stand: Stand, api: Api, cluster: Cluster, tmp_path: Path
) -> None:
    run = killed_before_answering(stand, api, tmp_path, 20, lambda: {"offset": 20, "sequence": 2, **COUNTING} in stand.stored("a"))
    assert finished(stand)
    ended = stand.instance.get_run_by_id(run.run_id)
    assert ended is not None
    assert ended.status == dg.DagsterRunStatus.FAILURE
    assert ids_in(cluster.bootstrap, TOPIC) == list(range(25))


# A reload


def test_b132_after_a_reload_in_mid_run_runs_of_the_new_plan_take_over_and_go_on_from_there(make: Callable[..., Stand], api: Api) -> None:
    told = threading.Event()
    old = make(run_max_seconds="900", run_linger_ms="0", catchup_interval_ms="0", request_interval_ms="3600000")
    new = Stand(old.instance, old.config | {"tasks.max": "2", "request.interval.ms": "100", "run.max.seconds": "0"}, old.brokers)
    api.answer = lambda entity, start: page_after(told, api, entity, start) if start == 20 else api.page(entity, start)
    run = old.start(*old.tick())
    until(lambda: 20 in api.offsets("a"))
    requests, first = new.tick(), at_work(old.instance)
    successor = new.start(requests[0])
    until(lambda: old.told_to_end(first))
    told.set()
    for each in (run, successor):
        each.join()
    assert [new.run(request).success for request in requests] == [True, True]
    for entity in "ab":
        topic = str(old.config["topic.name.pattern"]).replace("${entityName}", entity)
        assert sorted(ids_in(old.brokers, topic)) == list(range(25))


# The clock


def test_b138_a_run_waits_for_no_time_beyond_every_pause(make: Callable[..., Stand], api: Api) -> None:
    """As when the clock was set back by a day after the last run."""
    stand, tomorrow = make(entity_names="a"), time.time() + 86_400
    report = {"task": 0, "rank": 1, "ended": True, "next_poll": tomorrow, "due": {"a": tomorrow}}
    stand.instance.report_runless_asset_event(report_of(KEY, 0, report, {}))
    stand.hurry()
    assert [run.success for run in stand.poll()] == [True]
    stand.tick()
    assert api.asked == []
    assert stand.remembered()["tasks"]["0"]["next"] <= time.time() + 900


# Failures that a person has to mend


def test_b141_without_automatic_restarts_an_entity_stays_failed_until_a_person_moves_it(make: Callable[..., Stand], api: Api) -> None:
    stand = make(entity_names="a", auto_restart_on_user_error="false")
    api.answer = lambda _entity, _start: (404, "text/plain", b"")
    stand.poll()
    for _ in range(3):
        stand.hurry()
        assert stand.poll() == []
    assert len(api.asked) == 1
    api.answer = api.page
    stand.edit(offsets={"a": 5})
    assert [run.success for run in stand.poll()] == [True]
    assert api.offsets("a") == [0, 5]


@pytest.mark.skipif(not hasattr(psutil, "RLIMIT_AS"), reason="The system cannot limit the memory of a process that runs (prlimit).")
def test_b142_a_page_beyond_the_memory_of_its_run_fails_the_entity_with_advice_and_a_growing_pause(
    stand: Stand, api: Api, tmp_path: Path
) -> None:
    stand.config["run.max.seconds"] = "0"
    with worker(stand, stand.tick()[0], tmp_path) as process:
        api.answer = lambda _entity, _start: beyond_memory(psutil.Process(process.pid))
        until(lambda: api.asked)
        run = at_work(stand.instance)
        assert process.wait() == 1
    assert "1 of 1 entities FAILED" in told(stand.instance, run)
    assert "Ask the API for smaller pages, lower max.in.flight.requests, or give it more." in told(stand.instance, run)
    stand.tick()
    failed = stand.remembered()["failed"]["a"]
    assert failed["failures"] == 1
    assert "It starts again in 5 s." in failed["reason"]


def beyond_memory(process: psutil.Process) -> Answer:
    """A page that does not fit into what the process may still take."""
    most = process.memory_info().vms + 16 * MEGABYTE
    process.rlimit(psutil.RLIMIT_AS, (most, most))
    return 200, "application/json", b"[" + b" " * 48 * MEGABYTE + b"]"
