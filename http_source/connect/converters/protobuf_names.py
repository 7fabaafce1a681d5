"""Names and numbers in Protobuf: which are legal, what becomes of the others, and what messages are called that have no name.

Source: Protobuf language guide (proto 3); what illegal names become, and `ConnectDefault`, follow Confluent's ProtobufData.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf_marks import DEFAULT_NAME, ENTRY, TAG
from http_source.connect.record_refused import pointer
from http_source.connect.schema import Schema

FIRST_RESERVED, LAST_RESERVED = 19_000, 19_999
"""Numbers that Protobuf keeps for itself."""

LAST_NUMBER = 536_870_911
"""The largest one."""

TAKEN = frozenset({
    "confluent", "google",
    "enum", "extend", "extensions", "group", "import", "map", "message", "oneof", "option", "optional", "package", "public", "repeated",
    "required", "reserved", "rpc", "service", "stream", "syntax",
    "bool", "bytes", "double", "fixed32", "fixed64", "float", "int32", "int64", "sfixed32", "sfixed64", "sint32", "sint64", "string",
    "uint32", "uint64",
})  # fmt: skip
"""What a message inside another cannot be called, since a field of that type would read as something else."""

_LEGAL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def scrubbed(name: str) -> str:
    """The name as in a URL, with `_` for what is still not legal: `@time` becomes `_40time`, `a-b` `a_b`, `1st` `x1st`, `_id` `x_id`."""
    if name[:1].isalpha() and _LEGAL.fullmatch(name):
        return name
    encoded = "".join(each if each in ".-*_ " or (each.isascii() and each.isalnum()) else _percent(each) for each in name)
    return re.sub(r"[^A-Za-z0-9_]", "_", f"x{encoded}" if encoded[:1].isdigit() or encoded[:1] == "_" else encoded)


def legal_name(name: str, path: str, *, scrub: bool) -> str:
    """What a message or a oneof is called. Raises ConversionRefused for a name that is not legal."""
    written = scrubbed(name) if scrub else name
    _check_legal(written, path, scrub=scrub)
    return written


def check_names(names: Iterable[str], path: str, *, scrub: bool, json_names: Iterable[tuple[str, str]] = ()) -> None:
    """Raise ConversionRefused for a field's name that is not legal, or that is another one's in Protobuf's JSON form.

    Args:
        names: of the fields.
        path: of the struct that has them.
        scrub: whether names were made legal before, so that no advice is given to do so.
        json_names: those that are taken, and the fields that have them.
    """
    seen = dict(json_names)
    for name in names:
        _check_legal(name, path + pointer((name,)), scrub=scrub)
        other = seen.setdefault(json_name(name), name)
        if other != name:
            raise ConversionRefused(
                f"the fields {other!r} and {name!r} have one name in Protobuf's JSON form: {json_name(name)!r}. "
                "Use the transform ReplaceField to rename or exclude one of them.", path)


def _check_legal(name: str, path: str, *, scrub: bool) -> None:
    if not _LEGAL.fullmatch(name):
        advice = "" if scrub else ", or value.converter.scrub.invalid.names=true, which replaces the other characters"
        raise ConversionRefused(
            f"the name {name!r} is not legal in Protobuf: letters, digits and underscores are, without a digit at the beginning. "
            f"Use the transform ReplaceField to rename it{advice}.", path)


def json_name(name: str) -> str:
    """What Protobuf calls a field in JSON, unless it is told otherwise."""
    return re.sub(r"_+([a-zA-Z0-9]?)", lambda found: found[1].upper(), name)


def numbers(fields: Sequence[Schema]) -> Iterator[int]:
    """A number for each field: the one it was registered with; for a new one, one that no field had, so that old records stay readable."""
    used: set[int] = set()
    free = numbers_after(max((_tag(each) for each in fields), default=0))
    for schema in fields:
        tag = _tag(schema)
        number = tag if tag and tag not in used else next(free)
        used.add(number)
        yield number


def numbers_after(last: int) -> Iterator[int]:
    """The numbers behind one that fields may have."""
    return (number for number in range(last + 1, LAST_NUMBER + 1) if not FIRST_RESERVED <= number <= LAST_RESERVED)


class MessageNames:
    """Names for the structs of one schema that have none: the first of ConnectDefault1, ConnectDefault2 … that no other has.

    Those that a registered schema has are kept, so that a new field renames no message.
    """

    def __init__(self, *schemas: Schema, used: Iterable[str] = ()) -> None:
        self._used = {*used, *(name for schema in schemas for name in _names(schema))}

    def generate(self) -> str:
        """The next name."""
        name = next(each for each in (f"{DEFAULT_NAME}{number}" for number in count(1)) if each not in self._used)
        self._used.add(name)
        return name


def variants(name: str) -> Iterator[str]:
    """The name, then with numbers: what a second message of another shape is called."""
    return chain([name], (f"{name}{number}" for number in count(2)))


def entry_name(name: str) -> str:
    """The message that holds an entry of the map of that name."""
    return "".join(part.capitalize() for part in name.split("_")) + ENTRY if "_" in name else name + ENTRY


def map_entry_name(field: str) -> str:
    """What protoc calls the entries of a map."""
    return "".join(part[:1].upper() + part[1:] for part in field.split("_")) + ENTRY


def map_name(entry: str) -> str:
    """The name of the map whose entries such a message holds."""
    *above, last = entry.removesuffix(ENTRY).split(".")
    return ".".join([*above, re.sub(r"(?<!^)(?=[A-Z])", "_", last).lower()])


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode(errors="replace"))


def _tag(schema: Schema) -> int:
    return int(schema.parameters.get(TAG, 0))


def _names(schema: Schema) -> Iterator[str]:
    """The last part of every name in a schema."""
    if schema.name:
        yield schema.name.rpartition(".")[2]
    for inner in (*(each.schema for each in schema.fields), schema.items, schema.keys, schema.values):
        if inner is not None:
            yield from _names(inner)
