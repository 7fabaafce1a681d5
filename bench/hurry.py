"""One task that asks `moments.py` ten times a second, run by `latency.py` in a process of its own until its standard input closes.

`python -m bench.hurry URL KAFKA NAME WAY` writes to the topic of that name, in one of the ways of `drain.py`.
"""

import sys
from contextlib import suppress

from bench.drain import WAYS
from http_source.assembly.loading import load_config
from http_source.assembly.wiring import build_task

INTERVAL_MS = 100
_GRACE_SECONDS = 10


def main(url: str, kafka: str, name: str, way: str) -> None:
    """Poll."""
    config = load_config({
        "name": name,
        "url": f"{url}/records?after=${{offset}}",
        "http.offset.mode": "CHAINING",
        "http.offset.json.pointer": "/id",
        "http.initial.offset": "0",
        "request.interval.ms": INTERVAL_MS,
        "output.data.format": "JSON",
        "topic.name.pattern": name,
        **WAYS[way],
    }).config
    task = build_task(config, config.request.entities, kafka={"bootstrap.servers": kafka}, positions={})
    task.start()
    with suppress(KeyboardInterrupt):
        sys.stdin.read()
    task.stop(_GRACE_SECONDS)


if __name__ == "__main__":
    main(*sys.argv[1:])
