"""Avro's rules of schema resolution: whether a reader of one schema can read what another one wrote.

Source: Apache Avro specification, "Schema Resolution" (aliases aside, which the connector does not write).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastavro.schema import SchemaParseException, UnknownType, parse_schema

Named = dict[str, Any]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PROMOTED = {
    "int": {"long", "float", "double"},
    "long": {"float", "double"},
    "float": {"double"},
    "string": {"bytes"},
    "bytes": {"string"},
}


class Reader:
    """Compares a reader's schema with a writer's; `imports` are the schemas that both may name."""

    def __init__(self, reader: Any, writer: Any, imports: Sequence[Any] = ()) -> None:
        """Raises ValueError for what is no Avro schema."""
        self._readers, self._writers = _names(imports), _names(imports)
        self._reader, self._writer = parsed(reader, self._readers), parsed(writer, self._writers)
        self._compared: set[tuple[str, str]] = set()

    def differences(self) -> list[str]:
        """Why the reader cannot read, each with the place in its schema; nothing when it can."""
        return list(self._compare(self._reader, self._writer, ""))

    def _compare(self, reader: Any, writer: Any, path: str) -> Iterator[str]:
        reader, writer = self._readers.get(_key(reader), reader), self._writers.get(_key(writer), writer)
        if isinstance(writer, list):
            for branch in writer:
                yield from self._compare(reader, branch, path)
        elif isinstance(reader, list):
            if all([*self._compare(branch, writer, path)] for branch in reader):
                yield f"{path}: reader union lacks writer type: {_shown(writer)}"
        elif _type(reader) != _type(writer):
            if _type(reader) not in _PROMOTED.get(_type(writer), ()):
                yield f"{path}/type: reader type: {_shown(reader)} not compatible with writer type: {_shown(writer)}"
        else:
            yield from self._compare_alike(reader, writer, path)

    def _compare_alike(self, reader: Any, writer: Any, path: str) -> Iterator[str]:
        match _type(reader):
            case "record":
                yield from self._compare_records(reader, writer, path)
            case "array":
                yield from self._compare(reader["items"], writer["items"], f"{path}/items")
            case "map":
                yield from self._compare(reader["values"], writer["values"], f"{path}/values")
            case "enum":
                missing = [symbol for symbol in writer["symbols"] if symbol not in reader["symbols"]]
                if missing and "default" not in reader:
                    yield f"{path}/symbols: the reader's enum lacks {', '.join(missing)}"
            case "fixed":
                if (reader["name"], reader["size"]) != (writer["name"], writer["size"]):
                    yield f"{path}: a fixed of another name or size"

    def _compare_records(self, reader: Mapping[str, Any], writer: Mapping[str, Any], path: str) -> Iterator[str]:
        pair = (reader["name"], writer["name"])
        if pair in self._compared:
            return
        self._compared.add(pair)
        if _simple(reader["name"]) != _simple(writer["name"]):
            yield f"{path}/name: expected: {writer['name']}, but the new schema has {reader['name']}"
        written = {field["name"]: field for field in writer["fields"]}
        for index, field in enumerate(reader["fields"]):
            place = f"{path}/fields/{index}"
            if field["name"] in written:
                yield from self._compare(field["type"], written[field["name"]]["type"], place)
            elif "default" not in field:
                yield f"{place}: the field '{field['name']}' has no default value and is missing in the old schema"


def parsed(schema: Any, names: Named) -> Any:
    """The schema with full names, its named types added to `names`. Raises ValueError for what is no Avro schema."""
    try:
        whole = parse_schema(schema, named_schemas=names, _write_hint=False)
    except (SchemaParseException, UnknownType, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    for named in names.values():
        _check_names(named)
    return whole


def _check_names(named: Mapping[str, Any]) -> None:
    """What fastavro lets pass and Java's Avro does not."""
    fields = [field["name"] for field in named.get("fields", ())]
    for name in (*named["name"].split("."), *fields, *named.get("symbols", ())):
        if not _NAME.fullmatch(name):
            raise ValueError(f"Illegal name in {named['name']}: {name!r}")
    if twice := [name for name in fields if fields.count(name) > 1]:
        raise ValueError(f"Duplicate field {twice[0]} in record {named['name']}")


def _names(imports: Sequence[Any]) -> Named:
    names: Named = {}
    for schema in imports:
        parsed(schema, names)
    return names


def _key(schema: Any) -> str:
    return schema if isinstance(schema, str) else ""


def _type(schema: Any) -> str:
    return str(schema["type"] if isinstance(schema, dict) else schema)


def _shown(schema: Any) -> str:
    return str(_type(schema)).upper()


def _simple(name: str) -> str:
    return name.rpartition(".")[2]
