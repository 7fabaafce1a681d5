"""The in-memory Kafka cluster: librdkafka's mock cluster, reachable from every process of this machine.

`python -m http_source.demo.broker [PORT]` runs it until its standard input closes, and lets clients in at that port, too. It keeps 5 MiB
per partition and knows neither consumer isolation nor fencing, so it is for looking and testing only.
"""

import sys

from confluent_kafka import Producer

from http_source.demo.doorway import open_doorway
from http_source.demo.serving import stay


def start_cluster(delay_ms: int = 0) -> tuple[Producer, str]:
    """Start a cluster of one broker; it lives as long as the producer. Also returns its `host:port`. Answers take `delay_ms`."""
    host = Producer({"test.mock.num.brokers": 1, "test.mock.broker.rtt": delay_ms, "log_level": 0})
    brokers = host.list_topics(timeout=10).brokers.values()
    return host, ",".join(f"{broker.host}:{broker.port}" for broker in brokers)


def serve(port: int | None = None) -> None:
    """Run the cluster until standard input closes, which it does when the parent ends; with a `port` it is reached there."""
    _host, address = start_cluster()
    if port is not None:
        open_doorway(port, address)
        address = f"127.0.0.1:{port}"
    stay(address)


if __name__ == "__main__":
    serve(*map(int, sys.argv[1:]))
