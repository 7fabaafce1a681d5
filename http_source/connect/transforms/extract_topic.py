"""ExtractTopic: sends a record to the topic that its key, its value or a header names."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from http_source.config.property import MEDIUM, prop
from http_source.config.types import BOOLEAN, STRING, OneOf
from http_source.connect.record import Record
from http_source.connect.transforms.json_path import JsonPath
from http_source.connect.transforms.parts import kind_of, part_of, pointer
from http_source.connect.transforms.settings import Misconfigured
from http_source.connect.transforms.topics import to_topic
from http_source.connect.transforms.transform import Part, TransformRefused


class FieldFormat(StrEnum):
    """How `field` is read."""

    PLAIN = "PLAIN"
    JSON_PATH = "JSON_PATH"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractTopic:
    """Takes the topic from the whole key or value, from a field of it, or from the last header of a name.

    Source: "ExtractTopic" in Confluent's reference of transforms.
    """

    part: Part
    name: str = prop("field", STRING, "", MEDIUM,
        "The field, or the header's key, whose text becomes the topic; when it is empty, the whole key or value does.")
    format: FieldFormat = prop("field.format", OneOf(*FieldFormat), FieldFormat.PLAIN, MEDIUM,
        "PLAIN reads `field` as one name; JSON_PATH reads it as a JSON Path, which can lead to a nested field.")
    skip: bool = prop("skip.missing.or.null", BOOLEAN, False, MEDIUM,  # noqa: FBT003
        "true leaves the topic of a record without the field, or with a null there, as it is; false fails it.")
    _path: JsonPath | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        is_path = self.format is FieldFormat.JSON_PATH
        if self.part is Part.HEADER and is_path:
            raise Misconfigured("field.format", "A header is taken by its key; remove field.format or set it to PLAIN.")
        if not self.name and self.part is Part.HEADER:
            raise Misconfigured("field", "The topic comes from a header; set this to the header's key.")
        object.__setattr__(self, "_path", self._definite_path() if is_path else None)

    def __call__(self, record: Record) -> Record:
        """The record for its topic. Raises TransformRefused."""
        found = self._header(record) if self.part is Part.HEADER else self._found(part_of(record, self.part)[1])
        if isinstance(found, str) and found:
            return to_topic(record, found)
        if found is not None and found != "":
            raise TransformRefused(f"The topic's name must be a string, but this is {kind_of(found)}.", self._place())
        if self.skip:
            return record
        raise TransformRefused("The topic's name is missing, null or empty; skip.missing.or.null=true keeps the topic.", self._place())

    def _definite_path(self) -> JsonPath:
        try:
            path = JsonPath.parse(self.name)
        except ValueError as error:
            raise Misconfigured("field", f"{error}.") from None
        if not path.definite:
            raise Misconfigured("field", "The JSON Path may find several values; expected one that leads to one place, such as $.a.b.")
        return path

    def _header(self, record: Record) -> Any:
        return next((each.value for each in reversed(record.headers) if each.key == self.name), None)

    def _found(self, value: Any) -> Any:
        if not self.name or value is None:
            return value
        if self._path is not None and isinstance(value, dict | list):
            return self._path.value(value)
        if not isinstance(value, dict):
            raise TransformRefused(f"It takes a field of an object, but this is {kind_of(value)}.")
        return value.get(self.name)

    def _place(self) -> str:
        return pointer(self.name) if self.name and self._path is None and self.part is not Part.HEADER else ""
