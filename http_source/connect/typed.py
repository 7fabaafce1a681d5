"""The Python types that decode JSON into what a schema says, and refuse everything else: decoding is the check."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from types import GenericAlias
from typing import Annotated, Any

from msgspec import UNSET, Meta, defstruct

from http_source.connect.infer import DEEPEST
from http_source.connect.own_names import below
from http_source.connect.record_refused import Path
from http_source.connect.schema import DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME, WIDTHS, Field, Schema, Type
from http_source.connect.seen import is_undecided

EXACT = (bytes, Decimal, date, datetime, time)
"""Beside JSON's own, the types a decoded value may have."""

_NAME = re.compile(r'[^"\\\x00-\x1f]*')

_SCALARS: dict[str, Any] = {
    **{each: Annotated[int, Meta(ge=-(1 << bits - 1), le=(1 << bits - 1) - 1)] for each, bits in WIDTHS.items()},
    Type.FLOAT32: float, Type.FLOAT64: float, Type.BOOLEAN: bool, Type.STRING: str, Type.BYTES: bytes,
}

_LOGICAL: dict[str | None, Any] = {
    DECIMAL_NAME: Decimal, DATE_NAME: date, TIME_NAME: Annotated[time, Meta(tz=False)], TIMESTAMP_NAME: Annotated[datetime, Meta(tz=True)],
}


def is_name(name: str) -> bool:
    """Whether a field may have that name: the decoder cannot look for one that JSON must escape."""
    return _NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Hints:
    """What pages before have shown of records that fit a schema.

    Attributes:
        omitted: places of which nothing but null or emptiness was seen → the name they are served under; the schema has no field for
            them, and the values none either.
        names: the place of a field that is served under another name → that name.
        told: is called where something other than null is left out.
        rename: a field's name as it was served → as the format has it.
        levels: how deep a value may be in a field.
    """

    omitted: Mapping[Path, str] = field(default_factory=dict)
    names: Mapping[Path, str] = field(default_factory=dict)
    told: Callable[[], None] = lambda: None
    rename: Callable[[str], str] = str
    levels: int = DEEPEST - 1

    def below(self, name: str) -> "Hints":
        """The same for what is inside of a field, of an array or of a map."""
        return replace(self, omitted=below(self.omitted, name), names=below(self.names, name), levels=self.levels - 1)


_NO_HINTS = Hints()


def type_of(schema: Schema, hints: Hints = _NO_HINTS) -> Any:
    """The type that decodes what a schema takes; at the omitted places also what tells no type, which is left out of the value."""
    decoded = _LOGICAL.get(schema.name) or _SCALARS.get(schema.type) or _container(schema, hints)
    return decoded | None if schema.optional else decoded


def _container(schema: Schema, hints: Hints) -> Any:
    if schema.type is Type.STRUCT:
        return _struct(schema, hints)
    keys, inner = schema.keys, schema.items or schema.values
    decoded = Any if inner is None else type_of(inner, hints.below("*"))
    return GenericAlias(list, decoded) if keys is None else GenericAlias(dict, (type_of(keys.as_required()), decoded))


def _struct(schema: Schema, hints: Hints) -> Any:
    """A struct whose attributes have names of our own, `f` and the field's index, so that a field may have any name."""
    # A field that is served under another name has its own only by that one.
    own = {each.name: each.name for each in schema.fields if hints.rename(each.name) == each.name}
    served = own | {path[0]: name for path, name in hints.names.items() if len(path) == 1}
    known = [each for each in schema.fields if is_name(served.get(each.name, '"'))]
    waiting = _waiting(schema, hints)
    fields = [_field(each, hints) for each in known]
    fields += [(f"w{place}", Any, UNSET) for place in range(len(waiting))]
    names = {f"f{each.index}": served[each.name] for each in known} | {f"w{place}": name for place, name in enumerate(waiting)}
    unknown = [each for each in schema.fields if f"f{each.index}" not in names]
    # Nobody has seen under which name they are served, so they are missing.
    more: dict[str, Any] = {f"f{each.index}": None for each in unknown}
    if any(not _may_be_missing(each) for each in unknown):
        more["__post_init__"] = _refuse
    elif waiting:
        more["__post_init__"] = _forget([f"w{place}" for place in range(len(waiting))], hints)
    return defstruct("Struct", fields, rename=names, namespace=more, forbid_unknown_fields=True, kw_only=True, gc=False)


def _field(known: Field, hints: Hints) -> Any:
    """A default is put in where the value is written, which knows whether null stays null."""
    name, decoded = f"f{known.index}", type_of(known.schema, hints.below(known.name))
    return (name, decoded | None, None) if _may_be_missing(known) else (name, decoded)


def _may_be_missing(known: Field) -> bool:
    return known.schema.optional or known.schema.default is not None


def _refuse(_decoded: Any) -> None:
    """Refuse a struct that cannot have all its required fields."""
    raise ValueError("a required field is missing")


def _waiting(schema: Schema, hints: Hints) -> list[str]:
    """The names of fields that are left out, none of which fills a field."""
    known = {each.name for each in schema.fields}
    return sorted(name for place, name in hints.omitted.items() if len(place) == 1 and place[0] not in known and is_name(name))


def _forget(names: list[str], hints: Hints) -> Callable[[Any], None]:
    """Drop the omitted fields of a struct just decoded, unless one of them has shown its type."""
    def forget(decoded: Any) -> None:
        for name in names:
            value = getattr(decoded, name)
            # Nearly always it is null, and the call would cost more than the decoding of the field.
            if value is not None and value is not UNSET:
                if not is_undecided(value, hints.levels):
                    raise ValueError("a field has shown its type")
                hints.told()
            setattr(decoded, name, UNSET)

    return forget
