"""A connector with a real Dagster instance, and what the daemon would do with it: tick its sensor, execute its runs."""

import json
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import uuid4

import dagster as dg
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

from http_source.model import Position
from http_source.orchestration.build import build_http_source
from http_source.orchestration.resources import KafkaResource
from http_source.orchestration.translator import HttpSourceTranslator

NAME = "orders"
KEY = dg.AssetKey([NAME])
POSITION = "http_source/position"
LEASE, END = ".dagster/http_source_lease", ".dagster/http_source_end"
STATE = "http_source/state"
NOWHERE = "127.0.0.1:1"
COUNTING = {"mode": "SIMPLE_INCREMENTING"}
"""What a position of such a connector has besides."""
PAGES = {"http_offset_mode": "CURSOR_PAGINATION", "http_next_page_json_pointer": "/next"}
"""What makes it follow tokens instead."""


def configuration(api: str = "http://127.0.0.1:1", **properties: object) -> dict[str, object]:
    """A connector that counts; `a_b` in a keyword stands for `a.b`."""
    return {
        "name": NAME,
        "url": api + "/${entityName}",
        "entity.names": "a,b",
        "http.request.parameters": "start=${offset}",
        "http.initial.offset": "0",
        "http.response.data.json.pointer": "/items",
        "topic.name.pattern": f"{NAME}-${{entityName}}",
        "output.data.format": "JSON",
        "request.interval.ms": "100",
        "offset.flush.interval.ms": "0",
        "max.retries": "0",
        "run.max.seconds": "0",
        **{name.replace("_", "."): value for name, value in properties.items()},
    }


@dataclass
class Stand:
    """One connector at work.

    Attributes:
        cursor: the sensor's cursor, as the last tick left it.
        login: how to sign in to Kafka, as the resource's further fields.
        translator: names its asset; without one it is called as the connector is.
        tick: what the last tick said.
    """

    instance: dg.DagsterInstance
    config: dict[str, object]
    brokers: str = NOWHERE
    cursor: str | None = None
    login: dict[str, Any] = field(default_factory=dict)
    translator: HttpSourceTranslator | None = None
    said: dg.SensorResult = field(default_factory=dg.SensorResult)

    @property
    def name(self) -> str:
        return str(self.config["name"])

    @property
    def key(self) -> dg.AssetKey:
        # Definitions cannot be resolved once a command has opened an instance of its own and closed it.
        if self.translator is None:
            return dg.AssetKey([self.name])
        return next(spec.key for spec in self.definitions.resolve_all_asset_specs())

    @cached_property
    def definitions(self) -> dg.Definitions:
        kafka = dg.Definitions(resources={"kafka": KafkaResource(bootstrap_servers=self.brokers, **self.login)})
        return dg.Definitions.merge(build_http_source(self.config, translator=self.translator), kafka)

    @cached_property
    def job(self) -> dg.JobDefinition:
        return self.definitions.resolve_job_def(f"{self.name}_poll")

    def tick(self) -> Sequence[dg.RunRequest]:
        """One tick, stored as the daemon stores it; what it requests."""
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor, definitions=self.definitions)
        said = self.definitions.resolve_sensor_def(f"{self.name}_sensor")(context)
        assert isinstance(said, dg.SensorResult)
        for event in said.asset_events:
            assert isinstance(event, dg.AssetMaterialization | dg.AssetCheckEvaluation)
            self.instance.report_runless_asset_event(event)
        self.said, self.cursor = said, said.cursor
        return said.run_requests or []

    @property
    def reason(self) -> str:
        """Why the last tick requested nothing."""
        return str(self.said.skip_reason.skip_message) if isinstance(self.said.skip_reason, dg.SkipReason) else ""

    def run(self, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
        """What the daemon does with a request, in this process."""
        return self.job.execute_in_process(
            instance=self.instance, run_config=dict(request.run_config), tags=dict(request.tags), raise_on_error=False
        )

    def start(self, request: dg.RunRequest) -> "RunInThread":
        """Begin what the daemon does with a request, and go on."""
        run = RunInThread(self, request)
        run.start()
        return run

    def poll(self) -> list[dg.ExecuteInProcessResult]:
        """A tick, and the runs that it requests."""
        return [self.run(request) for request in self.tick()]

    def materialize(self, entity: str) -> dg.ExecuteInProcessResult:
        """What a click on `Materialize` does."""
        job = self.definitions.resolve_implicit_global_asset_job_def()
        return job.execute_in_process(instance=self.instance, partition_key=entity, raise_on_error=False)

    def remembered(self) -> dict[str, Any]:
        """The cursor, read."""
        return dict(json.loads(self.cursor or "{}"))

    def edit(self, **parts: object) -> None:
        """Change parts of the cursor as a person would."""
        self.cursor = json.dumps(self.remembered() | parts)

    def hurry(self) -> None:
        """Let the next tick come when the task is due."""
        self.tick()
        self.edit(tasks={task: state | {"next": 0} for task, state in self.remembered().get("tasks", {}).items()})

    @property
    def verdicts(self) -> list[bool]:
        """What the last tick reported to the asset's check."""
        return [event.passed for event in self.said.asset_events if isinstance(event, dg.AssetCheckEvaluation)]

    def check(self) -> bool:
        """What a click on `Execute` of the asset's check finds."""
        job = dg.define_asset_job("check", selection=dg.AssetSelection.checks_for_assets(self.key))
        definitions = dg.Definitions.merge(self.definitions, dg.Definitions(jobs=[job]))
        result = definitions.resolve_job_def("check").execute_in_process(instance=self.instance)
        (found,) = result.get_asset_check_evaluations()
        return found.passed

    def live(  # noqa: PLR0913 - what a run may differ in
        self, request: dg.RunRequest, *, phase: str = "polling", status: dg.DagsterRunStatus = dg.DagsterRunStatus.STARTED, beat: int = 3,
        process: str = "", run_id: str = "", **more: Any,
    ) -> dg.DagsterRun:
        """Store a run as the daemon and the run itself would, as far as it has come; an empty phase is that of one that has not begun."""
        run_id = run_id or str(uuid4())
        lease = {LEASE: f"{run_id} {phase} {beat} {process}"} if phase else {}
        tags = {**request.tags, **lease}
        return self.instance.add_run(dg.DagsterRun(
            run_id=run_id, job_name=f"{self.name}_poll", status=status, tags=tags, run_config=request.run_config, **more,
        ))

    def wanted(self) -> dg.RunRequest:
        """The one run that a sensor without a memory requests first."""
        (request,) = Stand(self.instance, self.config).tick()
        return request

    def tell_to_end(self) -> None:
        """Let all runs in progress end."""
        tell_to_end(self.instance)

    def told_to_end(self, run: dg.DagsterRun) -> str:
        """Why somebody told a run to end; empty when nobody did."""
        found = self.instance.get_run_by_id(run.run_id)
        return found.tags.get(END, "").removeprefix(f"{run.run_id} ") if found else ""

    def move(self, entity: str, position: Position) -> None:
        """Write a checkpoint, as a run would."""
        metadata = {POSITION: dg.MetadataValue.json(position.to_json())}
        self.instance.report_runless_asset_event(dg.AssetMaterialization(self.key, partition=entity, metadata=metadata))

    def fail(self, entity: str, *, retry_at: float | None, rank: int = 1, reason: str = "broken") -> None:
        """Write that an entity failed, as a run would."""
        state = {"state": "FAILED", "rank": rank, "reason": reason, "failures": 1, "retry_at": retry_at, "epoch": 0}
        failed = dg.AssetObservation(self.key, partition=entity, metadata={STATE: dg.MetadataValue.json(state)})
        self.instance.report_runless_asset_event(failed)

    def stored(self, entity: str) -> list[Any]:
        """The positions in the event log, newest first, without what they know of answers' names."""
        of_entity = dg.AssetRecordsFilter(asset_key=self.key, asset_partitions=[entity])
        records = self.instance.fetch_materializations(of_entity, limit=1000).records
        positions: list[Any] = [record.asset_materialization.metadata[POSITION].value for record in records if record.asset_materialization]
        return [{name: each for name, each in position.items() if name != "beside"} for position in positions]


class _Forgetful(list[Any]):
    """What logging keeps its handlers in, to lock and close them when it is configured: nothing is kept.

    Dagster configures it when a run begins. Another run of the same process, which only tests have, may hold its handler and wait for
    logging: none of the two would go on.
    """

    def append(self, _handler: Any) -> None:
        """Forget it."""


setattr(logging, "_handlerList", _Forgetful())  # noqa: B010 - private, and not in the types


class RunInThread(threading.Thread):
    """A run in this process, while the test goes on.

    Attributes:
        result: how it ended; none before.
    """

    def __init__(self, stand: Stand, request: dg.RunRequest) -> None:
        super().__init__(name="run of a test")
        self.result: dg.ExecuteInProcessResult | None = None
        self._stand, self._request = stand, request

    def run(self) -> None:
        self.result = self._stand.run(self._request)


def tell_to_end(instance: dg.DagsterInstance) -> None:
    """Let all runs in progress end."""
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        instance.add_run_tags(run.run_id, {END: f"{run.run_id} The test is over."})


@contextmanager
def runs_end(instance: dg.DagsterInstance) -> Iterator[None]:
    """A test that fails leaves no run behind: its threads and its lines would be those of the next test."""
    try:
        yield
    finally:
        while runs := [thread for thread in threading.enumerate() if isinstance(thread, RunInThread)]:
            tell_to_end(instance)
            runs[0].join(0.2)


def message_of(result: dg.ExecuteInProcessResult) -> str:
    """What the UI shows for a failed run."""
    return " ".join(event.step_failure_data.user_failure_data.description or ""
                    for event in result.get_step_failure_events() if event.step_failure_data.user_failure_data)


def ids_in(brokers: str, topic: str) -> list[int]:
    """The `id` of every record in a topic of the in-memory cluster, partition by partition in order."""
    settings = {"bootstrap.servers": brokers, "group.id": "reader", "enable.partition.eof": True, "log_level": 0}
    consumer = Consumer(settings)
    partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in partitions])
    found, ended = [], 0
    while ended < len(partitions):
        for message in consumer.consume(500, 1):
            error = message.error()
            if error is None:
                found.append(json.loads(message.value() or b"null")["id"])
            elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - the client's own name for it
                ended += 1
    consumer.close()
    return found
