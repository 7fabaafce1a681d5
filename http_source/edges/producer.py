"""The Kafka producer: idempotent, and silent about success, so that a record costs one call and no callback."""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as Reported

from http_source.errors import DeliveryFailed
from http_source.model import Message, Value

MAX_RECORD_BYTES = 8_388_608
"""The largest record, as in Confluent Cloud (`topic.creation.default.max.message.bytes`)."""

_OVERHEAD_BYTES = 1_024
_FULL_S = 0.1
_QUEUE_KBYTES = 262_144
_DEFAULTS: Mapping[str, object] = {
    "acks": "all",
    "enable.idempotence": True,
    "linger.ms": 5,
    "message.max.bytes": MAX_RECORD_BYTES + _OVERHEAD_BYTES,
    "message.timeout.ms": 120_000,
    # Java's partitioner: a keyed record lands where Kafka Connect would have put it.
    "partitioner": "murmur2_random",
    "queue.buffering.max.kbytes": _QUEUE_KBYTES,
    "delivery.report.only.error": True,
}

Report = Callable[[KafkaError | None, Reported], None]
"""Called once for each record that Kafka did not take; never for one it took."""

Wait = Callable[[int], None]
"""Called with the number of records that Kafka has not answered for yet."""

_log = logging.getLogger(__name__)


class KafkaProducer:
    """A producer owned by one thread.

    Its `flush` returning 0 does not show delivery: a record that failed has left the queue too. The page's `Report`
    together with the remainder does.
    """

    def __init__(self, settings: Mapping[str, object]) -> None:
        """Make the client; `settings` are librdkafka's, over our defaults. Nothing is sent yet."""
        self._brokers = str(settings.get("bootstrap.servers", ""))
        self._last_error = ""
        try:
            self._producer = Producer({**_DEFAULTS, **settings, "error_cb": self._remember, "logger": _log})
        except KafkaException as error:
            message = f"The Kafka settings are refused: {error.args[0].str()}. Check the `kafka` resource."
            raise DeliveryFailed(message) from error

    @property
    def trouble(self) -> str:
        """What the client last said about its brokers, or nothing."""
        return self._last_error

    def reach(self, timeout: float) -> None:
        """Wait up to `timeout` seconds for a broker to answer; raises DeliveryFailed when none does."""
        try:
            self._producer.list_topics(timeout=timeout)
        except KafkaException as error:
            raise DeliveryFailed(
                f"Kafka at {self._brokers} cannot be reached: {self._last_error or error.args[0].str()}. "
                "Start it, or set KAFKA_BOOTSTRAP_SERVERS (and the KAFKA_SASL_… variables) to where it is."
            ) from error

    def send(self, topic: str, values: Sequence[Value], report: Report, wait: Wait) -> None:
        """Queue records in order; while the queue is full it calls `wait` ten times a second, which may raise.

        Raises confluent_kafka.KafkaException for what the client refuses itself.
        """
        produce = self._producer.produce
        for value in values:
            try:
                produce(topic, value, on_delivery=report)
            except BufferError:
                self._make_room(partial(produce, topic, value, on_delivery=report), wait)

    def send_messages(self, messages: Sequence[Message], report: Report, wait: Wait) -> None:
        """Queue records that have more than a value, as `send` does."""
        produce = self._producer.produce
        for each in messages:
            further = _further(each)
            try:
                produce(each.topic, each.value, each.key, on_delivery=report, **further)
            except BufferError:
                self._make_room(partial(produce, each.topic, each.value, each.key, on_delivery=report, **further), wait)

    def flush(self, timeout: float) -> int:
        """Wait up to `timeout` seconds for everything queued to be settled; how many records are not yet."""
        left = self._producer.flush(timeout)
        if not left:
            self._last_error = ""
        return left

    def drop(self) -> None:
        """Give up what is queued, so that nothing of it is sent after its position was left behind."""
        self._producer.purge()
        self._producer.flush(1)

    def _make_room(self, produce: Callable[[], None], wait: Wait) -> None:
        while True:
            self._producer.poll(_FULL_S)
            wait(len(self._producer))
            try:
                return produce()
            except BufferError:
                continue

    def _remember(self, error: KafkaError) -> None:
        self._last_error = error.str()


def _further(message: Message) -> dict[str, Any]:
    """What librdkafka chooses itself where it is not given: mostly everything."""
    given: dict[str, Any] = {}
    if message.headers:
        given["headers"] = list(message.headers)
    if message.timestamp is not None:
        given["timestamp"] = message.timestamp
    if message.partition is not None:
        given["partition"] = message.partition
    return given
