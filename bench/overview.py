"""What the connector costs, in one table: beside the least that the same libraries can do, and beside what one writes first.

    make bench    or    python -m bench.overview [--records N] [--rounds N] [--cases NAME ...]

JSON goes the three ways of `loops.py` in pages of four sizes (floor: `slices`, plain: `bare`); each format goes through the connector and
the least of `floors.py`. Each way runs in a process of its own, all ways of a case in turn, round after round. A run of one page is taken
off each figure, which is the start of the process. Where `perf` counts instructions they are compared, else seconds of the processor:
read the ratios, which are medians of each round's own.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.figures import in_turns, machine, ratio, table
from bench.instructions import are_counted, count_in, counting
from bench.setting import Setting, setting, whole
from http_source_tests.registry import registry

_MILLION = 1e6
_FEWER = {1_000: 1, 100: 2, 10: 8, 1: 40}
"""By how much fewer records a round of small pages has."""

Way = Callable[..., dict[str, Any]]
"""Moves so many records, and returns the figures of the process that did."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured: `format_` is empty for JSON that goes as it was served."""

    name: str
    page: int
    format_: str = ""

    @contextmanager
    def ways(self, here: Setting) -> Iterator[dict[str, Way]]:
        """The ways by their names, ours first."""
        if not self.format_:
            loops = {"ours": "connector", "floor": "slices", "plain": "bare"}
            yield {name: partial(here.measure, "loops", loop) for name, loop in loops.items()}
            return
        with registry() as stand:
            ours = partial(here.measure, "formats", stand.url, self.format_)
            yield {"ours": ours, "floor": partial(here.measure, "floors", self.format_)}


CASES = {
    each.name: each for each in (
        *(Case(f"JSON-{page}", page) for page in _FEWER),
        *(Case(f"{format_}-1000", 1_000, format_) for format_ in ("AVRO", "JSON_SR", "PROTOBUF")),
    )
}  # fmt: skip


def measure(case: Case, records: int, rounds: int) -> dict[str, list[float]]:
    """Way → what a record costs in each round, in millionths of a second, or in instructions where they are counted."""
    total = max(1, records // _FEWER[case.page] // case.page) * case.page
    with setting(case.page) as here, case.ways(here) as ways:
        return in_turns({way: partial(_of_a_record, case, run, total) for way, run in ways.items()}, rounds, f": {case.name}")


def _of_a_record(case: Case, run: Way, total: int) -> float:
    return (_cost(run, case.page + total) - _cost(run, case.page)) / total


def _cost(run: Way, records: int) -> float:
    if not are_counted():
        return float(whole(run, records)["cpu"]) * _MILLION
    with TemporaryDirectory() as folder:
        file = Path(folder) / "count"
        whole(partial(run, within=counting(file)), records)
        return count_in(file)


def row(case: Case, figures: dict[str, list[float]]) -> list[str]:
    """The case's line in the table."""
    costs = [f"{median(figures[way]):,.1f}" if way in figures else "" for way in ("ours", "floor", "plain")]
    ratios = [ratio(figures["ours"], figures[way]) if way in figures else "" for way in ("floor", "plain")]
    return [case.name, *costs, *ratios]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what the connector costs beside floors and plain loops.")
    parser.add_argument("--records", type=int, default=300_000, help="records per round of large pages (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each way (default: %(default)s)")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES), help="what is measured (default: all)")
    options = parser.parse_args()
    rows = [row(CASES[name], measure(CASES[name], options.records, options.rounds)) for name in options.cases]
    header = ["case", "ours", "floor", "plain loop", "ours / floor", "ours / plain"]
    unit = "instructions" if are_counted() else "µs of the processor"
    title = f"What a record costs, {unit}; {options.records:,} records a round, fewer in small pages; medians of {options.rounds}"
    sys.stdout.write(f"{title}\n\n{table(header, rows)}\n\n{machine()}\n")


if __name__ == "__main__":
    main()
