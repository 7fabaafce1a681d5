"""Where Kafka is, for all connectors: KAFKA_BOOTSTRAP_SERVERS and the other KAFKA_… variables say it."""

import dagster as dg

from http_source import KafkaResource

defs = dg.Definitions(resources={"kafka": KafkaResource.from_environment()})
