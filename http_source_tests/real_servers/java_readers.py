"""Readers in Java from Maven Central: Kafka's JsonConverter, Apache Avro and Protobuf, none of them ours or in C."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from http_source_tests.connect.converters.protobuf_compiler import compiled
from http_source_tests.real_servers.java import find_jdk, memory
from http_source_tests.real_servers.maven import copy_jars, installed

OLDEST_JAVA = 17
"""What the program is written in, and what those of Kafka's classes are compiled for."""

_PROGRAM = Path(__file__).with_name("Readers.java")
_ARTIFACTS = (
    ("org.apache.kafka", "connect-json", "4.3.1"),
    ("org.apache.avro", "avro", "1.12.2"),
    ("com.google.protobuf", "protobuf-java", "4.36.2"),
)
_NAME = "-".join(["readers", *(version for *_, version in _ARTIFACTS)])


@dataclass(frozen=True, slots=True)
class JavaReaders:
    """The program at work. Objects are dicts, a scalar is the name of its Java class and its text."""

    process: "subprocess.Popen[str]"
    log: Path

    def json(self, payload: bytes) -> tuple[str, Any]:
        """An envelope's schema in a line, a question mark where it is optional, and the value that Kafka Connect gets."""
        schema, value = self._ask("JSON", payload)
        return schema, value

    def avro(self, payload: bytes, written: str, wanted: str = "") -> Any:
        """A value as a reader of the schema `wanted` gets it; without one, as the schema has it that it was written with."""
        return self._ask("AVRO", payload, written.encode(), (wanted or written).encode())

    def protobuf(self, payload: bytes, text: str) -> Any:
        """The first message of a .proto file as protoc compiled it."""
        return self._ask("PROTOBUF", payload, compiled(text).SerializeToString())

    def _ask(self, format_: str, *words: bytes) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(" ".join(b64encode(word).decode() for word in (format_.encode(), *words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        assert answer, f"Java did not read it:\n{self.log.read_text()}"
        return json.loads(answer)


@contextmanager
def java_readers(folder: Path) -> Iterator[JavaReaders]:
    """Run the readers; they end with their input, however the tests end. Skips the test where Java or Maven is missing."""
    java = find_jdk(OLDEST_JAVA, "Reading records in Java")
    libraries = installed(_NAME, "Reading records in Java", partial(copy_jars, _ARTIFACTS))
    log = folder / "readers.log"
    command = [java, *memory(folder), "-cp", f"{libraries}/*", str(_PROGRAM)]
    with log.open("wb") as errors, subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8",
    ) as process:
        yield JavaReaders(process, log)
