"""One task that drains a backlog in one of the ways that `exactly_once.py` compares, run by it in a process of its own.

`python -m bench.drain URL KAFKA NAME WAY ENTITIES RECORDS PAUSE_MS` lets each entity of a connector of that name fetch so many records into
the topic of that name, that pause between its pages, and prints as JSON: `start`, the seconds until the task could begin; and for what
followed `wall`, `cpu` (seconds, the task's threads), `records` and `pages` that were acknowledged, and `latency`: the seconds from when a
page was read to when the connector knew it as acknowledged, on average over all pages (Little's law: how many pages were in between,
looked up every 2 ms, by the pages per second).
"""

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Thread

from bench.setting import pause
from http_source.assembly.loading import load_config
from http_source.assembly.wiring import build_task
from http_source.task import Task

WAYS: Mapping[str, Mapping[str, object]] = {
    "at least once": {},
    "poll": {"exactly.once.support": "required"},
    "interval, 1 s": {
        "exactly.once.support": "required", "transaction.boundary": "interval", "transaction.boundary.interval.ms": 1_000,
    },
}
_LOOK_SECONDS = 0.002
_GRACE_SECONDS = 30


@dataclass(slots=True)
class Stay:
    """How long pages were between having been read and having been acknowledged, all together.

    Attributes:
        page_seconds: those of each page added up.
        at: when it was last looked at.
    """

    task: Task
    page_seconds: float
    at: float

    def look(self) -> None:
        """Wait a moment, and add what passed of it for each page that is in between."""
        pause(_LOOK_SECONDS)
        now = time.perf_counter()
        between = sum(entity.position.sequence - entity.acknowledged.position.sequence for entity in self.task.entities)
        self.page_seconds += between * (now - self.at)
        self.at = now


def drain_task(  # noqa: PLR0913  what differs from round to round
    url: str, kafka: str, name: str, way: str, *, entities: int, records: int, pause_ms: int
) -> Task:
    """A task over so many entities, each with so many records to come."""
    config = load_config({
        "name": name,
        "entity.names": [f"entity-{number}" for number in range(entities)],
        "url": f"{url}/feed?entity=${{entityName}}&offset=${{offset}}&total={records}",
        "http.offset.mode": "SIMPLE_INCREMENTING",
        "http.initial.offset": 0,
        "http.response.data.json.pointer": "/hits/hits",
        "catchup.interval.ms": pause_ms,
        "output.data.format": "JSON",
        "topic.name.pattern": name,
        **WAYS[way],
    }).config
    return build_task(config, config.request.entities, kafka={"bootstrap.servers": kafka}, positions={})


def measure(task: Task, records: int) -> dict[str, float]:
    """The figures of a task from its start to the last acknowledgement, its stop included. Raises RuntimeError when it fails."""
    begun = time.perf_counter()
    task.start()
    start = time.perf_counter()
    cpu, stay = _cpu(), Stay(task, 0.0, start)
    while task.failure is None and any(entity.position.offset != records and entity.failure is None for entity in task.entities):
        stay.look()
    stopping = Thread(target=task.stop, args=[_GRACE_SECONDS])
    stopping.start()
    while stopping.is_alive():
        stay.look()
    wall, cpu = time.perf_counter() - start, _cpu() - cpu
    if failure := task.failure or next((entity.failure for entity in task.entities if entity.failure), None):
        raise RuntimeError(f"The task failed: {failure}")
    marks = [entity.acknowledged for entity in task.entities]
    pages = sum(mark.pages for mark in marks)
    return {"start": start - begun, "wall": wall, "cpu": cpu, "records": sum(mark.records for mark in marks), "pages": pages,
            "latency": stay.page_seconds / pages}


def _cpu() -> float:
    """Seconds of all threads but this one, which only looks."""
    return time.process_time() - time.thread_time()


def main(url: str, kafka: str, name: str, way: str, *counts: str) -> None:
    """Drain once."""
    entities, records, pause_ms = map(int, counts)
    task = drain_task(url, kafka, name, way, entities=entities, records=records, pause_ms=pause_ms)
    sys.stdout.write(json.dumps(measure(task, records)))


if __name__ == "__main__":
    main(*sys.argv[1:])
