"""Reads what Kafka holds, as a consumer of committed records sees it, and says what became of them."""

import json
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise

from confluent_kafka import Consumer, KafkaError, TopicPartition

_EOF = KafkaError._PARTITION_EOF  # noqa: SLF001 - the client's own name for it


def committed_ids(brokers: str, topic: str) -> list[int]:
    """The `id` of every committed record in a topic of one partition; waits for transactions that are still ending."""
    place = TopicPartition(topic, 0, 0)
    end = _high_watermark(brokers, place)
    found, read = [], 0
    with closing(_consumer(brokers, "read_committed")) as consumer:
        consumer.assign([place])
        while read < end:
            for message in consumer.consume(500, 0.2):
                error = message.error()
                if error is None:
                    found.append(int(json.loads(message.value() or b"null")["id"]))
                elif error.code() == _EOF:
                    read = message.offset() or 0
    return found


def returns(ids: Sequence[int]) -> tuple[int, ...]:
    """Where each repetition begins: the records to which the topic goes back."""
    return tuple(after for before, after in pairwise([-1, *ids]) if after <= before)


def _high_watermark(brokers: str, place: TopicPartition) -> int:
    """The end of the partition with what is not committed; a consumer of committed records is told of an earlier one."""
    with closing(_consumer(brokers, "read_uncommitted")) as consumer:
        return consumer.get_watermark_offsets(place, timeout=60)[1]


def _consumer(brokers: str, isolation: str) -> Consumer:
    return Consumer({"bootstrap.servers": brokers, "group.id": "checker", "log_level": 0, "enable.auto.commit": False,
                     "enable.partition.eof": True, "isolation.level": isolation, "fetch.wait.max.ms": 20})
