"""One run: polls the entities of a task (or one entity once) and tells Dagster how far it got.

The polling happens in threads that nothing interrupts. This main thread only waits, stores checkpoints, logs, and looks
whether it has to end; an interrupt is such a reason, and takes effect when everything is stored.
"""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import dagster as dg

from http_source.config.properties import ConnectorConfig
from http_source.edges.kafka.transactions import Fenced
from http_source.errors import ConfigurationError, DeliveryFailed, PositionRefused, RequestFailed
from http_source.model import Position, newest
from http_source.orchestration.checkpoints import Checkpoints, Write
from http_source.orchestration.connector import CONNECTOR_TAG, PROCESS_TAG, Connector
from http_source.orchestration.history import Event, events_after, last_event_id, last_summary, recent_events
from http_source.orchestration.http_resources import HttpAuthResource, TlsResource, configured
from http_source.orchestration.interrupts import Interrupts
from http_source.orchestration.patience import patient
from http_source.orchestration.positions import unreadable
from http_source.orchestration.process import process_mark
from http_source.orchestration.reports import Context, Reports
from http_source.orchestration.resources import KafkaResource, SchemaRegistryResource
from http_source.orchestration.rivals import rival_of
from http_source.orchestration.watch import Watch
from http_source.task import Task
from http_source.wiring import build_task

_TICK_S = 0.5
_GRACE_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What a run is to poll.

    Attributes:
        entities: the entities.
        task: the task's number, or None when a person materializes one partition.
        hints: positions as the sensor knew them; newer ones in the event log win.
        event: the newest event the sensor had read; None without a sensor, then the event log alone is asked.
        once: whether to ask once per entity and end.
    """

    entities: Sequence[str]
    task: int | None = None
    hints: Mapping[str, Position] = field(default_factory=dict)
    event: int | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class Resources:
    """What Dagster hands to a run of a connector."""

    kafka: KafkaResource
    auth: HttpAuthResource
    tls: TlsResource
    registry: SchemaRegistryResource | None = None

    @classmethod
    def of(cls, resources: Any, connector: Connector) -> Self:
        """A connector's own among all of the run's."""
        return cls(
            resources.kafka,
            getattr(resources, connector.auth_key),
            getattr(resources, connector.tls_key),
            resources.schema_registry if "schema_registry" in connector.resource_keys else None,
        )

    def over(self, connector: Connector) -> ConnectorConfig:
        """The connector's configuration with what the resources say. Raises ConfigurationError."""
        return configured(connector.config, {connector.auth_key: self.auth, connector.tls_key: self.tls})


class PollingRun:
    """The main thread of a run."""

    def __init__(self, context: Context, connector: Connector, assignment: Assignment, *, store: Write | None = None) -> None:
        """`store` takes the checkpoints; by default they are logged as events."""
        self._context = context
        self._store: Write = patient(store or context.log_event)
        self._instance = context.instance
        self._connector = connector
        self._assignment = assignment
        self._parent = os.getppid()
        self._pause = threading.Event()
        self._interrupts = Interrupts()
        self._event = 0

    def execute(self, resources: Resources) -> None:
        """Poll until the time is over, nothing is due, or somebody says stop; then store what was acknowledged.

        Raises dagster.Failure, in words for a person, when another run is at work, or when Kafka, an entity or Dagster's storage failed.
        """
        with self._interrupts:
            try:
                if rival := patient(self._rival)():
                    self._yield_to(rival)
                else:
                    self._supervise(*self._start(resources))
            finally:
                self._sign_off()

    def _sign_off(self) -> None:
        """Take the mark away from a run by hand: its process ends with our step, while the run may go on with others."""
        if self._assignment.task is None:
            # What ended the run, if anything did, is what is to be told.
            with suppress(dg.Failure):
                patient(self._instance.add_run_tags)(self._context.run.run_id, {PROCESS_TAG: ""})

    # Before

    def _rival(self) -> str | None:
        run_id = self._context.run.run_id
        self._instance.add_run_tags(run_id, {CONNECTOR_TAG: self._connector.identity, PROCESS_TAG: process_mark(run_id)})
        return rival_of(self._instance, run_id, self._connector, self._connector.excluding(self._assignment.entities))

    def _start(self, resources: Resources) -> tuple[Task, Checkpoints]:
        summary = patient(self._last_summary)()
        try:
            task = self._build(resources, summary)
            # Before the start: a page may be acknowledged at once, and it must differ from where the entity stood.
            checkpoints = Checkpoints(self._connector.key, task.entities, self._connector.config.run.flush_interval_ms, self._store)
            task.start(self._waits(summary.get("due", {})))
        except (ConfigurationError, DeliveryFailed, PositionRefused, RequestFailed) as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        return task, checkpoints

    def _yield_to(self, rival: str) -> None:
        message = f"Run {rival} is already polling {', '.join(self._assignment.entities[:5])}; nothing is polled twice."
        if self._assignment.task is None:
            raise dg.Failure(f"{message} Stop the sensor {self._connector.sensor_name} and wait for that run's end to poll by hand.",
                             allow_retries=False)
        self._context.log.info(f"{message} This run ends.")

    def _build(self, resources: Resources, summary: Mapping[str, Any]) -> Task:
        config, assignment = resources.over(self._connector), self._assignment
        client_id = f"connector-producer-{self._connector.name}-{'manual' if assignment.task is None else assignment.task}"
        return build_task(
            config,
            assignment.entities,
            kafka=resources.kafka.settings(config, client_id),
            registry=None if resources.registry is None else resources.registry.address(),
            positions=patient(self._positions)(),
            failures=summary.get("failures", {}),
            attempts=summary.get("attempts", {}),
            once=assignment.once,
            identity=self._connector.identity,
        )

    def _positions(self) -> dict[str, Position]:
        """The newest position of each entity, from the sensor's hint and the event log."""
        key, since = self._connector.key, self._assignment.event
        self._event = last_event_id(self._instance, key)
        positions = dict(self._assignment.hints)
        if since is not None:
            events = events_after(self._instance, key, since)
        else:
            events = [event for entity in self._assignment.entities for event in self._past(entity)]
        for event in events:
            if position := newest(positions.get(event.entity), event.position):
                positions[event.entity] = position
        return positions

    def _past(self, entity: str) -> Sequence[Event]:
        """What is stored of an entity. Raises PositionRefused when the newest cannot be read: an older one would repeat records."""
        if refusal := unreadable(self._instance, self._connector.key, entity):
            raise PositionRefused(refusal)
        return recent_events(self._instance, self._connector.key, entity)

    def _waits(self, due: Mapping[str, float]) -> list[float]:
        """Seconds until each entity is due: the pause after its last request reaches over the end of the run that sent it."""
        now, longest = time.time(), self._connector.longest_pause
        return [min(max(0.0, due.get(entity, 0.0) - now), longest) for entity in self._assignment.entities]

    def _last_summary(self) -> Mapping[str, Any]:
        task = self._assignment.task
        return {} if task is None else last_summary(self._instance, self._connector.key, task)

    # Meanwhile

    def _supervise(self, task: Task, checkpoints: Checkpoints) -> None:
        reports = Reports(self._context, self._connector, task, checkpoints)
        watch = Watch(self._instance, self._connector, self._context.run.run_id, self._event)
        ends = time.monotonic() + self._connector.run_seconds
        try:
            while not self._over(task, watch, ends):
                reports.pass_on()
                checkpoints.store_due()
                # Last, so that a process that was frozen looks whether it is still wanted before it stores anything.
                self._pause.wait(_TICK_S)
        finally:
            # Also after a failure: pages on their way are finished and stored before the run ends.
            task.stop(_GRACE_S)
            checkpoints.store_all()
            reports.pass_on()
            reports.conclude(self._assignment.task, self._reason(task, watch))
        # Who took over says more.
        if watch.disowned and not isinstance(task.failure, Fenced):
            raise dg.Failure(watch.disowned, allow_retries=False)
        reports.raise_failures(unanswered=self._assignment.task is None)
        if self._assignment.task is None:
            checkpoints.store_rest()

    def _over(self, task: Task, watch: Watch, ends: float) -> bool:
        return (
            self._interrupts.received != 0
            or task.failure is not None
            or task.rests(self._connector.config.run.linger_ms / 1000)
            or time.monotonic() > ends
            or os.getppid() != self._parent
            or watch.ends(task.entities)
        )

    def _reason(self, task: Task, watch: Watch) -> str:
        """Why the run ends before its time, if it does."""
        if self._interrupts.received:
            return f"It was told to stop. {task.failure or ''}".rstrip()
        if os.getppid() != self._parent:
            return "It ends, because the process that started it is gone."
        return watch.moved
