"""The ways from the feed to Kafka that `throughput.py` compares, each run in a process of its own.

`python -m bench.loops URL KAFKA WAY RECORDS` moves so many records and prints `{"cpu": …, "wall": …, "rss": …}`: seconds of
the processor over all threads, seconds on the clock, bytes of memory in the end. The loops keep no position, retry nothing and stop at
the first error.
"""

import json
import sys
from collections.abc import Callable

import requests
from confluent_kafka import KafkaError, Message, Producer
from msgspec import Raw, Struct
from msgspec.json import Decoder

from bench.figures import cost_of
from bench.setting import TOPIC, pause
from http_source.assembly.loading import load_config
from http_source.assembly.wiring import build_task
from http_source.task import Task

_CHECK_SECONDS = 0.01


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


def connector(url: str, kafka: str, total: int) -> None:
    """The connector itself, from its configuration to the acknowledged position, as a run holds it."""
    config = load_config(backlog(url, total)).config
    task = build_task(config, config.request.entities, kafka={"bootstrap.servers": kafka}, positions={})
    drain(task, total)


def bare(url: str, kafka: str, total: int) -> None:
    """What one writes first: parse the page, print each record anew, produce it with a callback."""
    producer, session, offset = producer_at(kafka), requests.Session(), 0
    while records := session.get(f"{url}/feed", params={"offset": offset, "total": total}).json()["hits"]["hits"]:
        for record in records:
            producer.produce(TOPIC, json.dumps(record).encode(), on_delivery=refuse)
            producer.poll(0)
        producer.flush()
        offset += len(records)


class _Hits(Struct):
    hits: list[Raw]


class _Answer(Struct):
    hits: _Hits


def slices(url: str, kafka: str, total: int) -> None:
    """The least that can be done with the same libraries: cut the records out of the body and produce the slices."""
    producer, session, offset = producer_at(kafka), requests.Session(), 0
    session.trust_env = False
    decoder = Decoder(_Answer)
    while records := decoder.decode(body_of(session, f"{url}/feed?offset={offset}&total={total}")).hits.hits:
        for record in records:
            producer.produce(TOPIC, record, on_delivery=refuse)
        producer.flush()
        offset += len(records)


def body_of(session: requests.Session, url: str) -> bytes:
    """What is answered, in one piece."""
    with session.get(url, stream=True) as answer:
        return answer.raw.read(decode_content=True)


def producer_at(kafka: str) -> Producer:
    """A client that reports nothing but errors."""
    return Producer({"bootstrap.servers": kafka, "acks": "all", "enable.idempotence": True, "linger.ms": 5,
                     "delivery.report.only.error": True})


def refuse(error: KafkaError | None, _message: Message) -> None:
    """Stop at the first error."""
    if error is not None:
        raise RuntimeError(f"Kafka did not take a record: {error.str()}")


WAYS: dict[str, Callable[[str, str, int], None]] = {way.__name__: way for way in (connector, bare, slices)}


def main(url: str, kafka: str, way: str, total: str) -> None:
    """Go one way once."""
    sys.stdout.write(json.dumps(cost_of(lambda: WAYS[way](url, kafka, int(total)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
