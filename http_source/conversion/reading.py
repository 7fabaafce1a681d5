"""A page's records as Connect's: parsed, with the schema inferred where the format has one, and with their keys."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.decode import Decoder, Reading
from http_source.connect.record import Record
from http_source.connect.refused import RecordRefused
from http_source.connect.schema import Schema
from http_source.conversion.skipping import Skip, Stage
from http_source.model import Value
from http_source.polling.pointer import tokens_of

_INDEX = re.compile("0|[1-9][0-9]{0,8}")
_JSON = msgspec.json.Decoder(float_hook=Decimal)


@dataclass(frozen=True, slots=True)
class Read:
    """A page's records.

    Attributes:
        records: one for each of the page, None for one that was left out.
        warnings: sentences for the user.
        decoder: what the next page is read with, once this one is written; None where nothing is remembered.
    """

    records: list[Record | None]
    warnings: tuple[str, ...] = ()
    decoder: Decoder | None = None


class Reader(Protocol):
    """Reads a page's records for a topic; may be used by several threads."""

    def read(self, topic: str, records: Sequence[Value], skip: Skip) -> Read:
        """The records. Raises RecordRefused for one that cannot be read and may not be left out."""

    def learn(self, topic: str, read: Read) -> None:
        """Go on from a page that was written."""

    def forget(self, topic: str) -> None:
        """Begin the topic anew: a page was refused, so that what it taught may never be registered."""


class PlainReader:
    """Reads values without a schema; numbers with a fraction are Decimals, so that no digit is lost."""

    def read(self, topic: str, records: Sequence[Value], skip: Skip) -> Read:
        """The records."""
        return Read([self._record(topic, index, record, skip) for index, record in enumerate(records)])

    def learn(self, topic: str, read: Read) -> None:
        """Each page is read for itself."""

    def forget(self, topic: str) -> None:
        """Nothing was learned."""

    def _record(self, topic: str, index: int, record: Value, skip: Skip) -> Record | None:
        try:
            return Record(topic=topic, value=_JSON.decode(record))
        except (ValueError, RecursionError) as error:
            skip.refused(RecordRefused(index, (), f"it cannot be parsed for the transforms or the key: {error}."))
            return None


class SchemaReader:
    """Reads values with the schema that holds all of a topic's so far.

    `newest` asks which schema a topic's records have already, if any; `check` raises ConversionRefused for one that cannot be written.
    No lock is held, since asking may take long: what two threads learn at once is merged where it is registered.
    """

    def __init__(self, newest: Callable[[str], Schema | None], check: Callable[[Schema], object]) -> None:
        self._newest = newest
        self._check = check
        self._decoders: dict[str, Decoder] = {}

    def read(self, topic: str, records: Sequence[Value], skip: Skip) -> Read:
        """The records; all but null have the same schema."""
        decoder = self._decoders.get(topic) or Decoder(self._newest(topic))
        reading, kept = self._fitting(decoder, records, skip)
        schema = reading.decoder.schema
        read: list[Record | None] = [None] * len(records)
        for index, value in zip(kept, reading.values, strict=True):
            read[index] = Record(topic=topic, value=value, value_schema=None if value is None else schema)
        return Read(read, reading.warnings, reading.decoder)

    def learn(self, topic: str, read: Read) -> None:
        """Read the next page with the schema of this one."""
        if read.decoder is not None:
            self._decoders[topic] = read.decoder

    def forget(self, topic: str) -> None:
        """Ask anew which schema the topic's records have: a person may have mended it."""
        self._decoders.pop(topic, None)

    def _fitting(self, decoder: Decoder, records: Sequence[Value], skip: Skip) -> tuple[Reading, Sequence[int]]:
        """The page, and the places of the records in it that one schema can hold: all of them as a rule."""
        try:
            return self._grown(decoder, records), range(len(records))
        except RecordRefused:
            if not skip.options.tolerant:
                raise
        except ConversionRefused:
            """Whose it is, reading one after the other tells."""
        kept, growing = [], decoder
        for index, record in enumerate(records):
            try:
                growing = self._grown(growing, [record]).decoder
                kept.append(index)
            except RecordRefused as refused:
                skip.refused(RecordRefused(index, refused.path, refused.reason))
            except ConversionRefused as refused:
                skip(index, Stage.VALUE_CONVERTER, str(refused), refused.path)
        return decoder.read([records[index] for index in kept]), kept

    def _grown(self, decoder: Decoder, records: Sequence[Value]) -> Reading:
        reading = decoder.read(records)
        if reading.decoder is not decoder and reading.decoder.schema is not None:
            self._check(reading.decoder.schema)
        return reading


def key_of(pointer: str) -> Callable[[Record], Record]:
    """What gives a record the value at a JSON Pointer as its key (`record.key.json.pointer`); null where there is none."""
    tokens = tokens_of(pointer)

    def keyed(record: Record) -> Record:
        schema, value = record.value_schema, record.value
        for name in tokens:
            schema, value = _below(schema, value, name)
        key_schema = None if value is None else schema
        # As it was read, it has nothing else; `replace` would take as long as all of this.
        return Record(topic=record.topic, key=value, key_schema=key_schema, value=record.value, value_schema=record.value_schema)

    return keyed


def _below(schema: Schema | None, value: Any, name: str) -> tuple[Schema | None, Any]:
    """The member of an object, or the element of an array, by that name; null where there is none."""
    if isinstance(value, dict) and name in value:
        return schema and _member(schema, name), value[name]
    if isinstance(value, list) and _INDEX.fullmatch(name) and int(name) < len(value):
        return schema and schema.items, value[int(name)]
    return None, None


def _member(schema: Schema, name: str) -> Schema | None:
    field = schema.field(name)
    return schema.values if field is None else field.schema
