"""Connect's schemas as .proto files. Source: Confluent's ProtobufData, `fromConnectSchema`."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from proto_schema_parser import ast

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters import protobuf_marks as marks
from http_source.connect.converters import protobuf_names as naming
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf_descriptors import META_OPTION, map_entry_name
from http_source.connect.refused import pointer
from http_source.connect.schema import DECIMAL_NAME, SCALE, Schema, Type

Fields = Sequence[tuple[str, Schema]]

_IMPORTS = {
    "confluent.type.Decimal": "confluent/type/decimal.proto", "google.type.Date": "google/type/date.proto",
    "google.type.TimeOfDay": "google/type/timeofday.proto", "google.protobuf.Timestamp": "google/protobuf/timestamp.proto",
    META_OPTION: "confluent/meta.proto", **dict.fromkeys(marks.WRAPPERS, "google/protobuf/wrappers.proto"),
}  # fmt: skip
_MAP_KEYS = frozenset({Type.INT32, Type.INT64, Type.BOOLEAN, Type.STRING})
_DEEPEST = 64
"""Messages inside each other: clients read no more than 100, and the grammar of .proto files takes nine calls for each."""

_REPEATED, _OPTIONAL = ast.FieldCardinality.REPEATED, ast.FieldCardinality.OPTIONAL


def write_file(schema: Schema, options: ConverterOptions) -> ast.File:
    """The file whose first message holds the values of a schema. Raises ConversionRefused."""
    if schema.type is not Type.STRUCT or marks.is_union(schema):
        return _wrapped(schema)
    file = _File(schema, options)
    parts = (schema.name or file.names.generate()).split(".")
    *package, name = (naming.field_name(part, "", scrub=options.scrub_invalid_names) for part in parts)
    file.package = tuple(package)
    message = _Message(file, name, frozenset(), "").write([(each.name, each.schema) for each in schema.fields])
    head = [ast.Package(".".join(package))] if package else []
    return ast.File("proto3", file_elements=[*head, *map(ast.Import, sorted(file.imports)), message])


class _File:
    """What the messages of one file share."""

    def __init__(self, schema: Schema, options: ConverterOptions) -> None:
        self.options = options
        self.names = naming.MessageNames(schema)
        self.package: tuple[str, ...] = ()
        self.imports: set[str] = set()

    def known(self, name: str) -> str:
        """A name from an imported file; in a package that hides it, with the dot that leads past all packages."""
        self.imports.add(_IMPORTS[name])
        hidden = not {"google", "confluent"}.isdisjoint(self.package)
        return name.replace("confluent", ".confluent", 1).replace("google", ".google", 1) if hidden else name


class _Message:
    """Writes one message, with the types inside it."""

    def __init__(self, file: _File, name: str, around: frozenset[str], path: str) -> None:
        self._file = file
        self._name = name
        self._path = path
        self._around = around | {name}
        self._taken = {*naming.TAKEN, *self._around}
        self._types: list[ast.Message | ast.Enum] = []
        self._shapes: dict[str, object] = {}
        self._written: dict[str, str] = {}
        self._numbers: dict[str, int] = {}

    def write(self, fields: Fields) -> ast.Message:
        if len(self._around) > _DEEPEST:
            raise ConversionRefused(f"the schema is nested deeper than {_DEEPEST} levels, which clients do not read.", self._path)
        flat = list(_flat(fields))
        scrub = self._file.options.scrub_invalid_names
        self._written = {name: naming.field_name(name, self._at(name), scrub=scrub) for name, _ in flat}
        naming.check_clashes(((name, self._written[name]) for name, _ in flat), self._path)
        self._taken |= set(self._written.values())
        self._numbers = dict(zip(self._written, naming.numbers([schema for _, schema in flat]), strict=True))
        elements = [self._element(name, schema) for name, schema in fields]
        return ast.Message(self._name, [*elements, *self._types])

    def _element(self, name: str, schema: Schema) -> ast.Field | ast.MapField | ast.OneOf:
        if marks.is_union(schema):
            return self._oneof(schema)
        if schema.keys is not None and schema.values is not None:
            return self._map(name, schema, schema.keys, schema.values)
        if schema.items is None:
            return self._field(name, schema, self._cardinality(schema))
        if schema.items.type in (Type.ARRAY, Type.MAP) or marks.is_union(schema.items):
            raise ConversionRefused("Protobuf has no arrays of arrays, maps or unions. Exclude the field with the transform ReplaceField.",
                self._at(name))
        return self._field(name, schema.items, _REPEATED)

    def _field(self, name: str, schema: Schema, cardinality: ast.FieldCardinality | None, *, wrap: bool = True) -> ast.Field:
        repeated = cardinality is _REPEATED
        type_ = self._type(name, schema, f"{self._at(name)}/*" if repeated else self._at(name), wrap=wrap and not repeated)
        return ast.Field(self._written[name], self._numbers[name], type_, cardinality, self._options(name, schema))

    def _oneof(self, schema: Schema) -> ast.OneOf:
        name = schema.parameters.get(marks.GENERALIZED_UNION) or (schema.name or "").removeprefix(f"{marks.UNION}.")
        written = naming.field_name(name.rpartition(".")[2], self._path, scrub=self._file.options.scrub_invalid_names)
        self._taken.add(written)
        return ast.OneOf(written, [self._field(each.name, each.schema, None, wrap=False) for each in schema.fields])

    def _map(self, name: str, schema: Schema, keys: Schema, values: Schema) -> ast.Field | ast.MapField:
        if self._is_native(name, schema, keys, values):
            key, value = (self._type(name, each, f"{self._at(name)}/*", wrap=True) for each in (keys, values))
            return ast.MapField(self._written[name], self._numbers[name], key, value)
        generated = (self._file.names.generate() for _ in count())
        wanted = naming.variants(_last(schema.name)) if schema.name else generated
        entry: Fields = ((marks.KEY, keys), (marks.VALUE, values))
        type_ = self._inner(map(naming.entry_name, wanted), entry, f"{self._at(name)}/*", reuse=schema.name is not None)
        return ast.Field(self._written[name], self._numbers[name], type_, _REPEATED, self._options(name, schema))

    def _is_native(self, name: str, schema: Schema, keys: Schema, values: Schema) -> bool:
        """Whether a map is registered as `map<…>`, or is new and that can say all of it: it has no null for a message."""
        inside = (keys, values)
        if self._options(name, schema) or any(self._cardinality(each) or [*_params(each)] for each in inside) or self._is_message(keys):
            return False
        if keys.type not in _MAP_KEYS or marks.enum_of(keys) or values.type in (Type.ARRAY, Type.MAP) or marks.is_union(values):
            return False
        if schema.name is not None:
            return _last(schema.name) == naming.map_name(map_entry_name(self._written[name]))
        return not (values.optional and self._is_message(values))

    def _type(self, name: str, schema: Schema, path: str, *, wrap: bool) -> str:
        logical = marks.LOGICAL.get((schema.name, schema.type))
        if logical is not None:
            return self._file.known(logical)
        if schema.type is Type.STRUCT:
            return self._struct(name, schema, path)
        if marks.enum_of(schema):
            return self._enum(schema)
        scalar = schema.parameters.get(marks.TYPE, marks.SCALARS[schema.type])
        wrapped = self._is_wrapped(schema) if wrap else marks.WRAPPER in schema.parameters
        return self._file.known(marks.wrapper_of(scalar)) if wrapped else scalar

    def _struct(self, name: str, schema: Schema, path: str) -> str:
        fields = [(each.name, each.schema) for each in schema.fields]
        if not schema.name:
            return self._inner((self._file.names.generate() for _ in count()), fields, path, reuse=False)
        wanted = naming.field_name(_last(schema.name), path, scrub=self._file.options.scrub_invalid_names)
        clash = wanted == self._written[name]
        return self._inner(naming.variants(f"{wanted}Message" if clash else wanted), fields, path, reuse=True)

    def _inner(self, names: Iterator[str], fields: Fields, path: str, *, reuse: bool) -> str:
        """The first of the names that is free, or stands for the very same fields."""
        name = next(each for each in names if each not in self._taken or (reuse and self._shapes.get(each) == tuple(fields)))
        if name not in self._taken:
            self._taken.add(name)
            self._shapes[name] = tuple(fields)
            self._types.append(_Message(self._file, name, self._around, path).write(fields))
        return name

    def _enum(self, schema: Schema) -> str:
        symbols = marks.symbols_of(schema)
        wanted = _last(schema.name or schema.parameters[marks.enum_of(schema) or ""])
        name = next(each for each in naming.variants(wanted) if each not in self._taken or self._shapes.get(each) == symbols)
        if name not in self._taken:
            self._taken.add(name)
            self._shapes[name] = symbols
            self._types.append(ast.Enum(name, [ast.EnumValue(symbol, number) for symbol, number in symbols.items()]))
        return name

    def _is_message(self, schema: Schema) -> bool:
        return schema.type is Type.STRUCT or (schema.name, schema.type) in marks.LOGICAL or self._is_wrapped(schema)

    def _is_wrapped(self, schema: Schema) -> bool:
        return marks.WRAPPER in schema.parameters or (self._file.options.wrapper_for_nullables and schema.optional)

    def _cardinality(self, schema: Schema) -> ast.FieldCardinality | None:
        # A message is known to be set or not, with the word or without; without it, what is read back is written alike.
        said = self._file.options.optional_for_nullables and schema.optional and not self._is_message(schema)
        return _OPTIONAL if said else None

    def _options(self, name: str, schema: Schema) -> list[ast.Option]:
        """What the type cannot say: Connect's own, and the name before it was scrubbed, by which a later page finds the field again."""
        options = []
        params = [_literal(key=key, value=value) for key, value in _params(schema)]
        if params:
            options.append(ast.Option(self._file.known(META_OPTION), ast.MessageLiteral([ast.MessageLiteralField("params", [*params])])))
        if self._written[name] != name:
            options.append(ast.Option("json_name", name))
        return options

    def _at(self, name: str) -> str:
        return self._path + pointer((name,))


def _wrapped(schema: Schema) -> ast.File:
    """The well-known wrapper alone, so that it is the first message of its file."""
    if schema.type not in marks.SCALARS or (schema.name, schema.type) in marks.LOGICAL:
        raise ConversionRefused(f"Protobuf has no file for values that are {schema.name or schema.type}. "
            "Use the transform HoistField$Value to put them into a field.")
    scalar = marks.SCALARS[schema.type]
    package, _, name = marks.wrapper_of(scalar).rpartition(".")
    return ast.File("proto3", file_elements=[ast.Package(package), ast.Message(name, [ast.Field(marks.VALUE, 1, scalar)])])


def _flat(fields: Fields) -> Iterable[tuple[str, Schema]]:
    """The fields of the message, where the members of a oneof stand beside the others."""
    for name, schema in fields:
        if marks.is_union(schema):
            yield from ((each.name, each.schema) for each in schema.fields)
        else:
            yield name, schema


def _params(schema: Schema) -> Iterator[tuple[str, str]]:
    if schema.type in marks.NARROW:
        yield marks.CONNECT_TYPE, marks.NARROW[schema.type]
    if (schema.name, schema.type) == (DECIMAL_NAME, Type.BYTES):
        names = ((marks.PRECISION, "precision"), (SCALE, SCALE))
        yield from ((written, schema.parameters[name]) for name, written in names if name in schema.parameters)


def _literal(**values: str) -> ast.MessageLiteral:
    return ast.MessageLiteral([ast.MessageLiteralField(name, value) for name, value in values.items()])


def _last(name: str) -> str:
    return name.rpartition(".")[2]
