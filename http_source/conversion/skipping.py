"""What happens to a record that cannot be converted: its page fails, or with `errors.tolerance=all` the record is left out and told.

Source: KIP-298, whose dead letter queue Kafka Connect has for sinks only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from http_source.config.options.output import ErrorOptions
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.record_refused import PlaceRefused, RecordRefused, pointer
from http_source.connect.transforms.chain import TransformFailed
from http_source.errors import PageRefused
from http_source.foreign.text import Foreign, Redact, readable
from http_source.model import Message, Value
from http_source.polling.verdict import counted

T = TypeVar("T")

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
        cause: what is wrong.
        path: where in the record, as a JSON Pointer; empty for the whole.
        culprit: what refused it, such as a transform's alias; empty where the stage says it.
    """

    index: int
    stage: Stage
    cause: str
    path: str = ""
    culprit: str = ""

    @property
    def reason(self) -> str:
        """The place in the record, if it is a part of it, and what is wrong there."""
        return f"at {self.path}: {self.cause}" if self.path else self.cause


@dataclass(slots=True)
class Skip:
    """Takes the records of one page that cannot be converted, each once; without tolerance the first one ends the page.

    Attributes:
        taken: by their places in the page; the one that ends it, too.
    """

    options: ErrorOptions
    taken: dict[int, Skipped] = field(default_factory=dict)

    def __call__(self, index: int, stage: Stage, reason: str, path: str = "", culprit: str = "") -> None:
        """Leave a record out. Raises PageRefused when none may be."""
        by = f" ({culprit})" if culprit else ""
        where = f" at {path}" if path else ""
        refusal = RecordFailed(f"Record {index} of the page fails in {stage}{by}{where}: {reason}")
        self._take(Skipped(index, stage, reason, path, culprit), refusal)

    def refused(self, index: int, refused: "StageRefused") -> None:
        """Leave a record out that a stage has refused. Raises PageRefused when none may be."""
        match refused.cause:
            case PlaceRefused(path=path, reason=reason) if refused.stage in (Stage.KEY_CONVERTER, Stage.HEADER_CONVERTER):
                self(index, refused.stage, reason, pointer(path))
            case PlaceRefused(path=path, reason=reason):
                self._take(Skipped(index, Stage.SCHEMA_INFERENCE, reason, pointer(path)), RecordRefused(index, path, reason))
            case TransformFailed() as failed:
                self(index, refused.stage, str(failed.cause), failed.path, failed.alias)
            case ConversionRefused() as cause:
                self(index, refused.stage, str(cause), cause.path)

    @property
    def in_order(self) -> list[Skipped]:
        """What was left out, by the places in the page; some are found late."""
        return [self.taken[index] for index in sorted(self.taken)]

    def warnings(self, records: Sequence[Value], redact: Redact) -> tuple[str, ...]:
        """A sentence about what was left out, for `errors.log.enable`."""
        if not self.taken or not self.options.log:
            return ()
        told = [self._told(each, records, redact) for each in self.in_order[:_MOST_TOLD]]
        more = f"; {len(self.taken) - _MOST_TOLD} more" if len(self.taken) > _MOST_TOLD else ""
        reporter = self.options.reporter_topic
        where = f"The records left out are in topic {reporter}." if reporter else "None of the records left out is in Kafka."
        left_out = f"{counted(len(self.taken), 'record')} of a page {'was' if len(self.taken) == 1 else 'were'} left out"
        return (f"{left_out} (errors.tolerance=all): {'; '.join(told)}{more}. {where}",)

    def reports(self, records: Sequence[Value], topic: str, connector: str) -> list[Message]:
        """What `reporter.error.topic.name` gets: each record as it was served, with Connect's dead letter headers."""
        reporter = self.options.reporter_topic
        return [] if reporter is None else [
            Message(reporter, records[each.index], headers=_headers(each, topic, connector)) for each in self.in_order
        ]

    def _take(self, skipped: Skipped, refusal: PageRefused) -> None:
        self.taken.setdefault(skipped.index, skipped)
        if not self.options.tolerant:
            raise refusal

    def _told(self, skipped: Skipped, records: Sequence[Value], redact: Redact) -> str:
        shown = f' "{readable(Foreign(bytes(records[skipped.index])), redact)}"' if self.options.log_messages else ""
        reason = skipped.reason.removesuffix(".")
        return f"record {skipped.index}{shown} in {skipped.stage}: {reason}"


class RecordFailed(PageRefused):
    """A record that could not be converted; nothing of its page is produced."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} Nothing of the page is produced; with errors.tolerance=all such records are left out.", retriable=False)


class StageRefused(Exception):
    """A record that a stage has refused."""

    def __init__(self, stage: Stage, cause: PlaceRefused | ConversionRefused | TransformFailed) -> None:
        super().__init__(str(cause))
        self.stage = stage
        self.cause = cause


def at_stage(stage: Stage, step: Callable[[], T]) -> T:
    """The step's result. Raises StageRefused."""
    try:
        return step()
    except (PlaceRefused, ConversionRefused, TransformFailed) as refused:
        raise StageRefused(stage, refused) from None


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
