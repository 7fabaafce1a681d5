"""What many entities cost in one task, and how punctually each is asked.

    python bench/entities.py [--seconds N] [--rounds N] [--entities N …]

1, 200 and 1,000 entities with `request.interval.ms=1000` and `tasks.max=1`, everything else at its default, poll a local server
that answers at once: with one record, or with none. Figures are taken for 20 seconds after 5 to settle, in a process of its own for
each size and kind, in turn.

- CPU: of one core, user and system, all threads; no Dagster in it.
- late: the server's view of the interval: from the end of an answer to the entity's next request, less the second that should pass.
  It holds what the client does with an answer before it counts as read, and the way over the loopback.
- polls per second: N entities cannot do more than N a second, and do less by what each request takes.

Every acknowledged record is counted again at the broker.
"""

import argparse
import sys
from statistics import median, quantiles
from typing import Any

from bench.figures import machine, spread, table
from bench.setting import Setting, setting

KINDS = {"one": "one record", "none": "none"}
_MEGABYTE = 1e6
_MS = 1000

Rounds = dict[tuple[int, str], list[dict[str, Any]]]


def measure(sizes: list[int], rounds: int, seconds: float) -> Rounds:
    """(entities, kind of page) → the figures of each round. Raises RuntimeError when a record was lost or an entity failed."""
    cases = [(size, kind) for size in sizes for kind in KINDS]
    figures: Rounds = {case: [] for case in cases}
    with setting() as here:
        for number in range(rounds):
            for case in cases:
                figures[case].append(_round(here, *case, seconds))
                sys.stderr.write(f"round {number + 1} of {rounds}: {case[0]} entities, {KINDS[case[1]]}\n")
    return figures


def _round(here: Setting, size: int, kind: str, seconds: float) -> dict[str, Any]:
    figure = here.measure("crowd", kind, size, seconds)
    if figure["at_broker"] != figure["acknowledged"]:
        raise RuntimeError(f"{figure['acknowledged']:,} records were acknowledged, {figure['at_broker']:,} are at the broker.")
    if figure["failed"]:
        raise RuntimeError(f"{figure['failed']:,} of {size:,} entities failed.")
    percentiles = quantiles(figure["late"], n=100)
    return {**figure, "p50": percentiles[49], "p99": percentiles[98]}


def report(figures: Rounds) -> str:
    """The table."""
    header = ["entities", "a page brings", "polls/s", "records/s", "CPU, % of a core", "CPU per poll, µs", "memory, MB", "late p50, ms",
              "late p99, ms"]
    return table(header, [_row(*case, rounds) for case, rounds in figures.items()])


def _row(size: int, kind: str, rounds: list[dict[str, Any]]) -> list[str]:
    return [
        f"{size:,}",
        KINDS[kind],
        spread([each["polls"] for each in rounds], 1),
        f"{median(each['records'] for each in rounds):,.1f}",
        spread([each["cpu"] * 100 for each in rounds], 1),
        f"{median(each['cpu'] / each['polls'] for each in rounds) * 1e6:,.0f}",
        spread([each["rss"] / _MEGABYTE for each in rounds]),
        spread([each["p50"] * _MS for each in rounds], 1),
        spread([each["p99"] * _MS for each in rounds], 1),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what many entities cost in one task.")
    parser.add_argument("--seconds", type=float, default=20, help="how long each case is measured (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each case (default: %(default)s)")
    parser.add_argument("--entities", type=int, nargs="+", default=[1, 200, 1000], help="sizes (default: 1 200 1000)")
    options = parser.parse_args()
    figures = measure(options.entities, options.rounds, options.seconds)
    title = f"{options.seconds:g} s each; medians of {options.rounds} rounds [least … greatest]"
    sys.stdout.write(f"{title}\n\n{report(figures)}\n\n{machine()}\n")


if __name__ == "__main__":
    main()
