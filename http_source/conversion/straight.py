"""Records that nothing changes, from what was served to what Kafka gets: each is decoded by its schema, and what is decoded is written.

It is never another outcome than that of a closer look, only a sooner one: what does not fit is UNREAD, and looked at closely.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from http_source.connect.converters.format import ConversionRefused, Encode
from http_source.connect.decode import UNREAD
from http_source.connect.noticed import Noticed
from http_source.connect.record import Record
from http_source.conversion.reading import SchemaReader
from http_source.conversion.subject import Current, Subjects, Written
from http_source.conversion.writing import NULL, NeedsCloserLook, Writer
from http_source.model import Message, Value


@dataclass(frozen=True, slots=True)
class _Way:
    """How the records of one topic are written while their subject is what it is; `encode` is None where not so."""

    current: Current
    encode: Encode | None


class Straight:
    """Takes whole pages; may be used by several threads, which then may make one way twice."""

    def __init__(self, reader: SchemaReader, subjects: Subjects, keys: Writer) -> None:
        self._reader = reader
        self._subjects = subjects
        self._keys = keys
        self._ways: dict[str, _Way] = {}

    def messages(self, topic: str, records: Sequence[Value]) -> tuple[list[Message], Collection[int]] | None:
        """What Kafka gets, UNREAD for a record that is to be looked at closely; and the places of those that lost something but null.

        None where the topic's schema does not allow it.
        """
        current = self._subjects.of_topic(topic)
        if current is None:
            return None
        way = self._ways.get(topic)
        if way is None or way.current is not current:
            way = self._ways[topic] = _Way(current, self._encoder(topic, current))
        if way.encode is None:
            return None
        decoded, lost = self._reader.decoder(topic, current.schema).structs(records)
        return self._written(topic, current, way.encode, zip(decoded, self._keys_of(topic, records), strict=False)), lost

    def _written(self, topic: str, current: Current, encode: Encode, rows: Iterable[tuple[Any, Written]]) -> list[Message]:
        prefix, headers = current.frame.prefix, current.frame.mark(())
        messages: list[Any] = []
        for value, key in rows:
            if value is UNREAD or key is UNREAD:
                messages.append(UNREAD)
            elif value is None:
                messages.append(Message(topic, None, *key))
            else:
                try:
                    messages.append(Message(topic, prefix + encode(value), key[0], (*key[1], *headers)))
                except ConversionRefused:
                    messages.append(UNREAD)
        return messages

    def _keys_of(self, topic: str, records: Sequence[Value]) -> Iterable[Written]:
        return map(self._key, repeat(topic), records) if self._reader.is_keyed else repeat(NULL)

    def _key(self, topic: str, record: Value) -> Any:
        try:
            key, schema = self._reader.key(record)
            return self._keys.write(Record(topic=topic, key=key, key_schema=schema), Noticed())
        except (NeedsCloserLook, ValueError, RecursionError):
            return UNREAD

    def _encoder(self, topic: str, current: Current) -> Encode | None:
        """None as well for a schema whose name leads to another subject."""
        subjects = self._subjects
        try:
            is_its_own = subjects.current(subjects.named(topic, current.schema)) is current
        except ConversionRefused:
            return None
        return subjects.straight(current) if is_its_own else None
