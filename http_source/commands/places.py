"""Where `http-source consume` begins in a topic, as its options say."""

import argparse
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from http_source.commands.command import UsageError
from http_source.foreign.text import escape

if TYPE_CHECKING:
    from http_source.edges.kafka.topic_records import Extents  # takes Kafka's client, which no other command need wait for

_OFFSET = re.compile("-?[0-9]{1,18}")
_START, _END = ("beginning", "earliest"), ("end", "latest")
_MOST_LAST = 10_000
_COUNT = re.compile("0*[1-9][0-9]{0,17}")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    begins = parser.add_mutually_exclusive_group()
    begins.add_argument("--from-beginning", action="store_true", help="begin with the first record, which is the default")
    begins.add_argument("--last", metavar="N", help="begin with the last N records, those of all partitions together")
    begins.add_argument("--offset", metavar="O", help="begin at an offset of each partition; -N is N before its end; beginning; end")
    parser.add_argument("--partition", metavar="P", help="read one partition")


def count(name: str, written: str | None, most: int | None = None) -> int | None:
    """The number of records that an option names; None without one. Raises UsageError."""
    if written is None:
        return None
    if not _COUNT.fullmatch(written) or (most and int(written) > most):
        upto = f" to {most}" if most else " up"
        raise UsageError(f"{name} is not a number of records: {escape(written)}; expected an integer from 1{upto}.")
    return int(written)


def last(arguments: argparse.Namespace) -> int | None:
    """How many of the last records are wanted. Raises UsageError."""
    return count("--last", arguments.last, _MOST_LAST)


def chosen(arguments: argparse.Namespace, topic: str, extents: "Extents") -> "Extents":
    """The partitions that are read. Raises UsageError for one that is not there."""
    if arguments.partition is None:
        return extents
    if not (_OFFSET.fullmatch(arguments.partition) and int(arguments.partition) in extents):
        has = f"the partitions 0 to {len(extents) - 1}" if len(extents) > 1 else "one partition, 0"
        raise UsageError(f"--partition: topic {topic} has no partition {escape(arguments.partition)}; it has {has}.")
    number = int(arguments.partition)
    return {number: extents[number]}


def starts(arguments: argparse.Namespace, topic: str, extents: "Extents") -> Mapping[int, int]:
    """The offset to begin at, of each partition. Raises UsageError for one that no record has or will have next."""
    written = arguments.offset or _START[0]
    if written in _START or written in _END:
        return {each: extent.start if written in _START else extent.end for each, extent in extents.items()}
    if not _OFFSET.fullmatch(written):
        raise UsageError(f"--offset is not an offset: {escape(written)}; expected a number, beginning or end.")
    offset = int(written)
    if offset >= 0 and all(offset > extent.end for extent in extents.values()):
        ends = ", ".join(f"{each} at {extent.end}" for each, extent in extents.items())
        raise UsageError(f"--offset: no partition of topic {topic} has reached offset {offset}. Their ends: {ends}. "
                         "--last 10 shows the last ten records.")
    return {each: min(max(extent.start, offset if offset >= 0 else extent.end + offset), extent.end) for each, extent in extents.items()}
