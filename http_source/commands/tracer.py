"""Follows each record of a page through a connector's steps, without changing what comes of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from http_source.config.options.output import ErrorOptions
from http_source.connect.decode import UNREAD
from http_source.connect.noticed import Noticed
from http_source.connect.record import Record
from http_source.connect.record_refused import Path
from http_source.connect.subjects import Part
from http_source.connect.transforms.chain import Chain
from http_source.conversion.draft import Drafts, Taken
from http_source.conversion.skipping import Skip, Skipped
from http_source.conversion.steps import Change, Steps
from http_source.conversion.subject import Written
from http_source.conversion.writing import Writer
from http_source.model import Value


@dataclass(slots=True)
class Trace:
    """One record's way through the steps.

    Attributes:
        first: as it was read, with its key; None where it could not be.
        steps: each transform's alias, and the record after it; None where it was dropped. One that refused the record is not among them.
        noticed: what was left out of its key and its value.
    """

    first: Record | None = None
    steps: list[tuple[str, Record | None]] = field(default_factory=list)
    noticed: dict[Part, Noticed] = field(default_factory=dict)

    def omitted(self, part: Part) -> Sequence[Path]:
        """The places in which something other than null was left out."""
        return sorted(self.noticed[part].lossy) if part in self.noticed else ()


class Tracer:
    """Stands before a connector's reader, and watches what comes after it; a page that is begun anew is followed anew.

    Attributes:
        traces: of the records that were reached, in order.
    """

    def __init__(self, steps: Steps) -> None:
        self.traces: list[Trace] = []
        self._reader = steps.reader
        self._steps = steps
        self._skip: Skip | None = None

    @property
    def steps(self) -> Steps:
        """The same steps, watched: records come one after the other, each through all of them."""
        steps = self._steps
        change = self._followed(steps.change) if isinstance(steps.change, Chain) else steps.change
        keys, values = _Watched(self, Part.KEY, steps.keys), _Watched(self, Part.VALUE, steps.values)
        return replace(steps, reader=self, change=change, keys=keys, values=values, straight=None)

    @property
    def topics(self) -> Iterable[str]:
        """Where records go."""
        last = (trace.steps[-1][1] if trace.steps else trace.first for trace in self.traces)
        return dict.fromkeys(record.topic for record in last if record is not None)

    @property
    def refused(self) -> Mapping[int, Skipped]:
        """The records that were refused, by their places in the page."""
        return {} if self._skip is None else self._skip.taken

    def skips(self, options: ErrorOptions) -> Skip:
        """What takes the records that are refused."""
        self._skip = Skip(options)
        return self._skip

    def read(self, _topic: str, records: Sequence[Value]) -> tuple[list[Record], Collection[int]]:
        """Leave each record to a closer look."""
        self.traces.clear()
        return [UNREAD] * len(records), ()

    def closely(self, topic: str, record: Value) -> Record:
        """One record, with nothing in its schema but what it has itself."""
        self.traces.append(Trace())
        return self._traced(topic, record)

    def alone(self, topic: str, record: Value) -> Record:
        """The same record once more, since it brings something new or is refused."""
        self.traces[-1] = Trace()
        return self._traced(topic, record)

    def learn(self, _topic: str, _noticed: Noticed) -> None:
        """Remember nothing: a preview reads one page."""

    def _traced(self, topic: str, record: Value) -> Record:
        self.traces[-1].first = read = self._reader.alone(topic, record)
        return read

    def _followed(self, chain: Chain) -> Change:
        def change(record: Record) -> Record | None:
            for stage in chain.stages:
                changed = stage(record)
                self.traces[-1].steps.append((stage.alias, changed))
                if changed is None:
                    return None
                record = changed
            return record

        return change


@dataclass(frozen=True, slots=True)
class _Watched:
    """Writes as a writer does, and keeps what is noticed of the record that is at hand."""

    tracer: Tracer
    part: Part
    writer: Writer

    def write(self, record: Record, noticed: Noticed) -> Written:
        """What the writer makes of it."""
        return self.writer.write(record, noticed)

    def take(self, record: Record, drafts: Drafts, noticed: Noticed, *, alone: bool) -> Taken:
        """What becomes of a record."""
        self.tracer.traces[-1].noticed[self.part] = noticed
        return self.writer.take(record, drafts, noticed, alone=alone)

    def forget(self) -> None:
        """Ask anew what is registered."""
        self.writer.forget()

    def close(self) -> None:
        """Close what the writer is connected to."""
        self.writer.close()
