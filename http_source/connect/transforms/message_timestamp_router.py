"""MessageTimestampRouter: names the topic after a point in time that stands in the value."""

from dataclasses import dataclass
from typing import Any

from http_source.config.property import HIGH, REQUIRED, prop
from http_source.config.types import STRING, Simple
from http_source.connect.record import Record
from http_source.connect.transforms.java_dates import JavaDateFormat
from http_source.connect.transforms.parts import kind_of, pointer
from http_source.connect.transforms.settings import NAMES, TEXT
from http_source.connect.transforms.topics import to_topic
from http_source.connect.transforms.transform import TransformRefused

_PATTERN = Simple("string", "a pattern of Java's SimpleDateFormat", lambda value: JavaDateFormat(TEXT.parse(value)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTimestampRouter:
    """Takes the first of several fields that has a text, reads it as a point in time and writes that into the topic's name.

    Source: "MessageTimestampRouter" in Confluent's reference of transforms.
    """

    topic_format: str = prop("topic.format", STRING, "${topic}-${timestamp}", HIGH,
        "The topic's new name; ${topic} and ${timestamp} stand for the old one and the point in time.")
    topic_timestamp_format: JavaDateFormat = prop("topic.timestamp.format", _PATTERN, REQUIRED, HIGH,
        "How ${timestamp} is written, such as yyyy.MM.dd; always in UTC.")
    message_timestamp_format: JavaDateFormat = prop("message.timestamp.format", _PATTERN, REQUIRED, HIGH,
        "How the field is written, such as yyyy-MM-dd; without a zone it is read as UTC.")
    keys: tuple[str, ...] = prop("message.timestamp.keys", NAMES, REQUIRED, HIGH,
        "The fields of the value that may hold the point in time; the first one that exists is used.")

    def __call__(self, record: Record) -> Record:
        """The record for its topic. Raises TransformRefused."""
        if record.value_schema is not None or not isinstance(record.value, dict):
            what = "has a schema" if record.value_schema is not None else f"is {kind_of(record.value)}"
            raise TransformRefused(f"It takes a value that is an object without a schema, but this {what}.")
        millis = self.message_timestamp_format.parse(self._text(record.value))
        written = self.topic_timestamp_format.format(millis)
        return to_topic(record, self.topic_format.replace("${topic}", record.topic).replace("${timestamp}", written))

    def _text(self, value: dict[str, Any]) -> str:
        key = next((each for each in self.keys if value.get(each) is not None), None)
        if key is None:
            raise TransformRefused(f"None of the fields in message.timestamp.keys exists: {', '.join(self.keys)}.")
        found = value[key]
        if not isinstance(found, str):
            raise TransformRefused(f"The point in time must be a string, but this is {kind_of(found)}.", pointer(key))
        return found
