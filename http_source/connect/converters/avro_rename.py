"""Gives a registered record the name and version that a transform chose; every other type keeps its name."""

from typing import Any

from http_source.connect.converters import avro_marks as marks
from http_source.connect.converters.avro_names import NAMED, PRIMITIVES, Names, named_in
from http_source.connect.converters.avro_parser import Parsed
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.schema import Schema

Json = dict[str, Any]

_PARTS = {"array": "items", "map": "values"}


class RecordName:
    """The name of the record that values of a schema are."""

    def __init__(self, parsed: Parsed, names: Names, *, marked: bool) -> None:
        """`marked` schemas carry Connect's own properties."""
        self._parsed = parsed
        self._names = names
        self._marked = marked

    def change(self, known: Schema, schema: Schema) -> None:
        """Change it and the version where `schema` has others than `known`. Raises ConversionRefused."""
        version = self._marked and schema.version not in (None, known.version)
        name = schema.name not in (None, known.name)
        if not self._parsed.record_name or not (version or name):
            return
        record = self._record()
        if version:
            record[marks.VERSION] = schema.version
        if name:
            self._name(record, schema.name or "")

    def _record(self) -> Json:
        old = self._parsed.record_name
        if old not in self._parsed.definitions:
            raise ConversionRefused(f"the registered record {old!r} is imported and keeps its name. Remove the transform that changes it.")
        return self._parsed.definitions[old]

    def _name(self, record: Json, name: str) -> None:
        old, full = self._parsed.record_name, self._names.full(name, "")
        if full != old and full in self._parsed.named:
            raise ConversionRefused(f"another type in the registered schema has the name {full!r}. Choose another name for the record.")
        if marks.NAME in record or (self._marked and full != name):
            record[marks.NAME] = name
        before, (space, _, simple) = old.rpartition(".")[0], full.rpartition(".")
        if space != before:
            for field in record["fields"]:
                field["type"] = self._kept(field["type"], before)
        dotted = "." in record["name"]
        record["name"] = full if dotted else simple
        if space != before and not dotted:
            record["namespace"] = space

    def _kept(self, written: Any, space: str) -> Any:
        """A type that says its namespace by itself, where it had it from the record around it."""
        if isinstance(written, list):
            return [self._kept(each, space) for each in written]
        if isinstance(written, str):
            return written if written in PRIMITIVES else named_in(self._parsed.named, written, space) or written
        if written["type"] in PRIMITIVES:
            return written
        if written["type"] in NAMED:
            own = "namespace" in written or "." in written["name"]
            return written if own else {**written, "namespace": space}
        part = _PARTS.get(written["type"], "type")
        return {**written, part: self._kept(written[part], space)}
