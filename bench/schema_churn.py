"""Whether a stream whose shape never rests makes no more schema versions than it has changes, restarts and all.

    python -m bench.schema_churn [--records N] [--restarts N] [--every N] [--seed N]

Records with nulls, missing and shuffled fields, nested objects, and now and then a new field or an integer field's first fraction go
through the connector's conversion to Avro in random pages. It ends with an error when there are more versions than changes, when a record
cannot be read with the last schema as it was served, or when a version does not read what one before it wrote, as Apache's Avro judges.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from typing import Any

from http_source_tests.conversion.churn import Churn, says_the_same
from http_source_tests.conversion.readers import avro, schema_id
from http_source_tests.conversion.rig import conversion, made, payloads, versions
from http_source_tests.judges import unread_avro
from http_source_tests.registry import Stand, registry

_KEPT = 50
"""One record in so many is kept, to be read with the last schema; all are read with their own."""


def polled(stand: Stand, churn: Churn, records: int, restarts: int) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Each record and its bytes, with so many restarts on the way."""
    for life in range(restarts + 1):
        count = records * (life + 1) // (restarts + 1) - records * life // (restarts + 1)
        with conversion(stand) as convert:
            for page in churn.pages(churn.records(count)):
                yield from zip(page, payloads(made(convert, *page)), strict=True)


def check(record: dict[str, Any], value: bytes, texts: list[str], reader: str | None = None) -> None:
    """Raise RuntimeError for a record that is not read as it was served."""
    if not says_the_same(avro(value[5:], texts[schema_id(value) - 1], reader=reader), record):
        raise RuntimeError(f"A record is not read as it was served: {record}")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description="Count the schema versions that a changing stream makes.")
    parser.add_argument("--records", type=int, default=1_000_000, help="records (default: %(default)s)")
    parser.add_argument("--restarts", type=int, default=50, help="restarts on the way (default: %(default)s)")
    parser.add_argument("--every", type=int, default=20_000, help="records from one change to the next (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the stream (default: %(default)s)")
    options = parser.parse_args()
    start, churn, kept = time.monotonic(), Churn(options.seed, every=options.every), []
    with registry() as stand:
        for number, (record, value) in enumerate(polled(stand, churn, options.records, options.restarts)):
            check(record, value, versions(stand))
            if number % _KEPT == 0:
                kept.append((record, value))
        texts, calls = versions(stand), len(stand.asked)
    for record, value in kept:
        check(record, value, texts, texts[-1])
    for fault in unread_avro(texts):
        raise RuntimeError(fault)
    if len(texts) > churn.changes:
        raise RuntimeError(f"{len(texts)} versions came of {churn.changes} changes.")
    sys.stdout.write(f"{options.records:,} records, {options.restarts} restarts, {churn.changes} records that brought something new: "
                     f"{len(texts)} versions, {calls} calls of the registry, {time.monotonic() - start:.0f} s\n")


if __name__ == "__main__":
    main()
