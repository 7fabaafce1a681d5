"""Records as a subject takes them, one by one, and the schemas that tests expect of them."""

import json
from typing import Any

from http_source.config.options.output import MixedScalars
from http_source.connect.adapt import Adapter
from http_source.connect.infer import infer_record
from http_source.connect.merge import Merge
from http_source.connect.noticed import Noticed
from http_source.connect.schema import Schema, Type
from http_source.connect.seen import Rename
from http_source.connect.served import exact

REFUSE, TEXTS = MixedScalars.REFUSE, MixedScalars.STRING


class Stream:
    """A fold over records: each is read exactly, merged with what is known, and adapted to what that has become.

    Attributes:
        schema: what is known.
        values: of each record, as it was written.
        noticed: what was noticed of all.
    """

    def __init__(self, known: Schema | None = None, mixed: MixedScalars = REFUSE, rename: Rename = str) -> None:
        self.schema = known
        self.values: list[Any] = []
        self.noticed = Noticed()
        self._mixed, self._rename = mixed, rename

    def add(self, *records: Any, given: Schema | None = None) -> "Stream":
        """Take more records; `given` is what transforms left of their schemas. Raises PlaceRefused, and the stream stays as it was."""
        for record in map(text, records):
            value = exact(record)
            self.values.append(None if value is None else self._written(value, given or infer_record(value)))
        return self

    def _written(self, value: Any, given: Schema | None) -> Any:
        merge, noticed = Merge(self._mixed, self._rename), Noticed()
        schema = merge.record(value, given, self.schema)
        written = Adapter(self._mixed, self._rename).compose(schema)(value, noticed)
        self.schema = schema
        self.noticed.add(noticed)
        self.noticed.warnings += merge.warnings
        return written


def read(*records: Any, known: Schema | None = None, mixed: MixedScalars = REFUSE, rename: Rename = str) -> Stream:
    """A stream of these records."""
    return Stream(known, mixed, rename).add(*records)


def text(record: Any) -> bytes:
    """A record's JSON; text is taken as it is, so that numbers can be written digit for digit."""
    return (record if isinstance(record, str) else json.dumps(record)).encode()


def schema_of(*records: Any, known: Schema | None = None) -> Any:
    return sketch(read(*records, known=known).schema)


def sketch(schema: Schema | None) -> Any:
    """A schema for the eye: a dict for a struct, a list for an array, else the type, with `?` where it is optional."""
    if schema is None:
        return None
    if schema.type is Type.STRUCT:
        return {each.name + _mark(each.schema): sketch(each.schema.as_required()) for each in schema.fields}
    if schema.type is Type.ARRAY:
        return [sketch(schema.items)]
    return str(schema.type) + _mark(schema)


def _mark(schema: Schema) -> str:
    return "?" if schema.optional else ""
