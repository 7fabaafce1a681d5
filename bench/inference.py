"""What it costs that every record is checked against a schema: decoding is the check, so a page of known shape needs no inference.

    python bench/inference.py [--records N] [--rounds N]

The same page, records of about 300 bytes, is read in four ways, in turn, by one thread:

- plain: msgspec decodes each record to a dict, unchecked.
- known: the connector's decoder with the schema of the page; a null-only field is among the fields.
- new: the connector's decoder without a schema, as after a restart with an empty registry: it infers, makes types, and decodes.
- each: each record is inferred and merged with what is known, then decoded: what reading costs without the check.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median

from msgspec import json

from bench.figures import machine, spread, table
from bench.records import record
from http_source.connect.decode import Decoder
from http_source.connect.infer import infer

_MICROSECONDS = 1e6
_REPEATED = 5

Page = Sequence[bytes]


def ways(page: Page) -> dict[str, Callable[[], object]]:
    """Name → one reading of the page."""
    plain, known, new = json.Decoder(), Decoder().read(page).decoder, Decoder()
    return {
        "plain": lambda: [plain.decode(each) for each in page],
        "known": lambda: known.read(page),
        "new": lambda: new.read(page),
        "each": lambda: [infer([each], known.schema) for each in page] and known.decode(page),
    }


def measure(records: int, rounds: int) -> dict[str, list[float]]:
    """Way → microseconds of the processor a record, in each round."""
    readings = ways([record(number).encode() for number in range(records)])
    figures: dict[str, list[float]] = {name: [] for name in readings}
    for _ in range(rounds):
        for name, reading in readings.items():
            figures[name].append(_processor(reading) / records)
    return figures


def _processor(reading: Callable[[], object]) -> float:
    start = time.process_time()
    for _ in range(_REPEATED):
        reading()
    return (time.process_time() - start) / _REPEATED * _MICROSECONDS


def report(figures: dict[str, list[float]]) -> str:
    """The table, each way beside plain decoding."""
    plain = median(figures["plain"])
    rows = [[name, spread(values, 2), f"{median(values) / plain:.2f}"] for name, values in figures.items()]
    return table(["way", "CPU per record, µs", "to plain = 1"], rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what checking records against a schema costs.")
    parser.add_argument("--records", type=int, default=1000, help="records of the page (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=21, help="rounds of each way (default: %(default)s)")
    options = parser.parse_args()
    title = f"{options.records:,} records; medians of {options.rounds} rounds [least … greatest]"
    sys.stdout.write(f"{title}\n\n{report(measure(options.records, options.rounds))}\n\n{machine()}\n")


if __name__ == "__main__":
    main()
