"""Tasks as the tests run them: a configuration over a local server and the in-memory cluster."""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from http_source.assembly.loading import load_config
from http_source.assembly.wiring import build_task
from http_source.edges.registry.address import RegistryAddress
from http_source.entity import Entity
from http_source.errors import Stopped
from http_source.model import Notice, Position
from http_source.task import Task
from http_source_tests.kafka import Cluster

Threads = Callable[[], list[str]]
"""Names those of the project's threads that began in the test and are alive."""

PATIENCE_S = 60.0
"""For how long a start waits for Kafka."""

FAST: Mapping[str, object] = {
    "name": "test",
    "entity.names": "default",
    "topic.name.pattern": "${entityName}",
    "output.data.format": "JSON",
    "http.initial.offset": "0",
    "request.interval.ms": 100,
    "retry.backoff.ms": 100,
}


def task_of(  # noqa: PLR0913 - what differs from test to test, each named by its caller
    cluster: Cluster,
    properties: Mapping[str, object],
    *,
    once: bool = False,
    positions: Mapping[str, Position] | None = None,
    kafka: Mapping[str, object] | None = None,
    registry: RegistryAddress | None = None,
) -> Task:
    """A task over all entities of the properties, which go over the fast ones; None takes one out."""
    config = load_config({name: value for name, value in {**FAST, **properties}.items() if value is not None}).config
    settings = {"bootstrap.servers": cluster.bootstrap, "log_level": 0, **(kafka or {})}
    entities = config.request.entities
    return build_task(
        config, entities, kafka=settings, positions=positions or {}, registry=registry, once=once
    )


@contextmanager
def started(task: Task, waits: Sequence[float] = (), grace: float = 60.0) -> Iterator[Task]:
    """The task at work; stopped at the end."""
    task.start(waits)
    try:
        yield task
    finally:
        task.stop(grace)


class Start(threading.Thread):
    """The start of a task, which may take long."""

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.stop = threading.Event()
        self.raised: Exception | None = None
        self._task = task

    def run(self) -> None:
        try:
            self._task.start(patience=PATIENCE_S, stop=self.stop)
        except Exception as error:  # noqa: BLE001 - tests look what it was
            self.raised = error

    def assert_stops(self) -> None:
        """It ends when it is told to, long before its patience is over."""
        told = time.monotonic()
        self.stop.set()
        self.join()
        assert time.monotonic() - told < PATIENCE_S / 2
        assert isinstance(self.raised, Stopped)


@contextmanager
def starting(task: Task) -> Iterator[Start]:
    """The task's start at work; stopped at the end."""
    start = Start(task)
    start.start()
    try:
        yield start
    finally:
        start.stop.set()
        start.join()


def entity_of(task: Task, name: str = "default") -> Entity:
    return next(entity for entity in task.entities if entity.name == name)


def notices_of(task: Task) -> list[Notice]:
    """The notices since they were last asked for."""
    notices = []
    while True:
        try:
            notices.append(task.notices.get_nowait())
        except queue.Empty:
            return notices
