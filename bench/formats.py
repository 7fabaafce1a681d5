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

from bench.figures import cost_of, machine, spread, table
from bench.loops import backlog, drain
from bench.setting import Setting, setting, whole
from http_source.assembly.loading import load_config
from http_source.assembly.wiring import build_task
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
_ROOT = Path(__file__).parents[1]

Rounds = dict[str, list[dict[str, Any]]]


def move(url: str, kafka: str, address: str, name: str, total: int) -> None:
    """Move so many records as a run does, from the configuration to the acknowledged position. Raises RuntimeError when it fails."""
    config = load_config(backlog(url, total) | FORMATS[name]).config
    task = build_task(config, config.request.entities, kafka={"bootstrap.servers": kafka}, positions={},
                      registry=RegistryAddress(url=address))
    drain(task, total)


def measure(options: argparse.Namespace) -> Rounds:
    """Way → the figures of each round. Raises RuntimeError when records were lost or repeated."""
    ways = {name: (name, _ROOT) for name in options.formats}
    if options.before:
        ways |= {f"{name} before": (name, options.before.resolve()) for name in options.formats}
    floors = [name for name in options.formats if name in _WITH_FLOORS]
    figures: Rounds = {way: [] for way in (*ways, *(f"{name} floor" for name in floors))}
    with setting(options.page, items=options.items) as here:
        for number in range(options.rounds):
            for way, (name, root) in ways.items():
                figures[way].append(_beyond_start(options, partial(_of_task, here, name, root)))
            for name in floors:
                figures[f"{name} floor"].append(_beyond_start(options, partial(here.measure, "floors", name)))
            sys.stderr.write(f"round {number + 1} of {options.rounds}\n")
    return figures


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
        spread([figure["cpu"] * _MILLION / records for figure in mine], 2),
        "" if "raw" not in figures else _ratio(mine, figures["raw"]),
        "" if floor is None else _ratio(mine, floor),
        f"{median(figure['start'] for figure in mine):.2f}",
    ]


def _ratio(mine: list[dict[str, Any]], base: list[dict[str, Any]]) -> str:
    return f"{median(one['cpu'] / other['cpu'] for one, other in zip(mine, base, strict=True)):.2f}"


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
