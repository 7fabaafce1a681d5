"""How long values take to become Avro and JSON, beside plain fastavro and msgspec given the same values without a check.

`python -m bench.converters [SECONDS]` prints microseconds a record, over rounds in turn: the median and, in brackets, the extremes.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from io import BytesIO
from timeit import Timer
from typing import Any

import msgspec
from fastavro import parse_schema, schemaless_writer

from bench.figures import spread, table
from bench.records import record
from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.avro import AvroFormat
from http_source.connect.converters.json import JsonConverter, json_bytes
from http_source_tests.connect.pages import read

ROUNDS = 7
_DEPTH = 8


def ways() -> dict[str, Callable[[], object]]:
    """What is measured: each encodes one record."""
    options = ConverterOptions(**{each.name: each.metadata["property"].default for each in fields(ConverterOptions)})
    found: dict[str, Callable[[], object]] = {}
    for name, text in (("flat and nested", record(7).replace("@", "")), ("nested eight deep", _deep())):
        (value,), schema = _read(text)
        found[f"Avro, {name}: ours"] = partial(AvroFormat(options).encoder(schema), value)
        found[f"Avro, {name}: fastavro"] = partial(_plain_fastavro(AvroFormat(options).write_schema(schema).text), value)
        found[f"JSON with schema, {name}: ours"] = partial(JsonConverter(options).encoder(schema), value)
        found[f"JSON without, {name}: ours"] = partial(json_bytes, value)
        found[f"JSON without, {name}: msgspec"] = partial(msgspec.json.encode, value)
    return found


def _read(text: str) -> tuple[list[Any], Any]:
    stream = read(text)
    return stream.values, stream.schema


def _deep() -> str:
    document: dict[str, Any] = {"text": "x" * 8}
    for _ in range(_DEPTH):
        document = {"text": "x" * 8, "in": document}
    return json.dumps(document)


def _plain_fastavro(text: str) -> Callable[[Any], bytes]:
    schema = parse_schema(json.loads(text))

    def encode(value: Any) -> bytes:
        out = BytesIO()
        schemaless_writer(out, schema, value)
        return out.getvalue()

    return encode


def main(seconds: float) -> None:
    """Measure every way in turn, `seconds` each over all rounds, and print the table."""
    timers = {name: Timer(way) for name, way in ways().items()}
    counts = {name: max(1, int(seconds / ROUNDS / (timer.timeit(200) / 200))) for name, timer in timers.items()}
    rounds = [{name: timer.timeit(counts[name]) / counts[name] * 1e6 for name, timer in timers.items()} for _ in range(ROUNDS)]
    rows = [(name, spread([each[name] for each in rounds], 1)) for name in timers]
    sys.stdout.write(table(("way", "µs a record"), rows) + "\n")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0)
