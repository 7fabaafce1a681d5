"""Schema Registry's names: the subject under which a schema is kept, and what the registry knows of it.

Source: Confluent's `TopicNameStrategy`, `RecordNameStrategy`, `TopicRecordNameStrategy` and `QualifiedSubject`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from http_source.config.options.converter import SubjectStrategy
from http_source.connect.converters.format import ConversionRefused, Reference

_DEFAULT_CONTEXTS = {"", "default"}
_CONTEXT = re.compile(r":\.[^:]*:")


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


def within(parent: str, subject: str) -> str:
    """The full name of a subject that a schema under `parent` refers to, which without a context means the parent's."""
    context = _CONTEXT.match(parent)
    return subject if context is None or _CONTEXT.match(subject) else f"{context[0]}{subject}"


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
