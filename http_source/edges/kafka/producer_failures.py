"""What ends a producer, in words."""

from confluent_kafka import KafkaError, KafkaException

from http_source.edges.kafka.brokers import Brokers
from http_source.errors import DeliveryFailed

_RIGHT = "Grant the connector's principal IDEMPOTENT_WRITE on the cluster, which brokers before 2.8 require. "
_SIGN_IN = (
    "The key or the secret is wrong, or the mechanism: correct KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD and KAFKA_SASL_MECHANISM, "
    "or kafka.api.key and kafka.api.secret."
)
_START = "Start it, or set KAFKA_BOOTSTRAP_SERVERS (and the KAFKA_SASL_… variables) to where it is."


def gave_up(brokers: Brokers, error: KafkaError | None) -> DeliveryFailed:
    """The client cannot go on, for a reason that may be lost."""
    right = _RIGHT if error is not None and error.code() == KafkaError.CLUSTER_AUTHORIZATION_FAILED else ""
    reason = (brokers.fatal or "the log of the process says why") if error is None else brokers.sentence(error)
    return DeliveryFailed(f"The client of Kafka at {brokers} gave up: {reason}. {right}The run ends; the next one has a new client, "
                          "and requests the pages again.")


def unreachable(brokers: Brokers, error: KafkaError) -> DeliveryFailed:
    """No broker answered; what the client heard from them says more than its own error."""
    known = brokers.last_error or error
    if brokers.advice:
        return DeliveryFailed(f"Kafka at {brokers} cannot be reached: {brokers.sentence(known)}. {brokers.advice}")
    if known.code() == KafkaError._AUTHENTICATION:  # noqa: SLF001 - librdkafka's public name
        mechanism = brokers.setting("sasl.mechanism", "GSSAPI")
        return DeliveryFailed(f"Kafka at {brokers} did not let the connector sign in with {mechanism}: {brokers.sentence(known)}. "
                              f"{_SIGN_IN}")
    return DeliveryFailed(f"Kafka at {brokers} cannot be reached: {brokers.sentence(known)}. {_START}")


def error_of(raised: KafkaException | SystemError) -> KafkaError | None:
    """What the client raised, below what it made of it when it went on; None where that is lost."""
    cause: BaseException | None = raised
    while isinstance(cause, SystemError):
        cause = cause.__cause__
    return cause.args[0] if isinstance(cause, KafkaException) else None
