"""JSON whose records carry their schema: each topic's grows in memory, and nobody keeps it.

Source: Kafka's JsonConverter with `schemas.enable`.
"""

from typing import Any

from http_source.connect.converters.format import WrittenSchema
from http_source.connect.converters.json import JsonConverter
from http_source.connect.schema import Schema
from http_source.conversion.subject import Current, Growth


class InlineSubjects:
    """Stands for a registry's subjects: the schema of a topic's records so far, in this run."""

    fixed = ""
    lossy = False

    def __init__(self, converter: JsonConverter) -> None:
        self._converter = converter
        self.known: dict[str, Current | None] = {}

    def named(self, topic: str, _schema: Schema) -> str:
        """The topic."""
        return topic

    def kept(self, schema: Schema) -> Schema:
        """All that a schema says is written."""
        return schema

    def current(self, subject: str) -> Current | None:
        """The schema of the topic's records so far, which nobody else changes."""
        return self.known.get(subject)

    of_topic = refreshed = current

    def growth(self, _current: Current | None, schema: Schema) -> Growth:
        """The schema as JSON."""
        return Growth(schema, WrittenSchema(""), self._converter.encoder(schema))

    def straight(self, _current: Current) -> None:
        """None: nothing is decoded by a schema here."""

    def grow(self, subject: str, growth: Growth) -> Current:
        """Go on with it."""
        current = self.known[subject] = Current(growth.schema, growth.encode)
        return current

    def without_schema(self, value: Any) -> bytes:
        """The value with no schema beside it."""
        return self._converter.convert(None, value) or b""

    def forget(self) -> None:
        """What was learned of records holds."""

    def close(self) -> None:
        """Nothing is open."""
