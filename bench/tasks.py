"""The connector's own tasks, built from a configuration as a run builds them."""

from collections.abc import Mapping

from bench.setting import TOPIC, pause
from http_source.assembly.loading import load_config
from http_source.assembly.wiring import build_task
from http_source.edges.registry.address import RegistryAddress
from http_source.task import Task

_CHECK_SECONDS = 0.01


def task_of(configuration: Mapping[str, object], kafka: str, registry: RegistryAddress | None = None) -> Task:
    """A task over all entities of a connector, which begins at the initial offset."""
    config = load_config(configuration).config
    return build_task(config, config.request.entities, kafka={"bootstrap.servers": kafka}, registry=registry, positions={})


def backlog(url: str, total: int) -> dict[str, object]:
    """The configuration of a connector that gets so many records as quickly as it can."""
    return {
        "name": "bench",
        "url": f"{url}/feed",
        "http.request.parameters": f"offset=${{offset}}&total={total}",
        "http.offset.mode": "SIMPLE_INCREMENTING",
        "http.initial.offset": 0,
        "http.response.data.json.pointer": "/hits/hits",
        "catchup.interval.ms": 0,
        "output.data.format": "JSON",
        "topic.name.pattern": TOPIC,
    }


def drain(task: Task, total: int) -> None:
    """Let a task of one entity get so many records. Raises RuntimeError when it fails."""
    (entity,) = task.entities
    task.start()
    while entity.acknowledged.records < total and entity.failure is None and task.failure is None:
        pause(_CHECK_SECONDS)
    task.stop(grace=10)
    if entity.acknowledged.records < total:
        raise RuntimeError(entity.failure or task.failure)
