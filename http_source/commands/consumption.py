"""Reading a topic for `http-source consume`: from a place to its end, or for as long as records come."""

import argparse
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from http_source.commands import places
from http_source.commands.command import CommandFailed
from http_source.commands.connections import Connections
from http_source.commands.consumed import Consumed, consumed
from http_source.config.findings import did_you_mean, some
from http_source.edges.kafka.isolation import READ_UNCOMMITTED
from http_source.edges.kafka.topic_records import Extents, Record, TopicRecords
from http_source.edges.registry.deserializer import Deserializer
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import escape
from http_source.polling.verdict import counted

_WAIT_S = 1.0


def consume(arguments: argparse.Namespace, topic: str, most: int | None, reached: Connections) -> None:
    """Show a topic's records as the arguments say, at most so many. Raises HttpSourceError when it cannot be read."""
    redact = Redactor()
    with Deserializer(reached.registry, redact) as deserializer, TopicRecords(reached.kafka, redact, arguments.isolation_level) as records:
        _Consumption(arguments, topic, records, _Output(arguments, deserializer, most)).run()


@dataclass
class _Output:
    """What is printed: records to stdout, remarks to stderr."""

    arguments: argparse.Namespace
    deserializer: Deserializer
    most: int | None
    shown: int = 0
    _problems: Counter[str] = field(default_factory=Counter)

    @property
    def is_full(self) -> bool:
        """Whether as many as are wanted were shown."""
        return self.most is not None and self.shown >= self.most

    def show(self, records: Sequence[Record]) -> None:
        """Show records, unless enough were."""
        for record in records[: None if self.most is None else self.most - self.shown]:
            self.shown += 1
            found = consumed(record, self.deserializer, keyed=self.arguments.key or self.arguments.json)
            self._remark(found)
            print(found.document() if self.arguments.json else found.line(keyed=self.arguments.key, headed=self.arguments.headers))
        if records:
            sys.stdout.flush()

    def say(self, sentence: str) -> None:
        """Remark something."""
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()

    def _remark(self, found: Consumed) -> None:
        """Say why a part is shown undecoded: each reason once."""
        for part, problem in found.problems.items():
            self._problems[problem] += 1
            if self._problems[problem] == 1:
                place = f"partition {found.record.partition}, offset {found.record.offset}"
                self.say(f"The {part} at {place} is shown undecoded. {problem}")

    def end(self) -> None:
        """Say how much else was shown undecoded."""
        if further := self._problems.total() - len(self._problems):
            self.say(f"Undecoded for the same reasons: {further} more.")


@dataclass(frozen=True)
class _Consumption:
    """A topic that is read."""

    arguments: argparse.Namespace
    topic: str
    records: TopicRecords
    output: _Output

    def run(self) -> None:
        """Read it as far as is wanted."""
        extents = places.chosen(self.arguments, self.topic, self._extents())
        try:
            for batch in self._batches(extents):
                self.output.show(batch)
                if self.output.is_full:
                    return
            self._remark(extents)
        finally:
            self.output.end()

    def _extents(self) -> Extents:
        """Where the partitions begin and end. Raises CommandFailed for a topic that is not there and is not waited for."""
        extents = self.records.extents(self.topic)
        if extents is None and not self.arguments.follow:
            topics = self.records.topics()
            near = did_you_mean(self.topic, topics) or (f" There are {some(topics)}." if topics else " It has no topics yet.")
            raise CommandFailed(f"{self.records} has no topic {escape(self.topic)}.{near}")
        if extents is None:
            self.output.say(f"{self.records} has no topic {escape(self.topic)} yet; waiting for it.")
        while extents is None:
            threading.Event().wait(_WAIT_S)
            extents = self.records.extents(self.topic)
        return extents

    def _batches(self, extents: Extents) -> Iterator[Sequence[Record]]:
        ends = {each: extent.end for each, extent in extents.items()}
        starts = places.starts(self.arguments, self.topic, extents)
        if count := places.last(self.arguments):
            yield self.records.last(self.topic, extents, count)
            starts = ends
        if self.arguments.follow:
            yield from self._following(starts)
        else:
            yield from self.records.batches(self.topic, starts, ends)

    def _following(self, starts: Mapping[int, int]) -> Iterator[Sequence[Record]]:
        said = ""
        for batch in self.records.batches(self.topic, starts):
            if (away := self.records.away) and not said:
                self.output.say(f"{away} Waiting for it.")
            said = away
            yield batch

    def _remark(self, extents: Extents) -> None:
        """Say what is not shown, and that nothing was."""
        hidden = self.records.open_offsets(self.topic, extents)
        for partition, offsets in hidden.items():
            self.output.say(f"Partition {partition} has an open transaction: {counted(len(offsets), 'offset')}, from "
                            f"{offsets.start} on, not shown. --isolation-level {READ_UNCOMMITTED} shows them.")
        if not self.output.shown and not hidden:
            self.output.say(f"Topic {escape(self.topic)} has no records there.")
