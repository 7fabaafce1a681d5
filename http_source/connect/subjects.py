"""Schema Registry's names: the subject under which a schema is kept, and what the registry knows of it.

Source: Confluent's `TopicNameStrategy`, `RecordNameStrategy`, `TopicRecordNameStrategy`, `DefaultReferenceSubjectNameStrategy`,
`QualifiedReferenceSubjectNameStrategy` and `QualifiedSubject`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from http_source.config.options.converter import ReferenceStrategy, SubjectStrategy
from http_source.connect.converters.format import ConversionRefused, Reference

_DEFAULT_CONTEXTS = {"", "default"}


class Part(StrEnum):
    """The part of a record that a schema describes, as subjects and headers spell it."""

    KEY = "key"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A schema as the registry keeps it.

    Attributes:
        id: what prefix framing carries; unique within a context.
        guid: what header framing carries; None from a registry that has none, which is every one but Confluent's.
        version: its number under the subject; None when it was found by its id and is not under the subject.
        text: the schema, in its format.
        references: what it imports.
    """

    id: int
    guid: str | None
    version: int | None
    text: str
    references: Sequence[Reference] = ()


def in_context(subject: str, context: str) -> str:
    """The subject within a context of the registry (`schema.context.name`): `:.orders:spaces-value`; the default context adds nothing."""
    name = context.strip(":").removeprefix(".")
    return subject if name in _DEFAULT_CONTEXTS else f":.{name}:{subject}"


def subject_of(strategy: SubjectStrategy, part: Part, topic: str, record_name: str) -> str:
    """The subject of a record's key or value; `record_name` is empty where the schema names no record.

    Raises ConversionRefused for a schema without a name under a strategy that needs one.
    """
    if strategy is SubjectStrategy.TOPIC:
        return f"{topic}-{part}"
    if not record_name:
        raise ConversionRefused(
            f"The {part}'s schema names no record, so {part}.converter.{part}.subject.name.strategy={strategy} has no subject for "
            f"it. Use {SubjectStrategy.TOPIC}, or name the schema with the transform SetSchemaMetadata."
        )
    return record_name if strategy is SubjectStrategy.RECORD else f"{topic}-{record_name}"


def reference_subject_of(strategy: ReferenceStrategy, name: str) -> str:
    """The subject of a schema that another one imports as `name`, which for Protobuf is the path of a file."""
    return name if strategy is ReferenceStrategy.DEFAULT else name.replace(".proto", "").replace("/", ".")
