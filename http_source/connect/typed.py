"""The Python types that decode JSON into what a schema says, and refuse everything else: decoding is the check."""

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from types import GenericAlias
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, defstruct

from http_source.connect.accepts import WIDTHS
from http_source.connect.refused import Path
from http_source.connect.schema import DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME, Field, Schema, Type
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


def type_of(schema: Schema, undecided: frozenset[Path] = frozenset()) -> Any:
    """The type that decodes what a schema takes; at the undecided places also what tells no type, which is left out of the value."""
    decoded = _LOGICAL.get(schema.name) or _SCALARS.get(schema.type) or _container(schema, undecided)
    return decoded | None if schema.optional else decoded


def _container(schema: Schema, undecided: frozenset[Path]) -> Any:
    if schema.type is Type.STRUCT:
        return _struct(schema, undecided)
    keys, inner = schema.keys, schema.items or schema.values
    decoded = Any if inner is None else type_of(inner, _below("*", undecided))
    return GenericAlias(list, decoded) if keys is None else GenericAlias(dict, (type_of(keys.as_required()), decoded))


def _struct(schema: Schema, undecided: frozenset[Path]) -> Any:
    """A struct whose attributes have names of our own, so that a field may have any name."""
    known = [each for each in schema.fields if is_name(each.name)]
    waiting = sorted({path[0] for path in undecided if len(path) == 1} - {each.name for each in known})
    fields = [_field(each, undecided) for each in known]
    fields += [(f"w{place}", Any, UNSET) for place in range(len(waiting))]
    names = {f"f{each.index}": each.name for each in known} | {f"w{place}": name for place, name in enumerate(waiting)}
    forget = {"__post_init__": _forget([f"w{place}" for place in range(len(waiting))])} if waiting else {}
    return defstruct("Struct", fields, rename=names, namespace=forget, forbid_unknown_fields=True, kw_only=True, gc=False)


def _field(known: Field, undecided: frozenset[Path]) -> Any:
    name, decoded = f"f{known.index}", type_of(known.schema, _below(known.name, undecided))
    if known.schema.default is not None:
        return (name, decoded, msgspec.field(default_factory=partial(deepcopy, known.schema.default)))
    return (name, decoded, None) if known.schema.optional else (name, decoded)


def _below(name: str, paths: frozenset[Path]) -> frozenset[Path]:
    return frozenset(path[1:] for path in paths if path[0] == name and len(path) > 1)


def _forget(names: list[str]) -> Callable[[Any], None]:
    """Drop the undecided fields of a struct just decoded, unless one of them has shown its type."""
    def forget(decoded: Any) -> None:
        for name in names:
            value = getattr(decoded, name)
            # Nearly always it is null, and the call would cost more than the decoding of the field.
            if value is not None and value is not UNSET and not is_undecided(value):
                raise ValueError("a field has shown its type")
            setattr(decoded, name, UNSET)

    return forget
