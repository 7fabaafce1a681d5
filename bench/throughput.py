"""How fast one entity drains a backlog, and at what cost, next to bare loops.

    python bench/throughput.py [--records N] [--rounds N] [--page N] [--delay MS]

A local server answers pages of 1,000 records (`--page`) of about 300 bytes, at `/hits/hits` of an envelope: nested JSON with unicode,
integers of 19 digits and decimals with trailing zeros. An in-memory Kafka takes them, and answers at once or after a delay (`--delay`).
Three ways lead from one to the other:

- connector: the connector's own task, built from a configuration with `catchup.interval.ms=0`;
- bare: a loop of `requests`, `json` and `produce`, as one writes it first;
- slices: a loop of the least that can be done with the libraries the connector uses. It reads no configuration, keeps no
  position, checks no UTF-8, limits nothing and cannot be stopped: what the connector costs beyond it is the price of these.

Each way runs in a process of its own, all of them in turn, round after round, so that what else the machine does hits all alike.
Every round's records are counted at the broker; a round that lost or repeated one ends the benchmark. CPU is that of the
measured process, all threads, start of the clients included, which weighs little only in rounds of a second and more. Read the
ratios: the absolute figures are those of the machine.
"""

import argparse
import sys
from functools import partial
from typing import Any

from bench.figures import in_turns, machine, ratio, spread, table
from bench.loops import WAYS
from bench.setting import setting, whole

_MEGABYTE = 1e6
_MILLION = 1e6

Rounds = dict[str, list[dict[str, Any]]]


def measure(records: int, rounds: int, page: int, delay_ms: int = 0) -> Rounds:
    """Way → the figures of each round. Raises RuntimeError when records were lost or repeated."""
    with setting(page, delay_ms=delay_ms) as here:
        return in_turns({way: partial(whole, partial(here.measure, "loops", way), records) for way in WAYS}, rounds)


def report(figures: Rounds, records: int) -> str:
    """The table, with each way's ratio to the bare loop, round by round."""
    header = ["way", "records per second", "ratio to bare", "CPU seconds per million records", "ratio to bare", "memory, MB"]
    return table(header, [_row(way, figures, records) for way in figures])


def _row(way: str, figures: Rounds, records: int) -> list[str]:
    mine, bare = figures[way], figures["bare"]
    return [
        way,
        spread([records / figure["wall"] for figure in mine]),
        ratio((base["wall"] for base in bare), (figure["wall"] for figure in mine)),
        spread([figure["cpu"] * _MILLION / records for figure in mine], 2),
        ratio((figure["cpu"] for figure in mine), (base["cpu"] for base in bare)),
        spread([figure["rss"] / _MEGABYTE for figure in mine]),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure how fast one entity drains a backlog, next to bare loops.")
    parser.add_argument("--records", type=int, default=500_000, help="records per round, in whole pages (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each way (default: %(default)s)")
    parser.add_argument("--page", type=int, default=1_000, help="records in a page (default: %(default)s)")
    parser.add_argument("--delay", type=int, default=0, help="milliseconds after which Kafka answers (default: %(default)s)")
    options = parser.parse_args()
    records = max(1, options.records // options.page) * options.page
    figures = measure(records, options.rounds, options.page, options.delay)
    title = f"{records:,} records a round in pages of {options.page:,}; medians of {options.rounds} rounds [least … greatest]"
    sys.stdout.write(f"{title}\n\n{report(figures, records)}\n\n{machine()}\n")


if __name__ == "__main__":
    main()
