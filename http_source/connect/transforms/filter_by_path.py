"""Confluent's Filter: keeps or drops a record by a JSON Path predicate."""

from dataclasses import dataclass
from enum import StrEnum

from http_source.config.property import HIGH, MEDIUM, REQUIRED, prop
from http_source.config.types import OneOf
from http_source.connect.record import Record
from http_source.connect.transforms.json_path import JSON_PATH, JsonPath
from http_source.connect.transforms.parts import kind_of, part_of
from http_source.connect.transforms.transform import Part, TransformRefused


class FilterType(StrEnum):
    """What happens to a record for which the condition holds."""

    INCLUDE = "include"
    EXCLUDE = "exclude"


class Missing(StrEnum):
    """What happens to a record that lacks what the condition looks at."""

    FAIL = "fail"
    INCLUDE = "include"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterByPath:
    """Keeps the records for which a condition holds, or all the others. A condition without `[?()]` holds where it leads to a value.

    Source: "Filter (Confluent)" in Confluent's reference of transforms.
    """

    part: Part
    condition: JsonPath = prop("filter.condition", JSON_PATH, REQUIRED, HIGH,
        "A JSON Path with a predicate, such as $.book[?(@.author == 'Tolstoy')]; it holds for a record in which it finds anything.")
    type: FilterType = prop("filter.type", OneOf(*FilterType), REQUIRED, HIGH,
        "include keeps only the records for which the condition holds; exclude drops them and keeps the others.")
    missing: Missing = prop("missing.or.null.behavior", OneOf(*Missing), Missing.FAIL, MEDIUM,
        "What happens to a record with a field before the predicate missing or null; inside a predicate, such a field never matches.")

    def __call__(self, record: Record) -> Record | None:
        """The record, or None to drop it. Raises TransformRefused."""
        holds = self._holds(part_of(record, self.part)[1])
        if holds is None:
            return record if self._keeps_missing() else None
        return record if holds is (self.type is FilterType.INCLUDE) else None

    def _holds(self, value: object) -> bool | None:
        if value is None:
            return None
        if not isinstance(value, dict | list):
            raise TransformRefused(f"It filters objects and arrays, but this is {kind_of(value)}.")
        return self.condition.holds(value)

    def _keeps_missing(self) -> bool:
        if self.missing is Missing.FAIL:
            raise TransformRefused(
                f"The record lacks a field of the condition {self.condition.text}, or it is null; "
                "set missing.or.null.behavior to include or exclude such records."
            )
        return self.missing is Missing.INCLUDE
