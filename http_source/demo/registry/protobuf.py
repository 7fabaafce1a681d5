"""Whether a .proto file can read what an older one wrote: messages, enumerations and their fields, as the connector writes them.

The file is read strictly and without the library that the connector writes it with, so that a mistake there is found here.
Source: Protocol Buffers' guide "Updating A Message Type", by which Confluent's registry judges as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_WORD = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[\w.]+|[^\s\w]", re.DOTALL)
_LABELS = {"optional", "required", "repeated"}
_LIKE_EACH_OTHER = (
    {"int32", "uint32", "int64", "uint64", "bool"},
    {"sint32", "sint64"},
    {"string", "bytes"},
    {"fixed32", "sfixed32"},
    {"fixed64", "sfixed64"},
)
_OPEN, _CLOSE, _END = {"{"}, {"}"}, {";"}
_NOT_CLOSED = "a block is not closed"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a message; `repeated` also for a map."""

    name: str
    type: str
    repeated: bool


@dataclass(slots=True)
class File:
    """A message's full name → a field's number → the field."""

    messages: dict[str, dict[int, Field]] = field(default_factory=dict)


def read(text: str) -> File:
    """The messages of a file. Raises ValueError for what is no .proto text."""
    words = [word for word in _WORD.findall(text) if not word.startswith(("//", "/*"))]
    if words[:2] != ["syntax", "="]:
        raise ValueError('the file does not begin with `syntax = "proto3";`')
    return _Reader(words).read()


def differences(new: str, old: str) -> Iterator[str]:
    """Why the new file cannot read what the old one wrote, each with the place; nothing when it can."""
    news, olds = read(new).messages, read(old).messages
    for name, fields in olds.items():
        if name not in news:
            yield f"MESSAGE_REMOVED at #/{name}"
            continue
        for number in sorted(fields.keys() & news[name].keys()):
            yield from _compare(news[name][number], fields[number], f"#/{name}/{number}")


def _compare(new: Field, old: Field, path: str) -> Iterator[str]:
    if new.repeated != old.repeated and not {new.type, old.type} <= {"string", "bytes"}:
        yield f"FIELD_LABEL_CHANGED at {path}: {old.name}"
    if new.type != old.type and not any({new.type, old.type} <= alike for alike in _LIKE_EACH_OTHER):
        yield f"FIELD_KIND_CHANGED at {path}: {old.name} from {old.type} to {new.type}"


class _Reader:
    """Walks over a file's words once."""

    def __init__(self, words: list[str]) -> None:
        self._words = iter(words)
        self._file = File()

    def read(self) -> File:
        try:
            for statement, opens in self._statements():
                if opens and statement[0] == "message":
                    self._read_message(statement[1])
                elif opens:
                    self._skip_block()
        except IndexError:
            raise ValueError("a statement is cut off") from None
        return self._file

    def _read_message(self, name: str) -> None:
        fields = self._file.messages.setdefault(name, {})
        blocks = ["message"]
        for statement, opens in self._statements():
            if statement[0] in _CLOSE:
                blocks.pop()
                if not blocks:
                    return
            elif opens and statement[0] == "message":
                self._read_message(f"{name}.{statement[1]}")
            elif opens and statement[0] == "oneof":
                blocks.append("oneof")
            elif opens:
                self._skip_block()
            elif statement[0] not in {"option", "reserved", "extensions"}:
                number, read_field = _field(statement)
                fields[number] = read_field
        raise ValueError(_NOT_CLOSED)

    def _skip_block(self) -> None:
        depth = 1
        for word in self._words:
            depth += (word in _OPEN) - (word in _CLOSE)
            if not depth:
                return
        raise ValueError(_NOT_CLOSED)

    def _statements(self) -> Iterator[tuple[list[str], bool]]:
        """Each statement up to its end, and whether it opens a block; a closing brace is one of its own."""
        statement: list[str] = []
        for word in self._words:
            # Within the options of a field, a brace opens a value.
            if word in _END or (word in _OPEN and "[" not in statement):
                if statement:
                    yield statement, word in _OPEN
                statement = []
            elif word in _CLOSE and not statement:
                yield [word], False
            else:
                statement.append(word)
        if statement:
            raise ValueError(f"a statement is cut off: {' '.join(statement[:8])}")


def _field(statement: list[str]) -> tuple[int, Field]:
    """A field from `repeated int32 a = 1 [packed = true]` or `map<string, int32> a = 1`."""
    label = statement[0] if statement[0] in _LABELS else ""
    equals = statement.index("=")
    type_ = "".join(statement[bool(label) : equals - 1]).removeprefix(".")
    number = int(statement[equals + 1], 0)
    return number, Field(statement[equals - 1], type_, label == "repeated" or type_.startswith("map<"))
