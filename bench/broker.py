"""The in-memory Kafka of the measurements, which may take its time.

`python -m bench.broker MS` answers each request after so many milliseconds, as brokers far away do, until its standard input closes.
"""

import sys

from http_source.demo.broker import start_cluster
from http_source.demo.serving import stay

if __name__ == "__main__":
    _host, address = start_cluster(int(sys.argv[1]))
    stay(address)
