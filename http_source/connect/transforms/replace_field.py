"""ReplaceField: leaves fields out and renames others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from http_source.config.findings import shown
from http_source.config.property import MEDIUM, prop
from http_source.config.types import LIST, Simple
from http_source.connect.record import Record
from http_source.connect.schema import Schema
from http_source.connect.transforms.parts import PerSchema, as_object, as_struct, defaults_of, on_part, replace_nulls, struct_like
from http_source.connect.transforms.settings import replace_null
from http_source.connect.transforms.transform import Part

Names = Mapping[str, str]
_Plan = tuple[Schema, Names, dict[str, Any]]


def _renames(value: object) -> tuple[tuple[str, str], ...]:
    renames = []
    for item in LIST.parse(value):
        old, colon, new = item.partition(":")
        if not old or not new or ":" in new or not colon:
            raise ValueError(f"{shown(item) or 'An empty text'} is not a rename; write old:new")
        renames.append((old, new))
    return tuple(renames)


RENAMES = Simple("list", "old:new pairs", _renames)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceField:
    """Leaves fields out, or all but some, by the names they have before the renaming. Source: Apache Kafka, "ReplaceField"."""

    part: Part
    exclude: tuple[str, ...] = prop("exclude", LIST, (), MEDIUM, "The fields to leave out, also where `include` has them.")
    include: tuple[str, ...] = prop("include", LIST, (), MEDIUM, "The only fields to keep; when it is empty, all are kept.")
    renames: tuple[tuple[str, str], ...] = prop("renames", RENAMES, (), MEDIUM, "New names as `old:new,…`; others keep theirs.")
    replace_null: bool = replace_null()
    _new_names: Names = field(init=False, repr=False, compare=False)
    _schemas: PerSchema[_Plan] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_new_names", dict(self.renames))

    def __call__(self, record: Record) -> Record:
        """The record with the fields that stay; null stays null. Raises TransformRefused where two fields get one name in a schema."""
        return on_part(record, self.part, self._change)

    def _change(self, schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
        if schema is None:
            changed = self._plain(as_object(value))
            return None, value if list(changed) == list(value) else changed
        as_struct(schema, value)
        new, names, defaults = self._schemas.get(schema, self._schema)
        return new, replace_nulls({names[old]: inner for old, inner in value.items() if old in names}, defaults)

    def _plain(self, value: dict[str, Any]) -> dict[str, Any]:
        return {self._new_names.get(name, name): inner for name, inner in value.items() if self._stays(name)}

    def _stays(self, name: str) -> bool:
        return name not in self.exclude and (not self.include or name in self.include)

    def _schema(self, schema: Schema) -> _Plan:
        names = {each.name: self._new_names.get(each.name, each.name) for each in schema.fields if self._stays(each.name)}
        new = struct_like(schema, ((names[each.name], each.schema) for each in schema.fields if each.name in names))
        return new, names, defaults_of(new) if self.replace_null else {}
