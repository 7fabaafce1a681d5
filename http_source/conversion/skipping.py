"""What happens to a record that cannot be converted: its page fails, or with `errors.tolerance=all` the record is left out and told.

Source: KIP-298, whose dead letter queue Kafka Connect has for sinks only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from http_source.config.options.output import ErrorOptions
from http_source.connect.refused import RecordRefused, pointer
from http_source.errors import PageRefused
from http_source.model import Message, Value
from http_source.polling.excerpt import Redact, excerpt

_MOST_TOLD = 3


class Stage(StrEnum):
    """Where a record failed, in Kafka Connect's words."""

    SCHEMA_INFERENCE = "SCHEMA_INFERENCE"
    TRANSFORMATION = "TRANSFORMATION"
    KEY_CONVERTER = "KEY_CONVERTER"
    VALUE_CONVERTER = "VALUE_CONVERTER"
    HEADER_CONVERTER = "HEADER_CONVERTER"


@dataclass(frozen=True, slots=True)
class Skipped:
    """One record that was left out.

    Attributes:
        index: its place in the page, from 0.
        reason: the place in the record, if it is a part of it, and what is wrong there.
        culprit: what refused it, such as a transform's alias; empty where the stage says it.
    """

    index: int
    stage: Stage
    reason: str
    culprit: str = ""


@dataclass(slots=True)
class Skip:
    """Takes the records of one page that cannot be converted, each once; without tolerance the first one ends the page."""

    options: ErrorOptions
    taken: dict[int, Skipped] = field(default_factory=dict)

    def __call__(self, index: int, stage: Stage, reason: str, path: str = "", culprit: str = "") -> None:
        """Leave a record out. Raises PageRefused when none may be."""
        if not self.options.tolerant:
            by = f" ({culprit})" if culprit else ""
            where = f" at {path}" if path else ""
            raise RecordFailed(index, stage, f"Record {index} of the page fails in {stage}{by}{where}: {reason}")
        self.taken.setdefault(index, Skipped(index, stage, f"at {path}: {reason}" if path else reason, culprit))

    def refused(self, refusal: RecordRefused) -> None:
        """Leave a record out that no schema can hold. Raises that very refusal when none may be."""
        if not self.options.tolerant:
            raise refusal
        self(refusal.record, Stage.SCHEMA_INFERENCE, refusal.reason, pointer(refusal.path))

    def warnings(self, records: Sequence[Value], redact: Redact) -> tuple[str, ...]:
        """A sentence about what was left out, for `errors.log.enable`."""
        if not self.taken or not self.options.log:
            return ()
        told = [self._told(each, records, redact) for each in list(self.taken.values())[:_MOST_TOLD]]
        more = f"; {len(self.taken) - _MOST_TOLD} more" if len(self.taken) > _MOST_TOLD else ""
        where = f"They are in topic {self.options.reporter_topic}." if self.options.reporter_topic else "They are nowhere in Kafka."
        return (f"{len(self.taken)} records of a page were left out (errors.tolerance=all): {'; '.join(told)}{more}. {where}",)

    def reports(self, records: Sequence[Value], topic: str, connector: str) -> list[Message]:
        """What `reporter.error.topic.name` gets: each record as it was served, with Connect's dead letter headers."""
        reporter = self.options.reporter_topic
        return [] if reporter is None else [
            Message(reporter, records[each.index], headers=_headers(each, topic, connector)) for each in self.taken.values()
        ]

    def _told(self, skipped: Skipped, records: Sequence[Value], redact: Redact) -> str:
        shown = f' "{excerpt(bytes(records[skipped.index]), redact)}"' if self.options.log_messages else ""
        return f"record {skipped.index}{shown} in {skipped.stage}: {skipped.reason}"


class RecordFailed(PageRefused):
    """A record that could not be converted; nothing of its page is produced.

    Attributes:
        record: its place in the page, from 0.
    """

    def __init__(self, record: int, stage: Stage, reason: str) -> None:
        super().__init__(f"{reason} Nothing of the page is produced; with errors.tolerance=all such records are left out.", retriable=False)
        self.record = record
        self.stage = stage


def _headers(skipped: Skipped, topic: str, connector: str) -> list[tuple[str, str | bytes | None]]:
    told: Mapping[str, str] = {
        "topic": topic,
        "connector.name": connector,
        "record.index": str(skipped.index),
        "stage": skipped.stage,
        "class.name": skipped.culprit,
        "exception.message": skipped.reason,
    }
    return [(f"__connect.errors.{name}", value) for name, value in told.items() if value]
