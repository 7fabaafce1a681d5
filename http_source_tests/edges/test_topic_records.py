"""What a topic holds, as `consume` reads it; transactions are tried against Apache Kafka (`real_servers/test_consume.py`)."""

from confluent_kafka import Producer

from http_source.edges.kafka.topic_records import TopicRecords
from http_source.foreign.redactor import Redactor
from http_source_tests.kafka import kafka


def test_what_arrives_while_somebody_looks_is_no_open_transaction() -> None:
    with kafka() as cluster, TopicRecords({"bootstrap.servers": cluster.bootstrap}, Redactor()) as records:
        topic, producer = cluster.create("orders", 1), Producer({"bootstrap.servers": cluster.bootstrap})
        extents = records.extents(topic)
        assert extents is not None
        producer.produce(topic, b"1")
        producer.flush()
        assert records.open_offsets(topic, extents) == {}
