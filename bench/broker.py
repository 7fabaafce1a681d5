"""The in-memory Kafka of the measurements, which may take its time.

`python -m bench.broker MS` answers each request after so many milliseconds, as brokers far away do, until its standard input closes.
"""

import sys
from contextlib import suppress

from confluent_kafka import Producer


def main(delay_ms: int) -> None:
    """Run it."""
    host = Producer({"test.mock.num.brokers": 1, "test.mock.broker.rtt": delay_ms, "log_level": 0})
    (broker,) = host.list_topics(timeout=10).brokers.values()
    with suppress(KeyboardInterrupt):
        sys.stdout.write(f"listening on {broker.host}:{broker.port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
