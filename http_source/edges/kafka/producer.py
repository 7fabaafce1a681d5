"""The Kafka producer: idempotent, and silent about success, so that a record costs one call and no callback."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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

_SMALLER_BATCHES = (16_384, 1)
"""Bytes of a batch for topics that take none of librdkafka's 1,000,000: as in Java's producer, and then each record alone."""

_RIGHT = "Grant the connector's principal IDEMPOTENT_WRITE on the cluster, which brokers before 2.8 ask for. "
_SIGN_IN = (
    "The key or the secret is wrong, or the mechanism: correct KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD and KAFKA_SASL_MECHANISM, "
    "or kafka.api.key and kafka.api.secret."
)
_START = "Start it, or set KAFKA_BOOTSTRAP_SERVERS (and the KAFKA_SASL_… variables) to where it is."

Report = Callable[[KafkaError | None, Reported], None]
"""Called once for each record that Kafka did not take; never for one it took."""

Wait = Callable[[int], None]
"""Called with the number of records that Kafka has not answered for yet."""

_log = logging.getLogger(__name__)


def largest_record(settings: Mapping[str, object]) -> int:
    """The most bytes of a record: more than usual where the settings allow more; of less the client itself tells."""
    allowed = str(settings.get("message.max.bytes", "")).strip()
    return max(MAX_RECORD_BYTES, int(allowed) - _OVERHEAD_BYTES) if allowed.isdecimal() else MAX_RECORD_BYTES


class KafkaProducer:
    """A producer owned by one thread.

    Its `flush` returning 0 does not show delivery: a record that failed has left the queue too. The page's `Report`
    together with the remainder does.
    """

    def __init__(self, settings: Mapping[str, object]) -> None:
        """Make the client; `settings` are librdkafka's, over our defaults. Nothing is sent yet."""
        self._brokers = str(settings.get("bootstrap.servers", ""))
        self._last_error: KafkaError | None = None
        self._settings = {**_DEFAULTS, **settings, "error_cb": self._remember, "logger": _log}
        self._smaller_batches = iter(_SMALLER_BATCHES)
        self._producer = self._connect()

    @property
    def trouble(self) -> str:
        """What the client last said about its brokers, or nothing."""
        return self._last_error.str() if self._last_error else ""

    def reach(self, timeout: float) -> None:
        """Wait up to `timeout` seconds for a broker to answer; raises DeliveryFailed when none does."""
        try:
            self._producer.list_topics(timeout=timeout)
        except KafkaException as error:
            # Only now does the client tell what it heard from the brokers meanwhile.
            with self._in_words():
                self._producer.poll(0)
            raise DeliveryFailed(self._unreachable(self._last_error or error.args[0])) from error

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
        """Wait up to `timeout` seconds for everything queued to be settled; how many records are not yet.

        Raises DeliveryFailed when the client has given up for good.
        """
        with self._in_words():
            left = self._producer.flush(timeout)
        if not left:
            self._last_error = None
        return left

    def use_smaller_batches(self) -> bool:
        """Start over with smaller batches, once nothing is queued; False when they are as small as they can be."""
        size = next(self._smaller_batches, None)
        if size is not None:
            self._settings["batch.size"] = size
            self._producer = self._connect()
        return size is not None

    def close(self) -> None:
        """End the client, which has nothing queued: its threads and connections would wait for the garbage collector."""
        # A client that was refused something says it once more.
        with suppress(DeliveryFailed), self._in_words():
            self._producer.close()

    def drop(self) -> None:
        """Give up what is queued, so that nothing of it is sent after its position was left behind."""
        self._producer.purge()
        with self._in_words():
            self._producer.flush(1)

    def _connect(self) -> Producer:
        try:
            return Producer(self._settings)
        except KafkaException as error:
            message = f"The Kafka settings are refused: {error.args[0].str()}. Check the `kafka` resource and producer.override."
            raise DeliveryFailed(message) from error

    def _make_room(self, produce: Callable[[], None], wait: Wait) -> None:
        while True:
            with self._in_words():
                self._producer.poll(_FULL_S)
            wait(len(self._producer))
            try:
                return produce()
            except BufferError:
                continue

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Fatal errors, which the client raises from a callback; further ones may make a SystemError of them, with or without a cause."""
        try:
            yield
        except (KafkaException, SystemError) as raised:
            raise self._failure(error_of(raised)) from raised

    def _failure(self, error: KafkaError | None) -> DeliveryFailed:
        right = _RIGHT if error is not None and error.code() == KafkaError.CLUSTER_AUTHORIZATION_FAILED else ""
        reason = "the log of the process says why" if error is None else error.str().rstrip(".")
        return DeliveryFailed(f"The Kafka client gave up: {reason}. {right}The run ends; the next one has a new client, "
                              "and asks for the pages again.")

    def _unreachable(self, error: KafkaError) -> str:
        if error.code() == KafkaError._AUTHENTICATION:  # noqa: SLF001 - librdkafka's public name
            mechanism = self._settings.get("sasl.mechanism", "GSSAPI")
            return f"Kafka at {self._brokers} did not let the connector sign in with {mechanism}: {error.str()}. {_SIGN_IN}"
        return f"Kafka at {self._brokers} cannot be reached: {error.str()}. {_START}"

    def _remember(self, error: KafkaError) -> None:
        # That all are down comes after the reasons, and says less.
        if self._last_error is None or error.code() != KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001 - librdkafka's public name
            self._last_error = error


def error_of(raised: KafkaException | SystemError) -> KafkaError | None:
    """What the client raised, below what it made of it when it went on; None where that is lost."""
    cause: BaseException | None = raised
    while isinstance(cause, SystemError):
        cause = cause.__cause__
    return cause.args[0] if isinstance(cause, KafkaException) else None


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
