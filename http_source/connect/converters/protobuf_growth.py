"""What a registered message must get so that it holds the values of a schema that grew."""

from dataclasses import dataclass, field, replace

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from http_source.connect.converters import protobuf_marks as marks
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.record_refused import pointer
from http_source.connect.schema import Schema, Type

Place = tuple[str, str]
"""The full name of a message, and a field's name in it."""

_WIDTHS = (Type.INT8, Type.INT16, Type.INT32, Type.INT64, Type.FLOAT64)


@dataclass(frozen=True, slots=True)
class Wider:
    """A number that gets a wider type, and where it stands."""

    old: Schema
    type: Type
    path: str


@dataclass(slots=True)
class Growth:
    """Additions and changes.

    Attributes:
        fields: by the full name of a message: the place of its struct, and the new fields.
        types: what becomes wider.
        optional: what may be null from now on, with its schema.
    """

    fields: dict[str, tuple[str, dict[str, Schema]]] = field(default_factory=dict)
    types: dict[Place, Wider] = field(default_factory=dict)
    optional: dict[Place, Schema] = field(default_factory=dict)

    def message(self, old: Schema, new: Schema, message: Descriptor, path: str = "", fixed: str = "") -> None:
        """Take in what a struct has more than its message. Raises ConversionRefused.

        Args:
            old: as it is registered.
            new: as it has grown.
            message: what holds it.
            path: its place.
            fixed: why nothing in it can change, if that is so.
        """
        registered = {each.name: each.schema for each in old.fields}
        for each in new.fields:
            known, below = registered.get(each.name), path + pointer((each.name,))
            if known is None:
                self._add(message, each.name, each.schema, path, fixed)
            elif marks.is_union(known):
                self._union(known, each.schema, message, below)
            else:
                self._field(known, each.schema, message.fields_by_name[each.name], below, fixed)

    def _add(self, message: Descriptor, name: str, schema: Schema, path: str, fixed: str) -> None:
        below = path + pointer((name,))
        if fixed:
            raise ConversionRefused(f"the message {message.full_name} cannot get the field {name!r}: {fixed}", below)
        _, fields = self.fields.setdefault(message.full_name, (path, {}))
        fields[name] = _merged(fields[name], schema, below) if name in fields else schema

    def _union(self, old: Schema, new: Schema, message: Descriptor, path: str) -> None:
        members = {each.name: each.schema for each in old.fields}
        for each in new.fields:
            known, below = members.get(each.name), path + pointer((each.name,))
            if known is None:
                raise ConversionRefused(f"the oneof has no member {each.name!r}, and members are never added to a registered oneof.", below)
            self._field(known, each.schema, message.fields_by_name[each.name], below, "")

    def _field(self, old: Schema, new: Schema, found: FieldDescriptor, path: str, fixed: str) -> None:
        oneof = found.containing_oneof
        if oneof is not None and not _is_synthetic(found):
            fixed = f"it stands in the oneof {oneof.name}, whose members are never changed."
        self._place(old, new, found, path, fixed)

    def _place(self, old: Schema, new: Schema, found: FieldDescriptor, path: str, fixed: str) -> None:
        if old.items is not None and new.items is not None:
            self._place(old.items, new.items.as_optional(), found, f"{path}/*", fixed)
        elif old.keys and old.values and new.keys and new.values:
            key, value = (found.message_type.fields_by_name[each] for each in (marks.KEY, marks.VALUE))
            self._place(old.keys, new.keys, key, f"{path}/*", "it is the key of a map.")
            self._place(old.values, new.values, value, f"{path}/*", fixed)
        elif old.type is new.type is Type.STRUCT:
            self.message(old, new, found.message_type, path, fixed or _imported(found))
        else:
            self._scalar(old, new, found, path, fixed)
        if new.optional and not old.optional:
            self._loosen(old, found, path, fixed)

    def _scalar(self, old: Schema, new: Schema, found: FieldDescriptor, path: str, fixed: str) -> None:
        same = _logical(new) == _logical(old)
        if same and (new.type is old.type or (old.name is None and is_wider(old.type, new.type))):
            return
        wanted = f"the registered {old.name or old.type} cannot become {new.name or new.type}"
        if old.name or not same or not is_wider(new.type, old.type):
            raise ConversionRefused(f"{wanted}. Use the transform Cast, or ReplaceField to exclude the field.", path)
        if fixed or found.GetOptions().HasField("jstype"):
            raise ConversionRefused(f"{wanted}: {fixed or 'it has the option jstype.'}", path)
        place = found.containing_type.full_name, found.name
        if place not in self.types or is_wider(new.type, self.types[place].type):
            self.types[place] = Wider(old, new.type, path)

    def _loosen(self, old: Schema, found: FieldDescriptor, path: str, fixed: str) -> None:
        if found.is_required:
            fixed = "it is `required` in proto2, which is never changed."
        elif found.containing_type.GetOptions().map_entry:
            fixed = "a Protobuf map cannot hold null."
        if fixed:
            raise ConversionRefused(f"null came, and the registered field {found.name} cannot become optional: {fixed}", path)
        self.optional[found.containing_type.full_name, found.name] = old


def is_wider(one: Type, other: Type) -> bool:
    """Whether the first type holds all numbers that the other one holds, and more."""
    if other is Type.FLOAT32:
        return one is Type.FLOAT64
    return one in _WIDTHS and other in _WIDTHS and _WIDTHS.index(one) > _WIDTHS.index(other)


def _logical(schema: Schema) -> str | None:
    return marks.LOGICAL.get((schema.name, schema.type))


def _imported(found: FieldDescriptor) -> str:
    name = found.message_type.file.name
    return "" if name == found.containing_type.file.name else f"it comes from the imported file {name!r}, which is not changed."


def _is_synthetic(found: FieldDescriptor) -> bool:
    """Whether the field is alone in a oneof because it is `optional`."""
    oneof = found.containing_oneof
    return oneof is not None and len(oneof.fields) == 1 and oneof.name.lstrip("X") == f"_{found.name}"


def _merged(one: Schema, other: Schema, path: str) -> Schema:
    """What holds the values of a new field in two places that have the same message. Raises ConversionRefused."""
    if is_wider(one.type, other.type) or is_wider(other.type, one.type):
        return one if is_wider(one.type, other.type) else other
    if (one.type, one.name) != (other.type, other.name):
        raise ConversionRefused(f"the field is {one.type} in one place of its message and {other.type} in another one. "
            "Use the transform Cast, or ReplaceField to exclude it.", path)
    fields = {each.name: each.schema for each in one.fields}
    for each in other.fields:
        known = fields.get(each.name)
        fields[each.name] = each.schema if known is None else _merged(known, each.schema, path + pointer((each.name,)))
    items, values = (a and b and _merged(a, b, f"{path}/*") for a, b in ((one.items, other.items), (one.values, other.values)))
    return replace(one, items=items, values=values, optional=one.optional or other.optional).with_fields(fields.items())
