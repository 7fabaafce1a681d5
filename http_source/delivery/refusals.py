"""What Kafka refused, in words: which record, why, and what to do."""

from confluent_kafka import KafkaError

from http_source.delivery.parcel import Parcel
from http_source.edges.kafka.brokers import Brokers
from http_source.errors import DeliveryFailed

_CREATE = "Create it, or set topic.creation.default.partitions and topic.creation.default.replication.factor so that the connector does"
_AGAIN = "The run ends; the next one requests the page again"
_HINTS = {
    KafkaError.MSG_SIZE_TOO_LARGE: "Raise the topic's max.message.bytes, or ask the API for smaller records",
    KafkaError.TOPIC_AUTHORIZATION_FAILED: "Grant {principal} WRITE on the topic, and CREATE if it does not exist",
    KafkaError.UNKNOWN_TOPIC_OR_PART: _CREATE,
    KafkaError._UNKNOWN_TOPIC: _CREATE,  # noqa: SLF001 - librdkafka's public name
    KafkaError.TOPIC_EXCEPTION: "Change topic.name.pattern, or the transform that gives the topic, to a name that Kafka takes",
    KafkaError.INVALID_RECORD: "Check the topic's configuration (a compacted topic needs keys)",
    KafkaError.POLICY_VIOLATION: "Ask the cluster's administrator which policy the topic or record violates",
}
"""Errors that are about one topic or record, so that only its entity fails, and what to do about each."""


def concerns_its_entity(parcel: Parcel) -> bool:
    """Whether a page was refused for its own sake, so that others may fare better."""
    return parcel.error is not None and parcel.error.code() in _HINTS


def is_batch_too_large(parcel: Parcel) -> bool:
    """Whether a broker refused a page for its size, so that smaller batches may help."""
    return parcel.error is not None and parcel.error.code() == KafkaError.MSG_SIZE_TOO_LARGE and parcel.refused is not None


def is_purged(error: KafkaError) -> bool:
    """Whether a record was given up because of what happened to another one."""
    return error.code() in {KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT}  # noqa: SLF001 - librdkafka's public names


def refusal_of(parcel: Parcel, error: KafkaError, brokers: Brokers, principal: str, *, is_kept: bool) -> DeliveryFailed:
    """The sentences about a page that Kafka did not take.

    `principal` is who signs in, in words; `is_kept` says whether what Kafka took of it counts.
    """
    hint, reason = _HINTS.get(error.code(), _AGAIN).format(principal=principal), brokers.sentence(error)
    if error.code() == KafkaError._MSG_TIMED_OUT:  # noqa: SLF001 - librdkafka's public name
        reason = f"{reason} ({brokers.trouble})" if brokers.trouble else reason
        if is_kept:
            hint = f"{_AGAIN}, and records of it that Kafka accepted anyway, at most {len(parcel.page.values)}, are delivered again"
    topic = brokers.own(parcel.topic or parcel.entity.topic)
    return DeliveryFailed(f"Kafka at {brokers} did not take {_record(parcel)} for topic {topic}: {reason}. {hint}.")


def _record(parcel: Parcel) -> str:
    """Which record of its page Kafka reported; found by its bytes, so that the path of success carries no index."""
    records = parcel.page.values
    if parcel.refused is None:
        return f"one of {len(records)} records (the largest has {max(map(len, records), default=0)} bytes)"
    index = next((index for index, record in enumerate(records) if bytes(record) == parcel.refused), 0)
    return f"record {index} of {len(records)} ({len(parcel.refused)} bytes)"
