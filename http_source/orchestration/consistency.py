"""Whether what is stored of a connector agrees, and fits what its topics hold. Nothing is changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import dagster as dg

from http_source.config.findings import some
from http_source.config.properties import OutputFormat
from http_source.edges.kafka.contents import TopicReader, TopicSize
from http_source.errors import PageRefused
from http_source.foreign.redactor import Redactor
from http_source.orchestration.all_positions import busy_entities, committed, cursor_of, remembered
from http_source.orchestration.cursor import Cursor
from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.log import EventLog
from http_source.orchestration.ledger.positions import Stored, logged, newest_of
from http_source.orchestration.moving import told
from http_source.orchestration.resources import KafkaResource
from http_source.polling.modes import Tells, mode_of
from http_source.polling.standing import initial_position, misfit


class Judgment(StrEnum):
    """How a comparison ended."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared, and how it ended.

    Attributes:
        subject: the entity or the topic.
        sentence: what was found; where it differs, what to do.
    """

    subject: str
    verdict: Judgment
    sentence: str


def compare(instance: dg.DagsterInstance, connector: Connector, kafka: KafkaResource) -> list[Comparison]:
    """What is stored of each entity, and of each topic what is in it. Raises DeliveryFailed when Kafka does not say."""
    # In this order: each is written after the next one, so that a run in progress makes no difference.
    cursor = cursor_of(instance, connector)
    log = logged(EventLog(instance, connector.key), connector.entities, cursor.orders if cursor else {})
    stores = _Stores(connector, log, cursor, committed(connector, kafka))
    found = list(stores.compare())
    busy = busy_entities(instance, connector)
    with TopicReader(kafka.settings(connector.config, f"{connector.name}-check"), Redactor()) as reader:
        return found + [_Topic(connector, topic, stores.newest, busy, reader).compare() for topic in connector.topics]


@dataclass(frozen=True)
class _Stores:
    """The stores of positions."""

    connector: Connector
    log: Mapping[str, Stored]
    cursor: Cursor | None
    topic: Mapping[str, Stored]

    @cached_property
    def newest(self) -> Mapping[str, Stored]:
        return newest_of(self.log, self.topic, remembered(self.cursor))

    def compare(self) -> Iterator[Comparison]:
        if self.cursor is None:
            yield Comparison(self.connector.sensor_name, Judgment.DIFFERS, "The sensor's cursor cannot be read. Its next tick restores it "
                             "from the event log; you need not do anything.")
        for entity in self.connector.entities:
            difference = self._edited(entity) or self._of_another_mode(entity) or self._ahead(entity) or self._uncommitted(entity)
            verdict = Judgment.DIFFERS if difference else Judgment.AGREES
            yield Comparison(entity, verdict, difference or self._agreement(entity))

    def _agreement(self, entity: str) -> str:
        newest = self.newest.get(entity)
        return f"It stands at {told(newest.position)} in the {newest.source}." if newest else "It was not polled yet."

    def _edited(self, entity: str) -> str:
        edits = self.cursor.edits() if self.cursor else {}
        if entity not in edits:
            return ""
        return f"Its offset was edited in the sensor's cursor, to {edits[entity]!r}. The sensor's next tick moves it, if the sensor is on."

    def _of_another_mode(self, entity: str) -> str:
        newest = self.newest.get(entity)
        return misfit(self.connector.config.offsets.mode, newest.position) if newest else ""

    def _ahead(self, entity: str) -> str:
        """The cursor follows the event log."""
        known, written = remembered(self.cursor).get(entity), self.log.get(entity)
        if known is None or (written and written.position.order >= known.position.order):
            return ""
        older = told(written.position if written else None)
        return (f"The sensor's cursor has {told(known.position)}, and the event log {older}, which is older: events were removed. "
                "Runs resume from the cursor's. `http-source offsets set` with that offset writes it into the event log again.")

    def _uncommitted(self, entity: str) -> str:
        """With exactly once the event log follows the topic, until a person moves the entity."""
        written, topic = self.log.get(entity), self.topic.get(entity)
        if written is None or topic is None or written.by_hand or topic.position.order >= written.position.order:
            return ""
        return (f"The event log has {told(written.position)}, and the offsets topic {told(topic.position)}, which is older: the "
                "topic was changed, or the connector wrote at least once in between. The next run resumes from the event log's.")


@dataclass(frozen=True)
class _Topic:
    """A topic and the entities that are written to it."""

    connector: Connector
    name: str
    newest: Mapping[str, Stored]
    busy: frozenset[str]
    reader: TopicReader

    @property
    def entities(self) -> Sequence[str]:
        topic_of = self.connector.config.output.topic_of
        return [entity for entity in self.connector.entities if topic_of(entity) == self.name]

    @property
    def polled(self) -> Sequence[Stored]:
        return [self.newest[entity] for entity in self.entities if entity in self.newest]

    def compare(self) -> Comparison:
        """By the way that the offset mode allows."""
        if not self.polled:
            return self._agrees("Nothing was written to it yet.")
        if self.connector.config.transforms.names:
            return self._unknown("transforms may leave out records, change them, or send them elsewhere")
        if moved := [stored.entity for stored in self.polled if stored.by_hand or stored.position.deleted]:
            return self._unknown(f"{some(moved)} was moved by hand and not polled since")
        if any(misfit(self.connector.config.offsets.mode, stored.position) for stored in self.polled):
            return self._unknown("a stored offset is of another http.offset.mode")
        ways = {Tells.COUNT: self._by_count, Tells.LAST_RECORD: self._by_last_record}
        mode = mode_of(self.connector.config.offsets)
        if mode.tells not in ways:
            return self._unknown(f"the offset of {mode.name} need not be in the last record")
        size = self.reader.size(self.name)
        # The ends of a topic count the markers of transactions as well.
        most = "up to " if self.connector.config.delivery.exactly_once else ""
        found = f"has {most}{size.records} records" if size else "does not exist"
        return ways[mode.tells](size or TopicSize(records=0, expired=0), found)

    def _by_count(self, size: TopicSize, found: str) -> Comparison:
        """The offset counts records, so there are at least as many."""
        if self.connector.config.errors.tolerant:
            return self._unknown("records that cannot be converted are left out (errors.tolerance)")
        if moved := [stored.entity for stored in self.polled if stored.position.epoch]:
            return self._unknown(f"{some(moved)} was moved by hand, so that its records cannot be counted by its offset")
        offsets = [stored.position.offset for stored in self.polled]
        start = int(initial_position(self.connector.config.offsets).offset)
        needed = sum(int(offset) - start for offset in offsets)
        account = f"The topic {found}, and the stored offsets account for {needed}"
        if size.records >= needed:
            return self._agrees(f"{account}.")
        if size.expired:
            return self._unknown(f"{size.expired} records have expired. {account}")
        return self._differs(f"{account}, if http.initial.offset was always {start}. To fetch them again, move the entity back with "
                             "`http-source offsets set`.")

    def _by_last_record(self, size: TopicSize, found: str) -> Comparison:
        """The offset is taken from the last record, so that is the topic's last one."""
        config = self.connector.config
        if config.output.data_format is not OutputFormat.JSON or config.converter.schemas_enable:
            return self._unknown("its values are not the records as they were served")
        if len(self.entities) > 1:
            return self._unknown("several entities are written to it")
        if self.busy.intersection(self.entities):
            return self._unknown("a run is polling, so that it may hold more than is stored")
        last = self._last_offsets()
        stored = str(self.polled[0].position.offset)
        if stored in last:
            return self._agrees(f"The topic {found}, and its last one has the stored offset {told(self.polled[0].position)}.")
        if not last and size.expired:
            return self._unknown("its records have expired")
        return self._differs(f"The topic {found}, and its last one has the offset {some(last) or 'of none'}, but {stored} is stored. If it "
                             "holds more than is stored, the next run repeats that; else move the entity with `http-source offsets set`.")

    def _last_offsets(self) -> list[str]:
        found, mode = [], mode_of(self.connector.config.offsets)
        for value in self.reader.last_values(self.name):
            try:
                found.append(str(mode.offset_of(value)))
            except (PageRefused, ValueError, RecursionError):  # somebody else may write there, whatever it is
                continue
        return found

    def _agrees(self, sentence: str) -> Comparison:
        return Comparison(self.name, Judgment.AGREES, sentence)

    def _differs(self, sentence: str) -> Comparison:
        return Comparison(self.name, Judgment.DIFFERS, sentence)

    def _unknown(self, reason: str) -> Comparison:
        return Comparison(self.name, Judgment.NOT_COMPARED, f"Not compared with the offsets: {reason}.")
