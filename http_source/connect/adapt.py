"""Values as they were served → values of a schema that holds them. What makes them is composed once for a schema.

A field that the schema does not have is left out if it tells no type; everything else that does not fit is refused.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from http_source.config.options.output import MixedScalars
from http_source.connect.adapt_scalars import key, scalar, text, unfit
from http_source.connect.choose import branch_of
from http_source.connect.infer import check_depth
from http_source.connect.noticed import Adapt, Noticed
from http_source.connect.record_refused import Path, PlaceRefused
from http_source.connect.schema import LOGICAL, Schema, Type
from http_source.connect.seen import Rename, clash, is_undecided
from http_source.connect.served import Digits
from http_source.connect.unions import aliases_of, is_union, lets_by, members_of, symbols_of


class Adapter:
    """Composes for schemas of one part of the records.

    Attributes:
        mixed: what becomes of a field that has held a text and holds another scalar.
        lossy: leaves out what the schema does not have (`latest.compatibility.strict=false`).
        strict: refuses every field that the schema does not have: how a union's branch is tried.
        exact: whether numbers were read exactly as they were served, so that a float is what a transform has made.
    """

    def __init__(self, mixed: MixedScalars, rename: Rename, *, lossy: bool = False, strict: bool = False, exact: bool = True) -> None:
        self._mixed = mixed
        self.rename = rename
        self._lossy = lossy
        self._strict = strict
        self.exact = exact

    def compose(self, schema: Schema, path: Path = (), *, element: bool = False) -> Adapt:
        """What makes values of the schema; `element` says that the place is that of an array's elements."""
        adapt = self._needed(schema, path, element=element)
        if schema.optional or schema.default is not None:
            return lambda value, noticed: None if value is None else adapt(value, noticed)
        return adapt

    def _needed(self, schema: Schema, path: Path, *, element: bool) -> Adapt:
        if is_union(schema):
            return self._union(schema, path)
        match schema.type:
            case Type.STRUCT:
                return self._struct(schema, path)
            case Type.ARRAY if schema.items is not None:
                return _array(schema, self.compose(schema.items, (*path, "*"), element=True), path)
            case Type.MAP if schema.values is not None:
                return _map(schema, key(schema, path), self.compose(schema.values, (*path, "*")), path)
            case Type.STRING if schema.name not in LOGICAL:
                # A branch holds what is served as it is.
                texts = not self._strict and (element or self._mixed is MixedScalars.STRING) and not symbols_of(schema)
                return _apart(text(schema, path, texts=texts, symbols=symbols_of(schema) if self._strict else frozenset()))
        return _apart(scalar(schema, path))

    def _struct(self, schema: Schema, path: Path) -> Adapt:
        fields = {each.name: self.compose(each.schema, (*path, each.name)) for each in schema.fields}
        others = _Others(schema, fields, self, path)
        own = {name: adapt for name, adapt in fields.items() if self.rename(name) == name}
        needed = [each.name for each in schema.fields if not each.schema.optional and each.schema.default is None]

        def adapt(value: Any, noticed: Noticed) -> dict[str, Any]:
            if type(value) is not dict:
                raise unfit(value, schema, path)
            adapted: dict[str, Any] = {}
            for name, each in value.items():
                known = own.get(name)
                if known is None or name in adapted:
                    others.put(name, value, adapted, noticed)
                else:
                    adapted[name] = known(each, noticed)
            for name in needed:
                if adapted.get(name) is None:
                    raise PlaceRefused((*path, name), "it is required, and the record does not have it.")
            return adapted

        return adapt

    def leave_out(self, path: Path, name: str, value: Any, noticed: Noticed) -> None:
        """Leave out a field that the schema does not have. Raises PlaceRefused where that would be a loss nobody wants."""
        if is_undecided(value) and not self._strict:
            noticed.omit((*path, self.rename(name)), name, value)
        elif not self._lossy:
            raise PlaceRefused((*path, name), "the schema does not have this field.")

    def member(self, schema: Schema, path: Path) -> Adapt:
        """What makes a member of a oneof of the value that is served under its name."""
        return self._strictly().compose(schema.as_required(), path)

    def _strictly(self) -> "Adapter":
        return Adapter(self._mixed, self.rename, strict=True, exact=self.exact)

    def _union(self, schema: Schema, path: Path) -> Adapt:
        strict = self._strictly()
        # A branch leaves nothing out: it would not be the one that fits.
        branches = [(each, partial(_alone, strict.compose(each.schema.as_required(), path))) for each in schema.fields]
        return lambda value, _noticed: branch_of(value, branches, path)


class _Others:
    """The fields of a struct that are not served under their own names: scrubbed ones, aliases, members of a oneof."""

    def __init__(self, schema: Schema, fields: Mapping[str, Adapt], adapter: Adapter, path: Path) -> None:
        self._adapter = adapter
        self._path = path
        self._schema = schema
        members = {name: (union, _member(name, adapter.member(each, (*path, name)))) for name, union, each in members_of(schema)}
        self._members = members.keys()
        aliases = {alias: (name, fields[name]) for alias, name in aliases_of(schema)}
        self._ways = aliases | {name: (name, adapt) for name, adapt in fields.items()} | members

    def put(self, name: str, record: dict[str, Any], adapted: dict[str, Any], noticed: Noticed) -> None:
        """Put a served field where it belongs. Raises PlaceRefused when another one is there."""
        if self._is_no_member(name, record):
            return
        written = self._adapter.rename(name)
        if written not in self._ways:
            self._put_unknown(name, record[name], adapted, noticed)
            return
        target, adapt = self._ways[written]
        if target in adapted:
            raise clash(self._path, *self._rivals(target, record), target)
        adapted[target] = adapt(record[name], noticed)
        noticed.names[*self._path, target] = name

    def _is_no_member(self, name: str, record: dict[str, Any]) -> bool:
        """Whether a field is a member of a oneof that is not the one which is there."""
        return record[name] is None and self._adapter.rename(name) in self._members

    def _rivals(self, target: str, record: dict[str, Any]) -> tuple[str, str]:
        """The names of two fields that both fill one."""
        served = (each for each in record if not self._is_no_member(each, record))
        one, other, *_ = (each for each in served if self._ways.get(self._adapter.rename(each), (None,))[0] == target)
        return one, other

    def _put_unknown(self, name: str, value: Any, adapted: dict[str, Any], noticed: Noticed) -> None:
        if lets_by(self._schema, name):
            adapted[name] = _as_json(value, (*self._path, name), exact=self._adapter.exact)
        else:
            self._adapter.leave_out(self._path, name, value, noticed)


def _member(name: str, adapt: Adapt) -> Adapt:
    return lambda value, noticed: {name: adapt(value, noticed)}


def _alone(adapt: Adapt, value: Any) -> Any:
    return adapt(value, Noticed())


def _apart(convert: Callable[[Any], Any]) -> Adapt:
    return lambda value, _noticed: convert(value)


def _array(schema: Schema, items: Adapt, path: Path) -> Adapt:
    def adapt(value: Any, noticed: Noticed) -> list[Any]:
        if type(value) is not list:
            raise unfit(value, schema, path)
        return [items(each, noticed) for each in value]

    return adapt


def _map(schema: Schema, key: Callable[[str], Any], values: Adapt, path: Path) -> Adapt:
    def adapt(value: Any, noticed: Noticed) -> dict[str, Any]:
        if type(value) is not dict:
            raise unfit(value, schema, path)
        return {key(name): values(each, noticed) for name, each in value.items()}

    return adapt


def _as_json(value: Any, path: Path, *, exact: bool) -> Any:
    """A value that goes through as it is, with the digits it was served with.

    Raises PlaceRefused where nobody knows them, and for what is nested too deeply.
    """
    match value:
        case dict():
            check_depth(len(path))
            return {name: _as_json(each, (*path, name), exact=exact) for name, each in value.items()}
        case list():
            check_depth(len(path))
            return [_as_json(each, (*path, "*"), exact=exact) for each in value]
        case Digits():
            return Decimal(value.text)
        case float() if not exact:
            raise PlaceRefused(path, "its digits are not known.")
    return value
