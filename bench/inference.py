"""What it costs that every record is checked against a schema: decoding is the check, so a page of known shape needs no inference.

    python bench/inference.py [--records N] [--rounds N]

The same page, records of about 300 bytes, is read in four ways, in turn, by one thread:

- plain: msgspec decodes each record to a dict, unchecked.
- known: the connector's decoder with the schema of the page; a null-only field is among the fields.
- own: each record decoded, with a schema of its own, as transforms get it; records with the same types share one.
- closely: each record read exactly, merged with what is known, and adapted to that: what one costs that does not fit at once.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median

from msgspec import json

from bench.figures import machine, spread, table
from bench.records import record
from http_source.config.options.output import MixedScalars
from http_source.connect.adapt import Adapter
from http_source.connect.decode import Decoder
from http_source.connect.infer import infer_record
from http_source.connect.merge import Merge
from http_source.connect.noticed import Noticed
from http_source.connect.schema import Schema
from http_source.connect.served import exact
from http_source.conversion.reading import OwnReader
from http_source_tests.connect.pages import read

_MICROSECONDS = 1e6
_REPEATED = 5

Page = Sequence[bytes]


def ways(page: Page) -> dict[str, Callable[[], object]]:
    """Name → one reading of the page."""
    plain, stream = json.Decoder(), read(*map(bytes.decode, page))
    if stream.schema is None:
        raise ValueError("A page is needed.")
    known, own, closely = Decoder(stream.schema, stream.noticed), OwnReader(), _closely(stream.schema)
    return {
        "plain": lambda: [plain.decode(each) for each in page],
        "known": lambda: known.read(page),
        "own": lambda: own.read("topic", page),
        "closely": lambda: [closely(each) for each in page],
    }


def _closely(known: Schema) -> Callable[[bytes], object]:
    merge, adapt = Merge(), Adapter(MixedScalars.REFUSE, str).compose(known)

    def read_closely(record: bytes) -> object:
        value = exact(record)
        if merge.record(value, infer_record(value), known) is not known:
            raise ValueError("A record brings something new.")
        return adapt(value, Noticed())

    return read_closely


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
