"""A page's records → what Kafka gets: parsed, keyed, transformed and converted, all before the first of them is produced.

A page of schemaless JSON that nothing is to change does not come here: its records are produced as they were served.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from http_source.config.options.output import ErrorOptions
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.simple import Convert
from http_source.connect.framing import KafkaHeader
from http_source.connect.record import Record
from http_source.connect.transforms.chain import TransformFailed
from http_source.conversion.reading import Read, Reader
from http_source.conversion.skipping import Skip, Stage
from http_source.errors import RequestFailed
from http_source.model import Message, Page, Value
from http_source.polling.excerpt import Redact

Written = tuple[Value | None, Sequence[KafkaHeader]]
Change = Callable[[Record], Record | None]


class Writer(Protocol):
    """Writes one part of each record of a page."""

    def write(self, records: Sequence[Record | None], skip: Skip) -> list[Written | None]:
        """Bytes and headers for each record; None where there is no record, or where it was skipped."""

    def close(self) -> None:
        """Close what it is connected to."""


@dataclass(frozen=True, slots=True)
class PlainWriter:
    """Writes a part whose schema, if it has one, is kept nowhere."""

    stage: Stage
    convert: Convert

    def write(self, records: Sequence[Record | None], skip: Skip) -> list[Written | None]:
        """The bytes of each record's part."""
        return [None if record is None else self._write(index, record, skip) for index, record in enumerate(records)]

    def close(self) -> None:
        """Nothing is open."""

    def _write(self, index: int, record: Record, skip: Skip) -> Written | None:
        of_key = self.stage is Stage.KEY_CONVERTER
        schema, value = (record.key_schema, record.key) if of_key else (record.value_schema, record.value)
        try:
            return self.convert(schema, value), ()
        except ConversionRefused as refused:
            skip(index, self.stage, str(refused), refused.path)
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """Converts the pages of a task; may be used by several threads.

    Attributes:
        connector: the connector's name, for the headers of reported records.
        reader: reads the records, with their schemas.
        changes: what is done to each record in turn: the key is taken, transforms are applied. None drops the record.
        header: converts the headers that transforms made.
        errors: whether records may be skipped.
        as_served: whether a value that no change has touched is produced byte for byte.
        largest: the most bytes of a record.
    """

    connector: str
    reader: Reader
    changes: Sequence[Change]
    keys: Writer
    values: Writer
    header: Convert
    errors: ErrorOptions
    redact: Redact
    as_served: bool
    largest: int

    def __call__(self, topic: str, page: Page) -> Page:
        """The page with its messages.

        Raises PageRefused for a record that cannot be converted and may not be skipped, RequestFailed when the registry fails.
        """
        if not page.records:
            return page
        try:
            return self._converted(topic, page)
        except RequestFailed as failure:
            if not failure.retriable:
                self.reader.forget(topic)
            raise

    def close(self) -> None:
        """Close the connections to the registry."""
        self.keys.close()
        self.values.close()

    def _converted(self, topic: str, page: Page) -> Page:
        skip = Skip(self.errors)
        read = self.reader.read(topic, page.records, skip)
        records = [record and self._changed(index, record, skip) for index, record in enumerate(read.records)]
        keys, values = self.keys.write(records, skip), self._values(page, read, records, skip)
        self.reader.learn(topic, read)
        written = zip(records, keys, values, strict=True)
        messages = [message for index, parts in enumerate(written) if (message := self._message(index, *parts, skip)) is not None]
        return replace(
            page,
            messages=[*messages, *skip.reports(page.records, topic, self.connector)],
            skipped=len(skip.taken),
            warnings=(*page.warnings, *read.warnings, *skip.warnings(page.records, self.redact)),
        )

    def _values(self, page: Page, read: Read, records: Sequence[Record | None], skip: Skip) -> list[Written | None]:
        if not self.as_served:
            return self.values.write(records, skip)
        touched = [None if _is_untouched(record, before) else record for record, before in zip(records, read.records, strict=True)]
        written = self.values.write(touched, skip)
        found = zip(written, touched, records, page.records, strict=True)
        return [(served, ()) if change is not record else each for each, change, record, served in found]

    def _changed(self, index: int, record: Record, skip: Skip) -> Record | None:
        for change in self.changes:
            try:
                changed = change(record)
            except TransformFailed as failed:
                skip(index, Stage.TRANSFORMATION, str(failed.cause), failed.path, failed.alias)
                return None
            if changed is None:
                return None
            record = changed
        return record

    def _message(self, index: int, record: Record | None, key: Written | None, value: Written | None, skip: Skip) -> Message | None:
        if record is None or key is None or value is None:
            return None
        own = (*key[1], *value[1])
        try:
            headers = self._headers(record, own) if record.headers else own
        except ConversionRefused as refused:
            skip(index, Stage.HEADER_CONVERTER, str(refused), refused.path)
            return None
        return Message(record.topic, value[0], key[0], headers, record.timestamp, record.partition)

    def _headers(self, record: Record, own: Sequence[KafkaHeader]) -> Sequence[KafkaHeader]:
        """The record's headers, but those that the schemas' own take the place of."""
        named = {name for name, _ in own}
        written = [(each.key, self.header(each.schema, each.value)) for each in record.headers]
        return [*(each for each in written if each[0] not in named), *own]


def _is_untouched(record: Record | None, before: Record | None) -> bool:
    """Whether the value is the one that was read; null is no JSON text but a tombstone."""
    return record is not None and before is not None and record.value is before.value is not None
