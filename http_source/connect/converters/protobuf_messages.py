"""Messages of .proto files for Connect's structs. Source: Confluent's ProtobufData, `fromConnectSchema`."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from http_source.connect.converters import protobuf_marks as marks
from http_source.connect.converters import protobuf_names as naming
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf_file import FileWriter
from http_source.connect.converters.protobuf_options import META_OPTION
from http_source.connect.record_refused import pointer
from http_source.connect.schema import DECIMAL_NAME, GENERALIZED_UNION, SCALE, Schema, Type

Fields = Sequence[tuple[str, Schema]]
Lines = list[str]

_MAP_KEYS = frozenset({Type.INT32, Type.INT64, Type.BOOLEAN, Type.STRING})
_DEEPEST = 64
"""Messages inside each other: clients read no more than 100."""

_REPEATED, _OPTIONAL = "repeated ", "optional "


class MessageWriter:
    """Writes one message, with the types inside it."""

    def __init__(self, file: FileWriter, name: str, around: frozenset[str] = frozenset(), path: str = "") -> None:
        self._file = file
        self._name = name
        self._path = path
        self._around = around | {name}
        self._taken = {*naming.TAKEN, *file.taken, *self._around}
        self._types: Lines = []
        self._shapes: dict[str, object] = {}
        self._numbers: dict[str, int] = {}

    def write(self, fields: Fields) -> Lines:
        """A message of these fields, line by line. Raises ConversionRefused."""
        if len(self._around) > _DEEPEST:
            raise ConversionRefused(f"the schema is nested deeper than {_DEEPEST} levels, which clients do not read.", self._path)
        return _block(f"message {self._name}", self.elements(fields, naming.numbers([schema for _, schema in _flat(fields)])))

    def elements(self, fields: Fields, numbers: Iterator[int]) -> Lines:
        """Fields with these numbers, and the types inside the message that they need. Raises ConversionRefused."""
        names = [name for name, _ in _flat(fields)]
        naming.check_names(names, self._path, scrub=self._file.options.scrub_invalid_names)
        self._taken |= set(names)
        self._numbers = dict(zip(names, numbers, strict=False))
        if len(self._numbers) < len(names):
            name = names[len(self._numbers)]
            raise ConversionRefused(f"the message {self._name} has no number left for the field {name!r}: fields, reserved numbers or "
                f"extensions reach up to {naming.LAST_NUMBER}.", self._at(name))
        return [line for name, schema in fields for line in self._element(name, schema)] + self._types

    def _element(self, name: str, schema: Schema) -> Lines:
        if marks.is_union(schema):
            return self._oneof(schema)
        if schema.keys is not None and schema.values is not None:
            return [self._map(name, schema, schema.keys, schema.values)]
        if schema.items is None:
            return [self._field(name, schema, self._label(schema))]
        if schema.items.type in (Type.ARRAY, Type.MAP) or marks.is_union(schema.items):
            raise ConversionRefused("Protobuf has no arrays of arrays, maps or unions. Exclude the field with the transform ReplaceField.",
                self._at(name))
        return [self._field(name, schema.items, _REPEATED)]

    def _field(self, name: str, schema: Schema, label: str, *, wrap: bool = True) -> str:
        repeated = label is _REPEATED
        type_ = self._type(name, schema, f"{self._at(name)}/*" if repeated else self._at(name), wrap=wrap and not repeated)
        return f"{label}{type_} {name} = {self._numbers[name]}{self._options(schema)};"

    def _oneof(self, schema: Schema) -> Lines:
        name = schema.parameters.get(GENERALIZED_UNION) or (schema.name or "").removeprefix(f"{marks.UNION}.")
        written = naming.legal_name(name.rpartition(".")[2], self._path, scrub=self._file.options.scrub_invalid_names)
        self._taken.add(written)
        return _block(f"oneof {written}", [self._field(each.name, each.schema, "", wrap=False) for each in schema.fields])

    def _map(self, name: str, schema: Schema, keys: Schema, values: Schema) -> str:
        if self._is_native(name, schema, keys, values):
            key, value = (self._type(name, each, f"{self._at(name)}/*", wrap=True) for each in (keys, values))
            return f"map<{key}, {value}> {name} = {self._numbers[name]};"
        generated = (self._file.names.generate() for _ in count())
        wanted = naming.variants(_last(schema.name)) if schema.name else generated
        entry: Fields = ((marks.KEY, keys), (marks.VALUE, values))
        type_ = self._inner(map(naming.entry_name, wanted), entry, f"{self._at(name)}/*", reuse=schema.name is not None)
        return f"repeated {type_} {name} = {self._numbers[name]}{self._options(schema)};"

    def _is_native(self, name: str, schema: Schema, keys: Schema, values: Schema) -> bool:
        """Whether a map is registered as `map<…>`, or is new and that can say all of it: it has no null for a message."""
        inside = (keys, values)
        if self._options(schema) or any(self._is_said(each) or [*_params(each)] for each in inside) or self._is_message(keys):
            return False
        if keys.type not in _MAP_KEYS or marks.enum_of(keys) or values.type in (Type.ARRAY, Type.MAP) or marks.is_union(values):
            return False
        if schema.name is not None:
            return _last(schema.name) == naming.map_name(naming.map_entry_name(name))
        return not (values.optional and self._is_message(values))

    def _type(self, name: str, schema: Schema, path: str, *, wrap: bool) -> str:
        logical = marks.LOGICAL.get((schema.name, schema.type))
        if logical is not None:
            return self._file.imported(logical)
        if schema.type is Type.STRUCT:
            return self._struct(name, schema, path)
        if marks.enum_of(schema):
            return self._enum(schema)
        scalar = marks.scalar_of(schema)
        wrapped = self._is_wrapped(schema) if wrap else marks.WRAPPER in schema.parameters
        return self._file.imported(marks.wrapper_of(scalar)) if wrapped else scalar

    def _struct(self, name: str, schema: Schema, path: str) -> str:
        fields = [(each.name, each.schema) for each in schema.fields]
        if not schema.name:
            return self._inner((self._file.names.generate() for _ in count()), fields, path, reuse=False)
        wanted = naming.legal_name(_last(schema.name), path, scrub=self._file.options.scrub_invalid_names)
        clash = wanted == name
        return self._inner(naming.variants(f"{wanted}Message" if clash else wanted), fields, path, reuse=True)

    def _inner(self, names: Iterator[str], fields: Fields, path: str, *, reuse: bool) -> str:
        """The first of the names that is free, or stands for the very same fields."""
        name = next(each for each in names if each not in self._taken or (reuse and self._shapes.get(each) == tuple(fields)))
        if name not in self._taken:
            self._taken.add(name)
            self._shapes[name] = tuple(fields)
            self._types += MessageWriter(self._file, name, self._around, path).write(fields)
        return name

    def _enum(self, schema: Schema) -> str:
        symbols = marks.symbols_of(schema)
        wanted = _last(schema.name or schema.parameters[marks.enum_of(schema) or ""])
        name = next(each for each in naming.variants(wanted) if each not in self._taken or self._shapes.get(each) == symbols)
        if name not in self._taken:
            self._taken.add(name)
            self._shapes[name] = symbols
            self._types += _block(f"enum {name}", [f"{symbol} = {number};" for symbol, number in symbols.items()])
        return name

    def _is_message(self, schema: Schema) -> bool:
        return schema.type is Type.STRUCT or (schema.name, schema.type) in marks.LOGICAL or self._is_wrapped(schema)

    def _is_wrapped(self, schema: Schema) -> bool:
        return marks.WRAPPER in schema.parameters or (self._file.options.wrapper_for_nullables and schema.optional)

    def _label(self, schema: Schema) -> str:
        return _OPTIONAL if self._file.labeled or self._is_said(schema) else ""

    def _is_said(self, schema: Schema) -> bool:
        # In proto3 a message is known to be set or not, with the word or without; without it, what is read back is written alike.
        return self._file.options.optional_for_nullables and schema.optional and not self._is_message(schema)

    def _options(self, schema: Schema) -> str:
        """What the type cannot say: Connect's own."""
        params = ", ".join(f'{{ key: "{key}", value: "{value}" }}' for key, value in _params(schema))
        return f" [{self._file.imported(META_OPTION)} = {{ params: [{params}] }}]" if params else ""

    def _at(self, name: str) -> str:
        return self._path + pointer((name,))


def _block(head: str, lines: Lines) -> Lines:
    return [f"{head} {{", *(f"  {line}" for line in lines), "}"]


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


def _last(name: str) -> str:
    return name.rpartition(".")[2]
