"""A page's records as Connect's: parsed, with what is known of their schema, and with their keys."""

import re
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from http_source.connect.decode import MOST_OMITTED, UNREAD, Decoder, is_decodable
from http_source.connect.infer import infer_key, infer_record
from http_source.connect.noticed import Noticed
from http_source.connect.record import Record
from http_source.connect.record_refused import PlaceRefused
from http_source.connect.schema import Schema
from http_source.connect.served import exact, plain
from http_source.connect.shapes import Shapes
from http_source.conversion.subject import Subjects
from http_source.foreign.text import Foreign, readable
from http_source.model import Value
from http_source.polling.pointer import tokens_of

_INDEX = re.compile("0|[1-9][0-9]{0,8}")
_JSON = msgspec.json.Decoder(float_hook=Decimal)
_UNREADABLE = (ValueError, RecursionError)
_UNREAD: Record = UNREAD

Infer = Callable[[Any], Schema | None]
KeyOf = Callable[[Any], Any]
"""A record's value → its key; null where it has none."""


class PlainReader:
    """Reads values without a schema; numbers with a fraction are Decimals, so that no digit is lost."""

    def __init__(self, key_of: KeyOf | None = None) -> None:
        self._key_of = key_of

    def read(self, topic: str, records: Sequence[Value]) -> tuple[list[Record], Collection[int]]:
        """The records."""
        return [self._record(topic, record) for record in records], ()

    def closely(self, topic: str, record: Value) -> Record:
        """The record. Raises PlaceRefused."""
        try:
            return self._parsed(topic, record)
        except _UNREADABLE as error:
            raise PlaceRefused((), f"it cannot be parsed for the transforms or the key: {readable(Foreign.of(error), str)}.") from None

    alone = closely

    def learn(self, topic: str, noticed: Noticed) -> None:
        """Each record is read for itself."""

    def _record(self, topic: str, record: Value) -> Record:
        try:
            return self._parsed(topic, record)
        except _UNREADABLE:
            return _UNREAD

    def _parsed(self, topic: str, record: Value) -> Record:
        value = _JSON.decode(record)
        return Record(topic=topic, value=value, key=None if self._key_of is None else self._key_of(value))


class OwnReader:
    """Reads values with a schema of what each record has itself, for transforms and for schemas that need a look at each value."""

    def __init__(self, key_of: KeyOf | None = None) -> None:
        self._key_of = key_of
        self._shapes: dict[str, tuple[Shapes, Shapes]] = {}

    def read(self, topic: str, records: Sequence[Value]) -> tuple[list[Record], Collection[int]]:
        """The records, of which those with the same types share a schema."""
        values, keys = self._shapes_of(topic)
        return [self._record(topic, record, values, keys) for record in records], ()

    def closely(self, topic: str, record: Value) -> Record:
        """The record, with the digits it was served with. Raises PlaceRefused."""
        values, keys = self._shapes_of(topic)
        return self._made(topic, exact(record), values.of, keys.of)

    def alone(self, topic: str, record: Value) -> Record:
        """The same with nothing in its schema but what it has itself. Raises PlaceRefused."""
        return self._made(topic, exact(record), infer_record, infer_key)

    def learn(self, topic: str, noticed: Noticed) -> None:
        """Each record is read for itself."""

    def _shapes_of(self, topic: str) -> tuple[Shapes, Shapes]:
        return self._shapes.setdefault(topic, (Shapes(), Shapes(infer_key)))

    def _record(self, topic: str, record: Value, values: Shapes, keys: Shapes) -> Record:
        try:
            return self._made(topic, plain(record), values.of, keys.of)
        except _UNREADABLE:
            return _UNREAD

    def _made(self, topic: str, value: Any, infer: Infer, infer_key: Infer) -> Record:
        if self._key_of is None:
            return Record(topic=topic, value=value, value_schema=infer(value))
        key = self._key_of(value)
        return Record(topic=topic, value=value, value_schema=infer(value), key=key, key_schema=infer_key(key))


class SchemaReader:
    """Reads values that fit the schema that is registered, at once; what does not fit is read for itself.

    No lock is held, since asking may take long.
    """

    def __init__(self, subjects: Subjects, rename: Callable[[str], str], key_pointer: str | None = None) -> None:
        self._subjects = subjects
        self._rename = rename
        self._own = OwnReader(None if key_pointer is None else key_of(key_pointer))
        self.is_keyed = key_pointer is not None
        self._key_of = None if key_pointer is None else _served_key(key_pointer)
        self._keys = Shapes(infer_key)
        self._decoders: dict[str, Decoder] = {}
        self._noticed: dict[str, Noticed] = {}

    def read(self, topic: str, records: Sequence[Value]) -> tuple[list[Record], Collection[int]]:
        """The records; all but null have the same schema."""
        current = self._subjects.of_topic(topic)
        if current is None:
            return [UNREAD] * len(records), ()
        if not is_decodable(current.schema):
            return self._own.read(topic, records)
        values, lost = self.decoder(topic, current.schema).read(records)
        return [self._record(topic, *each, current.schema) for each in zip(values, records, strict=True)], lost

    def closely(self, topic: str, record: Value) -> Record:
        """The record, with the digits it was served with. Raises PlaceRefused."""
        return self._own.closely(topic, record)

    def alone(self, topic: str, record: Value) -> Record:
        """The same with nothing in its schema but what it has itself. Raises PlaceRefused."""
        return self._own.alone(topic, record)

    def learn(self, topic: str, noticed: Noticed) -> None:
        """Read the next pages with what was noticed."""
        known = self._noticed.setdefault(topic, Noticed())
        omitted = known.omitted | noticed.omitted
        if len(omitted) > MOST_OMITTED:
            omitted = known.omitted
        if omitted != known.omitted or not noticed.names.items() <= known.names.items():
            self._noticed[topic] = Noticed(omitted, known.names | noticed.names)
            self._decoders.pop(topic, None)

    def decoder(self, topic: str, schema: Schema) -> Decoder:
        """What decodes the topic's records of a schema, with what was noticed so far."""
        decoder = self._decoders.get(topic)
        if decoder is None or decoder.schema is not schema:
            decoder = self._decoders[topic] = Decoder(schema, self._noticed.get(topic), self._rename)
        return decoder

    def key(self, served: Value) -> tuple[Any, Schema | None]:
        """A record's key and its schema; null where no pointer makes one. Raises ValueError or RecursionError."""
        if self._key_of is None:
            return None, None
        key = self._key_of(served)
        return key, self._keys.of(key)

    def _record(self, topic: str, value: Any, served: Value, schema: Schema) -> Record:
        if value is UNREAD:
            return _UNREAD
        try:
            key, key_schema = self.key(served)
        except _UNREADABLE:
            return _UNREAD
        return Record(topic=topic, value=value, value_schema=None if value is None else schema, key=key, key_schema=key_schema)


def key_of(pointer: str) -> KeyOf:
    """What takes the value at a JSON Pointer (`record.key.json.pointer`) as a record's key; null where there is none."""
    tokens = tokens_of(pointer)

    def keyed(value: Any) -> Any:
        for name in tokens:
            value = _below(value, name)
        return value

    return keyed


def _served_key(pointer: str) -> Callable[[Value], Any]:
    """The same for a record as it was served: the key is what was served there, whatever the schema of the value makes of it."""
    keyed = key_of(pointer)
    return lambda record: keyed(plain(record))


def _below(value: Any, name: str) -> Any:
    """The member of an object, or the element of an array, by that name; null where there is none."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list) and _INDEX.fullmatch(name) and int(name) < len(value):
        return value[int(name)]
    return None
