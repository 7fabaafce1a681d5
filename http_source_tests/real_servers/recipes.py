"""The configurations of `docs/recipes/`, as they are printed there, at work against the servers they are for."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from http_source.assembly.loading import load_config
from http_source.assembly.wiring import build_task
from http_source.model import Position
from http_source.task import Task
from http_source_tests.kafka import Cluster
from http_source_tests.waiting import until

RECIPES = Path(__file__).parents[2] / "docs" / "recipes"
GRACE_S = 60.0
_BLOCK = re.compile(r"```json\n(.*?)```", re.DOTALL)
_AT_ONCE: dict[str, object] = {"request.interval.ms": 100, "catchup.interval.ms": 0}


def recipe(page: str, origin: str, number: int = 0, **changes: object) -> dict[str, object]:
    """A configuration of the page `docs/recipes/PAGE.md`, asking the server at that origin (`http://host:port`), and faster than printed.

    The URL may be the first offset. `number` chooses between several; `changes` are more properties, with `_` for each dot of their names.
    """
    return moved(printed(page)[number], origin) | _AT_ONCE | {name.replace("_", "."): value for name, value in changes.items()}


def printed(page: str) -> list[dict[str, object]]:
    """The configurations of the page as they are printed there."""
    return [json.loads(block) for block in _BLOCK.findall((RECIPES / f"{page}.md").read_text(encoding="utf-8"))]


def moved(configuration: Mapping[str, object], origin: str) -> dict[str, object]:
    """A configuration that asks the server at that origin."""
    addresses = (name for name in ("url", "http.initial.offset") if "://" in str(configuration.get(name)))
    return dict(configuration) | {name: _at(origin, str(configuration[name])) for name in addresses}


def _at(origin: str, url: str) -> str:
    return origin + url.removeprefix("{0.scheme}://{0.netloc}".format(urlsplit(url)))


def topic_of(configuration: Mapping[str, object]) -> str:
    """Where the records of its only entity go."""
    return str(configuration["topic.name.pattern"])


@contextmanager
def polling(
    configuration: Mapping[str, object], cluster: Cluster, position: Position | None = None, *, environment: Mapping[str, str] | None = None
) -> Iterator[Task]:
    """A task at work with its only entity, from that position on."""
    config = load_config(configuration, environment=environment).config
    (entity,) = config.request.entities
    task = build_task(
        config, [entity],
        kafka={"bootstrap.servers": cluster.bootstrap}, positions={} if position is None else {entity: position},
    )
    task.start()
    try:
        yield task
    finally:
        task.stop(GRACE_S)


def acknowledged(task: Task) -> Position:
    """Where Kafka stands; fails when the task or its entity has failed."""
    (entity,) = task.entities
    assert task.failure is None
    assert entity.failure is None
    return entity.acknowledged.position


def doubts(task: Task) -> list[str]:
    """What the task reports as possible loss or repetition."""
    return [sentence for entity in task.entities for sentence in entity.doubts]


def arrived(cluster: Cluster, topic: str) -> list[dict[str, Any]]:
    """The records of a topic with one partition, in their order."""
    return [json.loads(value) for value in cluster.values(topic)]


def one_page(configuration: Mapping[str, object], cluster: Cluster, *, environment: Mapping[str, str] | None = None) -> Position:
    """Where a task stands that was stopped after its first page with records, long before it asks for the next one."""
    slow = dict(configuration) | {"request.interval.ms": 60_000, "catchup.interval.ms": 60_000}
    with polling(slow, cluster, environment=environment) as task:
        until(lambda: task.failure or any(entity.failure or entity.acknowledged.pages for entity in task.entities))
    return acknowledged(task)
