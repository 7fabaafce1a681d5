"""One task that polls many entities once a second, run by `entities.py` in a process of its own.

`python -m bench.crowd URL KAFKA KIND ENTITIES SECONDS` prints the figures of so many seconds, taken after a time to settle,
as JSON: `cpu` in cores, `rss` in bytes, `polls` and `records` (acknowledged) per second, `failed` entities, and `late`: for each
request the seconds by which it arrived at the server after its due time.
"""

import json
import sys
import time
from collections.abc import Sequence

import psutil
import requests

from bench.setting import TOPIC, pause
from http_source.assembly.loading import load_config
from http_source.assembly.wiring import build_task
from http_source.entity import Entity
from http_source.task import Task

INTERVAL_MS = 1_000
_SETTLING_SECONDS = 5
_GRACE_SECONDS = 10


def crowd_task(url: str, kafka: str, kind: str, entities: int) -> Task:
    """A task over so many entities of the feed; `kind` is the feed's: one record a page, or none."""
    config = load_config({
        "name": "bench",
        "entity.names": [f"entity-{number}" for number in range(entities)],
        "url": f"{url}/{kind}/${{entityName}}?offset=${{offset}}",
        "http.initial.offset": 0,
        "http.response.data.json.pointer": "/hits/hits",
        "request.interval.ms": INTERVAL_MS,
        "tasks.max": 1,
        "output.data.format": "JSON",
        "topic.name.pattern": TOPIC,
    }).config
    return build_task(config, config.request.entities, kafka={"bootstrap.servers": kafka}, positions={})


def watch(task: Task, url: str, seconds: float) -> dict[str, object]:
    """The figures of the next seconds of a task that is running."""
    session = requests.Session()
    session.trust_env = False
    session.get(f"{url}/gaps").close()
    before, cpu, wall = _counts(task.entities), time.process_time(), time.perf_counter()
    pause(seconds)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    requests_sent, records = (now - then for now, then in zip(_counts(task.entities), before, strict=True))
    with session.get(f"{url}/gaps") as answer:
        late = [gap - INTERVAL_MS / 1000 for gap in answer.json()]
    session.close()
    return {
        "cpu": cpu / wall,
        "rss": psutil.Process().memory_info().rss,
        "polls": requests_sent / wall,
        "records": records / wall,
        "failed": sum(entity.failure is not None for entity in task.entities),
        "late": late,
    }


def _counts(entities: Sequence[Entity]) -> tuple[int, int]:
    return sum(entity.traffic.requests for entity in entities), sum(entity.acknowledged.records for entity in entities)


def main(url: str, kafka: str, kind: str, entities: str, seconds: str) -> None:
    """Poll, watch, stop."""
    task = crowd_task(url, kafka, kind, int(entities))
    task.start()
    pause(_SETTLING_SECONDS)
    figures = watch(task, url, float(seconds))
    task.stop(_GRACE_SECONDS)
    acknowledged = sum(entity.acknowledged.records for entity in task.entities)
    sys.stdout.write(json.dumps({**figures, "acknowledged": acknowledged}))


if __name__ == "__main__":
    main(*sys.argv[1:])
