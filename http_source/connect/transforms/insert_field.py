"""InsertField: puts the record's topic, partition or timestamp, or a fixed text, into a field."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from http_source.config.property import MEDIUM, prop
from http_source.config.types import STRING
from http_source.connect.record import Record
from http_source.connect.schema import INT32, TIMESTAMP, Schema
from http_source.connect.schema import STRING as TEXT
from http_source.connect.transforms.instants import timestamp_of
from http_source.connect.transforms.parts import (
    PerSchema,
    as_object,
    as_struct,
    defaults_of,
    part_of,
    pointer,
    replace_nulls,
    struct_like,
    with_part,
)
from http_source.connect.transforms.settings import Misconfigured, replace_null
from http_source.connect.transforms.transform import Part, TransformRefused

_SUFFIX = "a ! after the name makes the field required, a ? optional, which it is anyway."
_NOTHING = "Nothing is inserted: set one of topic.field, partition.field, timestamp.field and static.field with static.value."


@dataclass(frozen=True, slots=True)
class _Inserted:
    """A field to insert, and the schema it has."""

    name: str
    schema: Schema

    @classmethod
    def of(cls, spec: str | None, schema: Schema) -> "_Inserted | None":
        """The field of a name with or without `!` or `?`."""
        if spec is None:
            return None
        name = spec[:-1] if spec.endswith(("!", "?")) else spec
        return cls(name, schema if spec.endswith("!") else schema.as_optional())


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertField:
    """Inserts fields; null stays null. What the record does not have (partition, timestamp) is left out, or null where there is a schema.

    Source: Apache Kafka, "InsertField".
    """

    part: Part
    topic: str | None = prop("topic.field", STRING, None, MEDIUM, f"The field that gets the record's topic; {_SUFFIX}")
    partition: str | None = prop("partition.field", STRING, None, MEDIUM, f"The field that gets the partition, if one is set; {_SUFFIX}")
    offset: str | None = prop("offset.field", STRING, None, MEDIUM, "Refused: Kafka gives an offset only after the record is produced.")
    timestamp: str | None = prop("timestamp.field", STRING, None, MEDIUM, f"The field that gets the record's timestamp; {_SUFFIX}")
    static: str | None = prop("static.field", STRING, None, MEDIUM, f"The field that gets the text of `static.value`; {_SUFFIX}")
    text: str | None = prop("static.value", STRING, None, MEDIUM, "The text for `static.field`, the same in each record.")
    replace_null: bool = replace_null()
    _inserted: tuple[_Inserted | None, ...] = field(init=False, repr=False, compare=False)
    _schemas: PerSchema[tuple[Schema, dict[str, Any]]] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.offset is not None:
            raise Misconfigured("offset.field", "Only sink connectors know the offset of a record; remove it.")
        if self.static is not None and self.text is None:
            raise Misconfigured("static.value", "There is a static.field, but no value for it; set this to its text.")
        specs = ((self.topic, TEXT), (self.partition, INT32), (self.timestamp, TIMESTAMP), (self.static, TEXT))
        inserted = tuple(_Inserted.of(*each) for each in specs)
        if not any(inserted):
            raise Misconfigured("type", _NOTHING)
        object.__setattr__(self, "_inserted", inserted)

    def __call__(self, record: Record) -> Record:
        """The record with the fields. Raises TransformRefused, also where a required field would be null."""
        schema, value = part_of(record, self.part)
        if value is None:
            return record
        if schema is None:
            new = {each.name: found for each, found in self._values(record, record.timestamp) if found is not None}
            return with_part(record, self.part, None, {**as_object(value), **new})
        wider, defaults = self._schemas.get(schema, self._schema)
        changed = replace_nulls(dict(as_struct(schema, value)), defaults)
        for each, found in self._values(record, None if record.timestamp is None else timestamp_of(record.timestamp)):
            changed[each.name] = found
            if found is None and not each.schema.optional:
                raise TransformRefused("The record has nothing for this field; end its name with ? instead of !.", pointer(each.name))
        return with_part(record, self.part, wider, changed)

    def _values(self, record: Record, timestamp: Any) -> Iterator[tuple[_Inserted, Any]]:
        values = (record.topic, record.partition, timestamp, self.text)
        return ((each, found) for each, found in zip(self._inserted, values, strict=True) if each is not None)

    def _schema(self, schema: Schema) -> tuple[Schema, dict[str, Any]]:
        new = [(each.name, each.schema) for each in self._inserted if each is not None]
        wider = struct_like(schema, [*((each.name, each.schema) for each in schema.fields), *new])
        return wider, defaults_of(schema) if self.replace_null else {}
