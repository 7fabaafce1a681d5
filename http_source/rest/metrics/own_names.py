"""What Kafka Connect's metrics do not say: what each name means, and its numbers."""

from collections.abc import Iterator, Mapping
from importlib.metadata import version

from http_source.orchestration.monitor import Seen
from http_source.rest.metrics.connect_names import Sample, TaskSeen

MEANINGS: Mapping[str, str] = {
    "http_source_storage_up": "1 if Dagster's storage answered this scrape; with 0 nothing else is known, and no other metric is present.",
    "http_source_reading_seconds": "Seconds that reading Dagster's storage took for this scrape.",
    "http_source_build_info": "1, labeled with the version of http-source that serves.",
    "http_source_daemon_heartbeat_age_seconds": "Seconds since a part of Dagster's daemon last reported. SENSOR starts runs.",
    "http_source_connector_valid": "1 if the connector's file has no mistakes, here or where Dagster runs; else it does not start.",
    "http_source_sensor_on": "1 if the connector's sensor is on; absent until Dagster has seen it.",
    "http_source_sensor_tick_age_seconds": "Seconds since the connector's sensor last ticked.",
    "http_source_entity_condition": "1 for the condition that the entity is in, as `http-source status` names it.",
    "http_source_entity_failures": "Times in a row that the entity FAILED, or attempts of the request that is RETRYING; absent for none.",
    "http_source_entity_lag_seconds": "Seconds by which the entity's next request is late; absent below ten.",
    "http_source_entity_last_record_age_seconds": "Seconds since records of the entity were last stored with their position.",
    "http_source_entity_doubts": "Reports that records of the entity may be lost or repeated; absent for none.",
    "http_source_task_polling": "1 if a run that is alive polls the task's entities now.",
    "http_source_task_lag_seconds": "Seconds by which the latest of the task's entities is behind its interval.",
    "http_source_kafka_up": "1 if Kafka accepts the task's records, 0 if it does not.",
    "http_source_kafka_away_seconds": "Seconds for which Kafka has accepted nothing.",
    "http_source_last_answer_age_seconds": "Seconds since the API last answered a request of the task, whatever the status.",
    "http_source_last_record_age_seconds": "Seconds since Kafka last acknowledged a record of the task.",
    "http_source_rate_limit_left": "Requests that the API's own rate limit leaves, as its last answer said; absent where it says nothing.",
    "http_source_budget_spent_seconds": "Seconds until `http.requests.per.second` has room for the next request.",
    "http_source_requests_total": "Requests that were sent, retries among them.",
    "http_source_responses_total": "Answers by their status code; those of rare codes are `other`.",
    "http_source_request_seconds_total": "Seconds that requests took, the failed ones among them.",
    "http_source_retries_total": "Requests that were sent again.",
    "http_source_empty_polls_total": "Answers that brought nothing new.",
    "http_source_pages_total": "Pages that Kafka acknowledged.",
    "http_source_bytes_total": "Bytes of record values that Kafka acknowledged.",
    "http_source_failures_total": "Times that an entity FAILED.",
    "http_source_undecided_records_total": "Records with a value that was written as null, since nothing shows its type yet.",
    "http_source_delivery_seconds_total": "Seconds that delivering pages took.",
    "http_source_checkpoints_total": "Positions that were stored.",
    "http_source_checkpoint_seconds_total": "Seconds that storing positions took.",
    "http_source_transactions_total": "Kafka transactions by what became of them: committed or aborted.",
    "http_source_transaction_seconds_total": "Seconds from the beginning of committed transactions to their commit.",
    "http_source_transaction_max_seconds": "The longest of them in the last half to one minute.",
}
"""Every name, and what it means in one sentence; those that end in `_total` are counters, all others gauges."""


def of_instance(seconds: float, daemons: Mapping[str, float]) -> Iterator[Sample]:
    """What is said of Dagster: the storage has answered."""
    yield Sample("http_source_reading_seconds", {}, seconds)
    for name, age in daemons.items():
        yield Sample("http_source_daemon_heartbeat_age_seconds", {"daemon": name}, age)


def always(*, storage_up: bool) -> Iterator[Sample]:
    """What is said whether the storage answers or not."""
    yield Sample("http_source_storage_up", {}, storage_up)
    yield Sample("http_source_build_info", {"version": version("http-source")}, 1)


def of_connector(seen: Seen, now: float) -> Iterator[Sample]:
    """What is said of a connector, and of each of its entities."""
    label = {"connector": seen.connector.name}
    if seen.status.sensor is not None:
        yield Sample("http_source_sensor_on", label, seen.status.sensor)
    if seen.status.last_tick is not None:
        yield Sample("http_source_sensor_tick_age_seconds", label, max(0.0, now - seen.status.last_tick))
    for each in seen.status.entities:
        labels = {**label, "entity": each.entity}
        yield Sample("http_source_entity_condition", {**labels, "condition": each.diagnosis.condition.value}, 1)
        if each.doubts:
            yield Sample("http_source_entity_doubts", labels, len(each.doubts))
        if (at := seen.recorded.get(each.entity)) is not None:
            yield Sample("http_source_entity_last_record_age_seconds", labels, max(0.0, now - at))
    for name, values in (("failures", seen.failures), ("lag_seconds", seen.late)):
        for entity, value in values.items():
            yield Sample(f"http_source_entity_{name}", {**label, "entity": entity}, value)


def of_task(task: TaskSeen, now: float) -> Iterator[Sample]:
    """What is said of a task."""
    totals, labels = task.totals, task.labels
    yield Sample("http_source_task_polling", labels, task.polls)
    for name, value in {**_gauges(task), **_counts(task)}.items():
        yield Sample(f"http_source_{name}", labels, value)
    for name, at in (("answer", totals.answered_at), ("record", totals.recorded_at)):
        if at:
            yield Sample(f"http_source_last_{name}_age_seconds", labels, max(0.0, now - at))
    for code, count in totals.counts.codes.items():
        yield Sample("http_source_responses_total", {**labels, "code": code}, count)
    for result, count in (("committed", totals.counts.committed), ("aborted", totals.counts.aborted)):
        yield Sample("http_source_transactions_total", {**labels, "result": result}, count)


def _gauges(task: TaskSeen) -> dict[str, float]:
    """What holds while a run polls; nothing is known of it otherwise."""
    totals = task.totals
    if not task.polls:
        return {}
    left = {} if totals.left is None else {"rate_limit_left": float(totals.left)}
    return {
        "task_lag_seconds": totals.late,
        "kafka_up": float(not totals.kafka_away),
        "kafka_away_seconds": totals.kafka_away,
        "budget_spent_seconds": totals.spent,
        "transaction_max_seconds": totals.of("commit_most"),
        **left,
    }


def _counts(task: TaskSeen) -> dict[str, float]:
    counts = task.totals.counts
    return {
        "requests_total": counts.requests,
        "request_seconds_total": counts.fetch_s,
        "retries_total": counts.retries,
        "empty_polls_total": counts.empty,
        "pages_total": counts.pages,
        "bytes_total": counts.bytes,
        "failures_total": counts.failures,
        "undecided_records_total": counts.undecided,
        "delivery_seconds_total": counts.deliver_s,
        "checkpoints_total": counts.stored,
        "checkpoint_seconds_total": counts.store_s,
        "transaction_seconds_total": counts.commit_s,
    }
