"""How fast one entity drains a backlog in each format, and at what cost, next to records that go as they were served.

    python -m bench.formats [--records N] [--rounds N] [--page N]

The server, the records and Kafka are those of `throughput.py`; a Schema Registry in memory keeps the schemas. Each format is the
connector's own task in a process of its own, all formats in turn, round after round. The field `@timestamp` is why names are scrubbed.
`keyed` is JSON with a key taken from each record, whose values stay as they were served.
"""

import argparse
import json
import sys
import time
from statistics import median
from typing import Any

import psutil

from bench.figures import machine, spread, table
from bench.setting import TOPIC, pause, setting
from http_source.assembly.loading import load_config
from http_source.assembly.wiring import build_task
from http_source.edges.registry.address import RegistryAddress
from http_source_tests.registry import registry

_MILLION = 1e6
_CHECK_SECONDS = 0.01

_SCRUB = {"value.converter.scrub.invalid.names": "true"}
FORMATS: dict[str, dict[str, object]] = {
    "raw": {"output.data.format": "JSON"},
    "keyed": {"output.data.format": "JSON", "record.key.json.pointer": "/_id"},
    "AVRO": {"output.data.format": "AVRO", **_SCRUB},
    "JSON_SR": {"output.data.format": "JSON_SR"},
    "PROTOBUF": {"output.data.format": "PROTOBUF", **_SCRUB},
}

Rounds = dict[str, list[dict[str, Any]]]


def move(url: str, kafka: str, address: str, name: str, total: int) -> None:
    """Move so many records as a run does, from the configuration to the acknowledged position. Raises RuntimeError when it fails."""
    config = load_config({
        "name": "bench",
        "url": f"{url}/feed",
        "http.request.parameters": f"offset=${{offset}}&total={total}",
        "http.offset.mode": "SIMPLE_INCREMENTING",
        "http.initial.offset": 0,
        "http.response.data.json.pointer": "/hits/hits",
        "catchup.interval.ms": 0,
        "topic.name.pattern": TOPIC,
        **FORMATS[name],
    }).config
    task = build_task(config, config.request.entities, kafka={"bootstrap.servers": kafka}, positions={}, failures={},
                      registry=RegistryAddress(url=address))
    (entity,) = task.entities
    task.start()
    while entity.acknowledged.records < total and entity.failure is None and task.failure is None:
        pause(_CHECK_SECONDS)
    task.stop(grace=10)
    if entity.acknowledged.records < total:
        raise RuntimeError(entity.failure or task.failure)


def measure(records: int, rounds: int, page: int) -> Rounds:
    """Format → the figures of each round. Raises RuntimeError when records were lost or repeated."""
    figures: Rounds = {name: [] for name in FORMATS}
    with setting(page) as here:
        for number in range(rounds):
            for name in FORMATS:
                with registry() as stand:
                    figure = here.measure("formats", stand.url, name, records)
                if figure["at_broker"] != records:
                    raise RuntimeError(f"{name} brought {figure['at_broker']:,} records to the broker instead of {records:,}.")
                figures[name].append(figure)
            sys.stderr.write(f"round {number + 1} of {rounds}\n")
    return figures


def report(figures: Rounds, records: int) -> str:
    """The table, with each format's ratio to raw, round by round."""
    header = ["format", "records per second", "ratio to raw", "CPU seconds per million records", "ratio to raw"]
    return table(header, [_row(name, figures, records) for name in figures])


def _row(name: str, figures: Rounds, records: int) -> list[str]:
    mine, raw = figures[name], figures["raw"]
    return [
        name,
        spread([records / figure["wall"] for figure in mine]),
        f"{median(base['wall'] / figure['wall'] for figure, base in zip(mine, raw, strict=True)):.2f}",
        spread([figure["cpu"] * _MILLION / records for figure in mine], 2),
        f"{median(figure['cpu'] / base['cpu'] for figure, base in zip(mine, raw, strict=True)):.2f}",
    ]


def child(url: str, kafka: str, address: str, name: str, records: str) -> None:
    """Move records and print what that cost."""
    process, start = psutil.Process(), time.monotonic()
    before = sum(process.cpu_times()[:2])
    move(url, kafka, address, name, int(records))
    cpu = sum(process.cpu_times()[:2]) - before
    sys.stdout.write(json.dumps({"cpu": cpu, "wall": time.monotonic() - start}))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure how fast one entity drains a backlog in each format.")
    parser.add_argument("--records", type=int, default=100_000, help="records per round, in whole pages (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each format (default: %(default)s)")
    parser.add_argument("--page", type=int, default=1_000, help="records in a page (default: %(default)s)")
    options = parser.parse_args()
    records = max(1, options.records // options.page) * options.page
    figures = measure(records, options.rounds, options.page)
    title = f"{records:,} records a round in pages of {options.page:,}; medians of {options.rounds} rounds [least … greatest]"
    sys.stdout.write(f"{title}\n\n{report(figures, records)}\n\n{machine()}\n")


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith("http"):
        child(*sys.argv[1:])
    else:
        main()
