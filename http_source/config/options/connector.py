"""What a connector is called, and whose rights it has at Kafka."""

from dataclasses import dataclass
from enum import StrEnum

from http_source.config.property import HIGH, REQUIRED, prop
from http_source.config.types import PASSWORD, STRING, Integer, OneOf, Secret


class KafkaAuthMode(StrEnum):
    """Whose credentials the producer signs in with."""

    KAFKA_API_KEY = "KAFKA_API_KEY"
    SERVICE_ACCOUNT = "SERVICE_ACCOUNT"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorOptions:
    """Connector: its name, and how many tasks share its entities."""

    name: str = prop("name", STRING, REQUIRED, HIGH,
        "Names the connector: its asset, sensor, job and stored offsets are found by this name. At most 64 characters.")
    connector_class: str = prop("connector.class", OneOf("HttpSource", "io.confluent.connect.http.HttpSourceConnector"),
        "HttpSource", HIGH, "Says which connector the file is for; may be left out.")
    tasks_max: int = prop("tasks.max", Integer(minimum=1), 1, HIGH,
        "Splits the entities over at most this many runs at a time; more tasks than entities have no effect.")


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaOptions:
    """Kafka credentials: whose rights the producer has. The Dagster resource `kafka` says where Kafka is."""

    auth_mode: KafkaAuthMode = prop("kafka.auth.mode", OneOf(*KafkaAuthMode), KafkaAuthMode.KAFKA_API_KEY, HIGH,
        "With KAFKA_API_KEY the key below is used, or if it is not set, the resource's own credentials; with SERVICE_ACCOUNT the key that the resource holds for the account.")
    api_key: Secret | None = prop("kafka.api.key", PASSWORD, None, HIGH,
        "Signs the producer in with SASL_SSL and PLAIN instead of the credentials of the Dagster resource.")
    api_secret: Secret | None = prop("kafka.api.secret", PASSWORD, None, HIGH, "The secret that belongs to `kafka.api.key`.")
    service_account: str | None = prop("kafka.service.account.id", STRING, None, HIGH,
        "The account whose key and secret the Dagster resource `kafka` holds (KAFKA_SERVICE_ACCOUNTS); with kafka.auth.mode=SERVICE_ACCOUNT.")
