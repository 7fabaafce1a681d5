"""What stands in messages beside fields: enums, reserved numbers and names, extension ranges; and what types of fields become."""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FieldDescriptorProto

from http_source.connect.converters.protobuf_names import LAST_NUMBER
from http_source.connect.converters.protobuf_tokens import Tokens

_SCALARS = {
    name.removeprefix("TYPE_").lower(): value for name, value in FieldDescriptorProto.Type.items()
    if name not in {"TYPE_MESSAGE", "TYPE_GROUP", "TYPE_ENUM"}
}  # fmt: skip


def read_enum(tokens: Tokens, enum: EnumDescriptorProto) -> None:
    """Read an enum. Raises ConversionRefused, as all of these do."""
    tokens.expect("enum")
    enum.name = tokens.name()
    tokens.expect("{")
    while not tokens.accept("}"):
        if tokens.word in {"option", "reserved"}:
            tokens.skip_statement()
        elif not tokens.accept(";"):
            _read_symbol(tokens, enum)
    if len({each.number for each in enum.value}) < len(enum.value):
        enum.options.allow_alias = True


def read_extensions(tokens: Tokens, message: DescriptorProto) -> None:
    """Read the numbers that a message leaves to extensions."""
    tokens.expect("extensions")
    for start, end in _ranges(tokens):
        message.extension_range.add(start=start, end=end)
    tokens.skip_statement()


def read_reserved(tokens: Tokens, message: DescriptorProto) -> None:
    """Read numbers or names that fields never have again."""
    tokens.expect("reserved")
    if tokens.word[:1] in {"'", '"'}:
        message.reserved_name.append(tokens.string())
        while tokens.accept(","):
            message.reserved_name.append(tokens.string())
    else:
        for start, end in _ranges(tokens):
            message.reserved_range.add(start=start, end=end)
    tokens.expect(";")


def set_type(field: FieldDescriptorProto, name: str) -> None:
    """Give a field a type; a name that is not a scalar's is left to the pool, which knows whether it is a message or an enum."""
    field.ClearField("type")
    field.ClearField("type_name")
    if name in _SCALARS:
        field.type = _SCALARS[name]
    else:
        field.type_name = name


def add_synthetic_oneofs(message: DescriptorProto) -> None:
    """Give each `optional` field the oneof by which proto3 knows whether it is set; they stand behind the others."""
    taken = {each.name for each in message.field} | {each.name for each in message.oneof_decl}
    for field in message.field:
        if field.proto3_optional and not field.HasField("oneof_index"):
            name = f"_{field.name}"
            while name in taken:
                name = f"X{name}"
            taken.add(name)
            field.oneof_index = len(message.oneof_decl)
            message.oneof_decl.add(name=name)


def _read_symbol(tokens: Tokens, enum: EnumDescriptorProto) -> None:
    value = enum.value.add(name=tokens.name())
    tokens.expect("=")
    value.number = tokens.number()
    tokens.skip_statement()


def _ranges(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Numbers and ranges, with the first number behind each."""
    more = True
    while more:
        first = last = tokens.number()
        if tokens.accept("to"):
            last = LAST_NUMBER if tokens.accept("max") else tokens.number()
        yield first, last + 1
        more = tokens.accept(",")
