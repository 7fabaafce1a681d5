"""Kafka Connect's metrics of sources, under the names that the two common configurations of the JMX exporter print.

Confluent's (`confluentinc/jmx-monitoring-stacks`) keep the bean's whole type, `kafka_connect_source_task_metrics_…`; Strimzi's leave
`-metrics` out, `kafka_connect_source_task_…`, and print only attributes with certain endings. Existing dashboards and rules use either.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from http_source.orchestration.totals import Totals

MS = 1000
_STRIMZI_ENDINGS = (
    "-total", "-count", "-ms", "-ratio", "-rate", "-max", "-avg", "-failures", "-timestamp", "-logged", "-errors", "-retries", "-skipped",
)
_TASK_STATES = ("running", "paused", "failed", "unassigned", "restarting")


class Sample(NamedTuple):
    """One number of one family."""

    family: str
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class TaskSeen:
    """One task.

    Attributes:
        state: Connect's word for it.
        polls: whether a run polls it now; else what is said of the last minute is nothing.
    """

    connector: str
    task: int
    state: str
    polls: bool
    totals: Totals

    @property
    def labels(self) -> dict[str, str]:
        """What its numbers are told apart by."""
        return {"connector": self.connector, "task": str(self.task)}

    def lately(self, name: str) -> float:
        """One of its statistics."""
        return self.totals.of(name) if self.polls else 0.0


@dataclass(frozen=True, slots=True)
class ConnectorSeen:
    """One connector.

    Attributes:
        state: Connect's word for it.
        kind: its `connector.class`.
    """

    name: str
    state: str
    kind: str
    version: str
    tasks: Sequence[TaskSeen] = ()


def connect_samples(connectors: Sequence[ConnectorSeen]) -> Iterator[Sample]:
    """Everything that has a meaning here."""
    yield from _of_worker(connectors)
    for connector in connectors:
        yield from _of_connector(connector)
        for task in connector.tasks:
            yield from _of_task(task)


def _of_worker(connectors: Sequence[ConnectorSeen]) -> Iterator[Sample]:
    for name, count in {"connector_count": len(connectors), "task_count": sum(len(each.tasks) for each in connectors)}.items():
        yield Sample(f"kafka_connect_connect_worker_metrics_{name}", {"connector": "aggregate"}, count)
        yield Sample(f"kafka_connect_worker_{name}", {}, count)


def _of_connector(connector: ConnectorSeen) -> Iterator[Sample]:
    label = {"connector": connector.name}
    said = {"status": connector.state.lower(), "connector_class": connector.kind, "connector_type": "source",
            "connector_version": connector.version}
    for name, value in said.items():
        yield Sample("kafka_connect_connector_metrics", {**label, name: value}, 1)
        yield Sample(f"kafka_connect_connector_{name}", {**label, name: value}, 1)
    states = [task.state.lower() for task in connector.tasks]
    counts = {"total": len(states), **{state: states.count(state) for state in _TASK_STATES}}
    for name, count in counts.items():
        yield Sample(f"kafka_connect_connect_worker_metrics_connector_{name}_task_count", label, count)
        yield Sample(f"kafka_connect_worker_connector_{name}_task_count", label, count)


def _of_task(task: TaskSeen) -> Iterator[Sample]:
    yield Sample("kafka_connect_connector_task_status", {**task.labels, "status": task.state.lower()}, 1)
    for bean, attributes in (("connector-task", _connector_task), ("source-task", _source_task), ("task-error", _task_error)):
        for attribute, value in attributes(task).items():
            yield Sample(_name(bean, "metrics", attribute), task.labels, value)
            if attribute.endswith(_STRIMZI_ENDINGS):
                yield Sample(_name(bean, attribute), task.labels, value)


def _name(*parts: str) -> str:
    return "_".join(("kafka_connect", *parts)).replace("-", "_")


def _connector_task(task: TaskSeen) -> dict[str, float]:
    return {
        "running-ratio": float(task.state == "RUNNING"),
        "pause-ratio": float(task.state == "PAUSED"),
        "batch-size-avg": task.lately("batch_mean"),
        "batch-size-max": task.lately("batch_most"),
        "offset-commit-avg-time-ms": MS * task.lately("offset_mean"),
        "offset-commit-max-time-ms": MS * task.lately("offset_most"),
    }


def _source_task(task: TaskSeen) -> dict[str, float]:
    counts = task.totals.counts
    return {
        "source-record-poll-total": counts.polled,
        "source-record-poll-rate": task.lately("polled_rate"),
        "source-record-write-total": counts.written,
        "source-record-write-rate": task.lately("written_rate"),
        "source-record-active-count": task.totals.active if task.polls else 0,
        "source-record-active-count-avg": task.lately("active_mean"),
        "source-record-active-count-max": task.lately("active_most"),
        "poll-batch-avg-time-ms": MS * task.lately("poll_mean"),
        "poll-batch-max-time-ms": MS * task.lately("poll_most"),
        "transaction-size-min": task.lately("size_least"),
        "transaction-size-avg": task.lately("size_mean"),
        "transaction-size-max": task.lately("size_most"),
    }


def _task_error(task: TaskSeen) -> dict[str, float]:
    counts = task.totals.counts
    return {
        "total-record-errors": counts.errors,
        "total-record-failures": counts.failures + counts.skipped,
        "total-records-skipped": counts.skipped,
        "total-retries": counts.retries,
        "total-errors-logged": counts.errors,
        "last-error-timestamp": round(MS * task.totals.erred_at),
    }
