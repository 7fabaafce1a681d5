"""One page on its way to Kafka, record by record in the order of the stream: each has its own outcome, whatever page it is on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.decode import UNREAD
from http_source.connect.framing import KafkaHeader
from http_source.connect.noticed import Noticed
from http_source.connect.record import Record
from http_source.connect.record_refused import PlaceRefused
from http_source.connect.transforms.chain import TransformFailed
from http_source.conversion.draft import Drafts, NeedsCare, Taken
from http_source.conversion.plain import resolved, shares_a_schema
from http_source.conversion.skipping import Skip, Stage, StageRefused, at_stage
from http_source.conversion.steps import Steps
from http_source.conversion.subject import Written
from http_source.conversion.writing import NeedsCloserLook
from http_source.model import Message, Value

_AT_ONCE = 1_000
"""So many records of a page are parsed at a time: as Python's objects they take ten times the memory."""


@dataclass(slots=True)
class _Row:
    """A record whose key and value are known, if not yet their schemas.

    Attributes:
        loses: whether something other than null was left out of the value.
    """

    index: int
    record: Record
    key: Taken
    value: Taken
    loses: bool

    def pack(self) -> None:
        """Take a tenth of the memory until the page's schemas are known: all of a large page may have to wait for them."""
        self.record = replace(self.record, key=None, value=None)
        self.key.pack()
        self.value.pack()


@dataclass(slots=True)
class Fold:
    """One page.

    Attributes:
        skip: takes those that cannot be converted.
        drafts: the subjects as the page makes them.
        noticed: what the next pages can use, and what is to be told.
        undecided: how many records lost something other than null, since nothing tells its type yet.
    """

    steps: Steps
    topic: str
    records: Sequence[Value]
    skip: Skip
    drafts: Drafts
    noticed: Noticed = field(default_factory=Noticed)
    undecided: int = 0
    # Of the quick way, on which some records do not come to the end.
    _of_values: Noticed = field(default_factory=Noticed)
    _of_keys: Noticed = field(default_factory=Noticed)

    def messages(self) -> list[Message]:
        """What Kafka gets, after what has grown was registered. Raises PageRefused, RequestFailed, Grows, NeedsCare or Overtaken."""
        rows = self._rows()
        if self.drafts.have_grown:
            self._register(rows)
        return [row for row in rows if isinstance(row, Message)]

    def _rows(self) -> list[Message | _Row | None]:
        rows: list[Message | _Row | None] = []
        for start in range(0, len(self.records), _AT_ONCE):
            rows += self._part(start, self.records[start : start + _AT_ONCE])
            self.steps.reader.learn(self.topic, self.noticed)
        return rows

    def _part(self, start: int, records: Sequence[Value]) -> list[Message | _Row | None]:
        straight = self.steps.straight and self.steps.straight.messages(self.topic, records)
        if straight:
            made, lost = straight
            return [self._ready(start + place, message, loses=place in lost) for place, message in enumerate(made)]
        read, lost = self.steps.reader.read(self.topic, records)
        return [self._row(start + place, record, loses=place in lost) for place, record in enumerate(read)]

    def _register(self, rows: list[Message | _Row | None]) -> None:
        """Write the rows with what their subjects become before that is registered: a value that is refused registers nothing.

        In place, since rows and messages of a large page together would take twice the memory.
        """
        growths = self.drafts.growths()
        for place, row in enumerate(rows):
            rows[place] = self._encoded(row) if isinstance(row, _Row) else row
        for draft, growth in growths:
            draft.register(growth)
        for place, row in enumerate(rows):
            rows[place] = self._finished(row) if isinstance(row, _Row) else row

    def _ready(self, index: int, message: Message, *, loses: bool) -> Message | _Row | None:
        if message is UNREAD or self.drafts.have_grown:
            return self._closely(index)
        self.undecided += loses
        return message

    def _row(self, index: int, record: Record, *, loses: bool) -> Message | _Row | None:
        # Once a subject has grown, what was left out before may have its type.
        if record is not UNREAD and not self.drafts.have_grown:
            try:
                return self._quickly(index, record, loses=loses)
            except (NeedsCloserLook, ConversionRefused, PlaceRefused, TransformFailed):
                pass  # it is looked at closely, alone
        return self._closely(index)

    def _quickly(self, index: int, record: Record, *, loses: bool) -> Message | None:
        steps, noticed = self.steps, self._of_values
        changed = steps.change(record) if steps.change else record
        if changed is None:
            return None
        if changed.headers and any(shares_a_schema(each.schema) for each in changed.headers):
            raise NeedsCloserLook
        before = noticed.losses
        key = steps.keys.write(changed, self._of_keys)
        as_served = steps.as_served and self._is_untouched(changed, record)
        value = (self.records[index], ()) if as_served else steps.values.write(changed, noticed)
        made = self._message(changed, key, value)
        if noticed.losses > before:
            self.noticed.lossy |= noticed.lossy
        self.undecided += noticed.losses > before or loses
        return made

    def _closely(self, index: int) -> Message | _Row | None:
        try:
            settled = self._settled(index)
        except StageRefused as refused:
            self.skip.refused(index, refused)
            return None
        if settled is None:
            return None
        row = self._kept(*settled)
        if not self.drafts.have_grown:
            return self._finished(row)
        row.pack()
        return row

    def _settled(self, index: int) -> tuple[_Row, Noticed] | None:
        """What becomes of a record, and what is noticed of its value; what is new or refused, only the record alone decides.

        Raises StageRefused.
        """
        try:
            return self._taken(index, self.steps.reader.closely, alone=False)
        except (NeedsCloserLook, StageRefused):
            return self._taken(index, self.steps.reader.alone, alone=True)

    def _kept(self, row: _Row, noticed: Noticed) -> _Row:
        """The record, which is not refused: what comes after stands on it."""
        self.noticed.add(noticed)
        for taken in (row.key, row.value):
            taken.commit()
            self.drafts.have_grown = self.drafts.have_grown or taken.has_grown
        return row

    def _taken(self, index: int, read: Callable[[str, Value], Record], *, alone: bool) -> tuple[_Row, Noticed] | None:
        record = at_stage(Stage.SCHEMA_INFERENCE, lambda: read(self.topic, self.records[index]))
        change = self.steps.change
        changed = at_stage(Stage.TRANSFORMATION, lambda: change(record)) if change else record
        if changed is None:
            return None
        if not alone and any(shares_a_schema(each.schema) for each in changed.headers):
            raise NeedsCloserLook
        # The headers are written to see whether they can be: a record that is refused leaves nothing behind.
        at_stage(Stage.HEADER_CONVERTER, lambda: self._headers(changed, ()))
        key = at_stage(Stage.KEY_CONVERTER, lambda: self.steps.keys.take(changed, self.drafts, Noticed(), alone=alone))
        noticed = Noticed()
        try:
            value = self._taken_value(index, record, changed, noticed, alone=alone)
        except StageRefused:
            if key.has_grown and not self.drafts.careful:
                # What the key would become may be refused first.
                raise NeedsCare from None
            raise
        return _Row(index, changed, key, value, loses=noticed.losses > 0), noticed

    def _taken_value(self, index: int, record: Record, changed: Record, noticed: Noticed, *, alone: bool) -> Taken:
        if self._is_untouched(changed, record):
            return Taken(written=(self.records[index], ()))
        return at_stage(Stage.VALUE_CONVERTER, lambda: self.steps.values.take(changed, self.drafts, noticed, alone=alone))

    def _encoded(self, row: _Row) -> _Row | None:
        """The record written with what its subjects have become, or none."""
        for stage, taken in ((Stage.KEY_CONVERTER, row.key), (Stage.VALUE_CONVERTER, row.value)):
            try:
                taken.encode_grown()
            except ConversionRefused as refused:
                if row.key.has_grown or row.value.has_grown:
                    raise NeedsCare from None
                self.skip(row.index, stage, str(refused), refused.path)
                return None
        return row

    def _finished(self, row: _Row) -> Message:
        self.undecided += row.loses
        return self._message(row.record, row.key.finished(), row.value.finished())

    def _is_untouched(self, changed: Record, before: Record) -> bool:
        """Whether the value is produced byte for byte; null is no JSON text but a tombstone."""
        return self.steps.as_served and changed.value is before.value is not None

    def _message(self, record: Record, key: Written, value: Written) -> Message:
        own = (*key[1], *value[1])
        headers = self._headers(record, own) if record.headers else own
        return Message(record.topic, value[0], key[0], headers, record.timestamp, record.partition)

    def _headers(self, record: Record, own: Sequence[KafkaHeader]) -> Sequence[KafkaHeader]:
        """The record's headers, but those that the schemas' own take the place of."""
        named = {name for name, _ in own}
        written = [(each.key, self.steps.header(*resolved(each.schema, each.value))) for each in record.headers]
        return [*(each for each in written if each[0] not in named), *own]
