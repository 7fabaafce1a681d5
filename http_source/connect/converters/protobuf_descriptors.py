"""Descriptors of files that are parsed. Source: `google/protobuf/descriptor.proto`."""

from collections.abc import Mapping
from types import MappingProxyType

from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool

from http_source.connect.converters.format import ConversionRefused
from http_source.foreign.text import Foreign, readable

Files = Mapping[str, FileDescriptorProto]
"""Files by the names that imports have for them."""


def message_of(file: FileDescriptorProto, imports: Files = MappingProxyType({})) -> Descriptor:
    """The first message of a file, in a pool of its own, so that equal names in other schemas do no harm. Raises ConversionRefused."""
    pool = DescriptorPool()
    try:
        _add(file, imports, pool, set())
        name = f"{file.package}.{file.message_type[0].name}".lstrip(".")
        return pool.FindMessageTypeByName(name)  # type: ignore[no-untyped-call, no-any-return]
    except IndexError:
        raise ConversionRefused("the Protobuf schema has no message.") from None
    except (TypeError, KeyError) as error:
        raise ConversionRefused(f"Protobuf does not take the schema: {readable(Foreign.of(error), str)}.") from None


def _add(file: FileDescriptorProto, imports: Files, pool: DescriptorPool, added: set[str]) -> None:
    """Add a file behind what it imports."""
    for name in file.dependency:
        if name not in imports:
            raise ConversionRefused(
                f"the registered Protobuf schema imports {name!r}, which is neither among its references nor one of the files that every "
                "registry has. Register the schema with a reference of that name.")
        if name not in added:
            added.add(name)
            _add(imports[name], imports, pool, added)
    pool.AddSerializedFile(file.SerializeToString())  # type: ignore[no-untyped-call]
