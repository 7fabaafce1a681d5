"""Random .proto files as people write them: comments, odd spaces, options, reserved numbers, oneofs, nested types, services."""

from random import Random
from typing import Any

from hypothesis import strategies as st

SPACES = (" ", " ", "\n", "\t", "\n\n    ", " // } message X {\n", '/* ; " */', " /* a\n * } b */ ", "\r\n", "\n  // it's\n  ")
SCALARS = ("int32", "int64", "sint32", "sfixed64", "uint32", "fixed32", "float", "double", "bool", "string", "bytes")
KEYS = ("int32", "int64", "bool", "string")


class Author:
    """Writes one file, `~` for spaces; a name is never used twice."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._syntax = self._any("proto2", "proto3")
        self._names = 0

    def file(self) -> str:
        """A file that protoc takes."""
        syntax = f'syntax~=~"{self._syntax}"~;' if self._syntax == "proto3" else self._any("", "syntax = 'proto2';")
        more = [self._any("", "package~a~.~b;"), self._any("", 'import~"google/protobuf/timestamp.proto";'),
            self._any("", 'option java_package~=~"x{";'), self._any("", f"enum~{self._name('E')}~{{~{self._name('V')}~=~0;}}"),
            self._any("", "service S {~rpc Do(In) returns (stream In) {}~} message In {}")]  # fmt: skip
        parts = [syntax, *more[:3], *self._shuffled([*more[3:], self._message(2), self._any("", self._message(1))])]
        return "".join(self._random.choice(SPACES) if each == "~" else each for each in "~".join(parts))

    def _message(self, depth: int) -> str:
        name = self._name("M")
        parts = [self._field(number) for number in self._random.sample([*range(1, 60), 18_998, 20_001], self._any(0, 1, 3))]
        parts += self._inner(depth - 1) if depth else []
        parts += [self._any("", f"enum~{self._name('E')}~{{option deprecated = true;~{self._name('V')} = 0 [deprecated = true];~}}"),
            self._any("", "reserved~60,~0x40~to 70;"), self._any("", "reserved \"old\",~'older';"),
            self._any("", "extensions 100 to~120;") if self._syntax == "proto2" else ";"]  # fmt: skip
        return f"message~{name}~{{~{'~'.join(self._shuffled(parts))}~}}"

    def _inner(self, depth: int) -> list[str]:
        """A message, and a field that has it."""
        name = f"M{self._names + 1}"
        label = self._any("repeated~", "optional~" if self._syntax == "proto2" else "")
        return [self._message(depth), f"{label}{name}~{self._name('f')}~=~99;"]

    def _field(self, number: int) -> str:
        name, scalar = self._name("f"), self._any(*SCALARS)
        label = self._any("optional~", "repeated~", "required~" if self._syntax == "proto2" else "")
        options = self._any("", f"[json_name~=~'j{name}',~deprecated~=~true]")
        end = f"{name}~=~{number}~{options};"
        member = f"oneof {self._name('o')}~{{~{scalar}~{end}~}}"
        return str(self._any(f"{label}{scalar}~{end}", member, f"map~<{self._any(*KEYS)}~,~{scalar}>~{end}"))

    def _name(self, begin: str) -> str:
        self._names += 1
        return f"{begin}{self._names}"

    def _any(self, *choices: Any) -> Any:
        return self._random.choice(choices)

    def _shuffled(self, parts: list[str]) -> list[str]:
        return self._random.sample(parts, len(parts))


TEXTS = st.randoms(use_true_random=False).map(lambda random: Author(random).file())
