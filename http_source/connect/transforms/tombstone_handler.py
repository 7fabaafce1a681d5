"""TombstoneHandler: drops records whose value is null, or fails them."""

import logging
from dataclasses import dataclass
from enum import StrEnum

from http_source.config.property import MEDIUM, prop
from http_source.config.types import OneOf
from http_source.connect.record import Record
from http_source.connect.transforms.transform import TransformRefused
from http_source.foreign.text import escape

_log = logging.getLogger(__name__)


class Behavior(StrEnum):
    """What happens to a tombstone."""

    IGNORE = "ignore"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class TombstoneHandler:
    """Drops every record whose value is null, with or without a schema.

    Source: "TombstoneHandler" in Confluent's reference of transforms.
    """

    behavior: Behavior = prop("behavior", OneOf(*Behavior), Behavior.WARN, MEDIUM,
        "ignore drops a record whose value is null; warn drops it and says so in the log; fail refuses it.")

    def __call__(self, record: Record) -> Record | None:
        """The record, or None for a tombstone. Raises TransformRefused with behavior=fail."""
        if record.value is not None:
            return record
        if self.behavior is Behavior.FAIL:
            raise TransformRefused("The record's value is null; set behavior to ignore or warn to drop such records.")
        level = logging.WARNING if self.behavior is Behavior.WARN else logging.DEBUG
        _log.log(level, "Dropped a record for topic %s because its value is null (TombstoneHandler).", escape(record.topic))
        return None
