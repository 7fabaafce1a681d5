"""What one entity costs in each format, next to records that go as they were served.

    python -m bench.formats [--records N] [--rounds N] [--page N] [--items N] [--formats NAME ...] [--before FOLDER]

The server, the records and Kafka are those of `throughput.py`; a Schema Registry in memory keeps the schemas. Each format is the
connector's own task in a process of its own, all formats in turn, round after round. The field `@timestamp` is why names are scrubbed.
`keyed` is JSON with a key taken from each record, whose values stay as they were served; `floor` is what `floors.py` does. With `--before`
each format is measured in another checkout of this repository, too, and with `--items 18` records have 2 KB instead of 300 bytes. A run of
one page is taken off each figure, which is the start of the process; a last column says what that is.
"""

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import cost_of, in_turns, machine, ratio, spread, table
from bench.setting import ROOT, Setting, setting, whole
from bench.tasks import backlog, drain, task_of
from http_source.edges.registry.address import RegistryAddress
from http_source_tests.registry import registry

_MILLION = 1e6

_SCRUB = {"value.converter.scrub.invalid.names": "true"}
FORMATS: dict[str, dict[str, object]] = {
    "raw": {"output.data.format": "JSON"},
    "keyed": {"output.data.format": "JSON", "record.key.json.pointer": "/_id"},
    "AVRO": {"output.data.format": "AVRO", **_SCRUB},
    "JSON_SR": {"output.data.format": "JSON_SR"},
    "PROTOBUF": {"output.data.format": "PROTOBUF", **_SCRUB},
}

_WITH_FLOORS = ("AVRO", "JSON_SR", "PROTOBUF")

Rounds = dict[str, list[dict[str, Any]]]


def move(url: str, kafka: str, address: str, name: str, total: int) -> None:
    """Move so many records as a run does, from the configuration to the acknowledged position. Raises RuntimeError when it fails."""
    drain(task_of(backlog(url, total) | FORMATS[name], kafka, RegistryAddress(url=address)), total)


def measure(options: argparse.Namespace) -> Rounds:
    """Way → the figures of each round. Raises RuntimeError when records were lost or repeated."""
    with setting(options.page, items=options.items) as here:
        runs: dict[str, Callable[[int], dict[str, Any]]] = {name: partial(_of_task, here, name, ROOT) for name in options.formats}
        if options.before:
            runs |= {f"{name} before": partial(_of_task, here, name, options.before.resolve()) for name in options.formats}
        runs |= {f"{name} floor": partial(here.measure, "floors", name) for name in options.formats if name in _WITH_FLOORS}
        return in_turns({way: partial(_beyond_start, options, run) for way, run in runs.items()}, options.rounds)


def _of_task(here: Setting, name: str, root: Path, records: int) -> dict[str, Any]:
    with registry() as stand:
        return here.measure("formats", stand.url, name, records, root=root)


def _beyond_start(options: argparse.Namespace, run: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    """What a round costs beyond one of a single page, which is mostly the start of the process, and what that costs."""
    first, figure = whole(run, options.page), whole(run, options.page + options.records)
    return {"cpu": figure["cpu"] - first["cpu"], "start": first["cpu"]}


def report(figures: Rounds, records: int) -> str:
    """The table, with each way's ratio to raw and to its floor, round by round."""
    header = ["format", "CPU seconds per million records", "ratio to raw", "ratio to floor", "start, CPU seconds"]
    return table(header, [_row(name, figures, records) for name in sorted(figures, key=_order)])


def _order(way: str) -> tuple[int, bool, bool]:
    return list(FORMATS).index(_format_of(way)), way.endswith("floor"), not way.endswith("before")


def _format_of(way: str) -> str:
    return way.partition(" ")[0]


def _row(way: str, figures: Rounds, records: int) -> list[str]:
    mine, floor = figures[way], figures.get(f"{_format_of(way)} floor")
    return [
        way,
        spread([cpu * _MILLION / records for cpu in _cpu(mine)], 2),
        "" if "raw" not in figures else ratio(_cpu(mine), _cpu(figures["raw"])),
        "" if floor is None else ratio(_cpu(mine), _cpu(floor)),
        f"{median(figure['start'] for figure in mine):.2f}",
    ]


def _cpu(figures: list[dict[str, Any]]) -> list[float]:
    return [figure["cpu"] for figure in figures]


def child(url: str, kafka: str, address: str, name: str, records: str) -> None:
    """Move records and print what that cost."""
    sys.stdout.write(json.dumps(cost_of(lambda: move(url, kafka, address, name, int(records)))))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what records cost in each format.")
    parser.add_argument("--records", type=int, default=300_000, help="records per round; few say nothing (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each format (default: %(default)s)")
    parser.add_argument("--page", type=int, default=1_000, help="records in a page (default: %(default)s)")
    parser.add_argument("--items", type=int, default=0, help="items in a record, of 100 bytes each (default: %(default)s)")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS), help="what is measured (default: all)")
    parser.add_argument("--before", type=Path, help="a checkout whose connector is measured, too")
    options = parser.parse_args()
    options.records = max(1, options.records // options.page) * options.page
    figures = measure(options)
    title = f"{options.records:,} records a round in pages of {options.page:,}, {options.items} items in each"
    spreads = f"medians of {options.rounds} rounds [least … greatest]"
    sys.stdout.write(f"{title}; {spreads}\n\n{report(figures, options.records)}\n\n{machine()}\n")


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith("http"):
        child(*sys.argv[1:])
    else:
        main()
