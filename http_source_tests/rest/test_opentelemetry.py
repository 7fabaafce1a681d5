"""Metrics by OTLP: a receiver that reads the protocol's own messages gets the numbers that /metrics shows."""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from http_source.rest.metrics.opentelemetry import exporting, is_wanted, names
from http_source.rest.metrics.reading import Reader
from http_source.rest.worker import Worker
from http_source_tests.rest.served import Served
from http_source_tests.waiting import until

Labels = tuple[tuple[str, str], ...]


class Receiver(ThreadingHTTPServer):
    """Takes what is exported.

    Attributes:
        values: of the last export, by name and labels.
        growing: the names of what only grows.
        service: who sent it.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.values: dict[str, dict[Labels, float]] = {}
        self.growing: set[str] = set()
        self.service = ""

    def take(self, body: bytes) -> None:
        (of_resource,) = ExportMetricsServiceRequest.FromString(body).resource_metrics
        self.service = next(each.value.string_value for each in of_resource.resource.attributes if each.key == "service.name")
        metrics = [metric for scope in of_resource.scope_metrics for metric in scope.metrics]
        self.growing = {metric.name for metric in metrics if metric.HasField("sum") and metric.sum.is_monotonic}
        self.values = {metric.name: {_labels(point): point.as_double for point in _points(metric)} for metric in metrics}


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        assert self.path == "/v1/metrics"
        self.server.take(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the parent's
        """Say nothing."""


def _points(metric: Any) -> Any:
    return (metric.sum if metric.HasField("sum") else metric.gauge).data_points


def _labels(point: Any) -> Labels:
    return tuple(sorted((each.key, each.value.string_value) for each in point.attributes))


@contextmanager
def receiving() -> Iterator[Receiver]:
    with Receiver() as receiver:
        thread = threading.Thread(target=receiver.serve_forever, args=(0.01,))
        thread.start()
        yield receiver
        receiver.shutdown()
        thread.join()


def test_a_receiver_gets_the_numbers_that_metrics_shows(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    served.make(entity_names="a").poll()
    reader = Reader(Worker(served.instance, "127.0.0.1:8083"))
    with receiving() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{receiver.server_port}")
        monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "200")
        with exporting(reader):
            until(lambda: receiver.values)
    task = (("connector", "orders"), ("task", "0"))
    assert receiver.service == "http-source"
    assert receiver.values["http_source_requests"] == {task: 1.0}
    assert receiver.values["kafka_connect_source_task_metrics_source_record_write"] == {task: 10.0}
    assert receiver.values["http_source_entity_condition"].keys() == {(("condition", "WAITING"), ("connector", "orders"), ("entity", "a"))}
    assert "http_source_requests" in receiver.growing
    assert "http_source_storage_up" not in receiver.growing
    shown = {each.family.removesuffix("_total") for each in reader.samples()}
    assert receiver.values.keys() == shown


def test_every_name_of_metrics_is_observed(served: Served) -> None:
    served.make().poll()
    served.write("broken.json", {"name": "broken"})
    assert {each.family for each in Reader(Worker(served.instance, "127.0.0.1:8083")).samples()} <= set(names())


@pytest.mark.parametrize(("environment", "wanted"), [
    ({}, False),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
    ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://collector:4318/v1/metrics"}, True),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_METRICS_EXPORTER": "none"}, False),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "true"}, False),
])
def test_the_standard_variables_say_whether_anything_is_exported(environment: Mapping[str, str], *, wanted: bool) -> None:
    assert is_wanted(environment) is wanted


def test_a_receiver_that_is_away_disturbs_nobody(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    with caplog.at_level(logging.CRITICAL), exporting(Reader(Worker(served.instance, "127.0.0.1:8083"))):
        assert served.get("/metrics").status_code == 200
