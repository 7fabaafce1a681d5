"""What each of Apache Kafka's transforms costs a record, and a chain of ten of them.

    python bench/transforms.py [--records N]

Records of nine fields, one of them an object, pass a chain of ten transforms, each of which takes all records before the next one does:
once without a schema, once with one. The figures are CPU time of one thread.
"""

import argparse
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from bench.figures import machine, table
from http_source.connect.record import Record
from http_source.connect.schema import BOOLEAN, FLOAT64, INT64, STRING, Schema, array, struct
from http_source.connect.transforms.chain import read_chain

_MICROSECONDS = 1e6
_PACKAGE = "org.apache.kafka.connect.transforms."

CHAIN: dict[str, dict[str, str]] = {
    "Flatten$Value": {"delimiter": "_"},
    "Cast$Value": {"spec": "amount:string,count:int32"},
    "InsertField$Value": {"topic.field": "topic", "static.field": "source", "static.value": "api"},
    "MaskField$Value": {"fields": "message"},
    "ReplaceField$Value": {"exclude": "tags", "renames": "user_name:who"},
    "TimestampConverter$Value": {"field": "at", "target.type": "unix", "format": "yyyy-MM-dd'T'HH:mm:ss.SSSX"},
    "ValueToKey": {"fields": "id"},
    "ExtractField$Key": {"field": "id"},
    "HeaderFrom$Value": {"fields": "source", "headers": "source", "operation": "move"},
    "RegexRouter": {"regex": "(.*)", "replacement": "api-$1"},
}

SCHEMA = struct({
    "id": STRING, "count": INT64, "amount": FLOAT64, "ok": BOOLEAN, "at": STRING, "message": STRING, "url": STRING, "tags": array(STRING),
    "user": struct({"name": STRING, "email": STRING}),
})


def record(number: int, schema: Schema | None) -> Record:
    """One record; the same number gives the same one."""
    value: dict[str, Any] = {
        "id": f"id-{number}", "count": number, "amount": number / 100 if schema else Decimal(number) / 100, "ok": True,
        "at": f"2026-01-01T00:00:{number % 60:02d}.000Z", "message": "hello", "url": f"https://example.test/{number}", "tags": ["a", "b"],
        "user": {"name": "Ada", "email": "ada@example.test"},
    }
    return Record(topic="orders", value=value, value_schema=schema)


def stages() -> list[tuple[str, Callable[[Record], Record | None]]]:
    """Each transform of the chain, with its name."""
    given: dict[str, object] = {"transforms": ",".join(CHAIN)}
    for name, properties in CHAIN.items():
        given |= {f"transforms.{name}.type": f"{_PACKAGE}{name}"} | {f"transforms.{name}.{key}": value for key, value in properties.items()}
    chain, findings = read_chain(given)
    if chain is None:
        raise SystemExit("\n".join(map(str, findings)))
    return [(stage.alias, stage) for stage in chain.stages]


def measure(records: int, schema: Schema | None) -> dict[str, float]:
    """Transform → microseconds of the processor a record."""
    passing = [record(number, schema) for number in range(records)]
    figures = {}
    for name, stage in stages():
        start = time.process_time()
        passing = [changed for each in passing if (changed := stage(each)) is not None]
        figures[name] = (time.process_time() - start) / records * _MICROSECONDS
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what transforms cost.")
    parser.add_argument("--records", type=int, default=100_000, help="records (default: %(default)s)")
    records = parser.parse_args().records
    plain, typed = measure(records, None), measure(records, SCHEMA)
    rows = [[name, f"{plain[name]:.2f}", f"{typed[name]:.2f}"] for name in CHAIN]
    rows.append(["all ten", f"{sum(plain.values()):.2f}", f"{sum(typed.values()):.2f}"])
    figures = table(["transform", "without schema", "with schema"], rows)
    sys.stdout.write(f"{records:,} records; CPU per record, µs\n\n{figures}\n\n{machine()}\n")


if __name__ == "__main__":
    main()
