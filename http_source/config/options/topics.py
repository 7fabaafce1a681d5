"""Topics that are not there yet: what they are created with."""

from collections.abc import Callable
from dataclasses import dataclass

from http_source.config.property import LOW, MEDIUM, prop
from http_source.config.types import LIST, Integer, Simple

GROUPS = "topic.creation.groups"
DEFAULT = "default"
"""The group that takes what no other takes."""

_BROKERS_DEFAULT = -1
_SHORT_MAX = 2**15 - 1


def _count(reason: str, number: Integer) -> Callable[[object], int]:
    def parse(value: object) -> int:
        count = number.parse(value)
        if count != _BROKERS_DEFAULT and count < 1:
            raise ValueError(reason)
        return count

    return parse


PARTITIONS = Simple("int", "-1 or [1,...]", _count("Number of partitions must be positive, or -1 to use the broker's default", Integer()))
REPLICATION_FACTOR = Simple("int", f"-1 or [1,...,{_SHORT_MAX}]", _count(
    "Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default",
    Integer(maximum=_SHORT_MAX)))


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicOptions:
    """Topics: how those that do not exist yet are created. How the groups go together: docs/topics.md."""

    groups: tuple[str, ...] = prop(GROUPS, LIST, (), LOW,
        "Groups of topics, in order: the first whose `topic.creation.<group>.include` matches the topic and whose `.exclude` does not gives it `.partitions`, `.replication.factor` and any topic configuration.")
    partitions: int | None = prop(f"topic.creation.{DEFAULT}.partitions", PARTITIONS, None, MEDIUM,
        "Partitions of a topic that is created; with it the connector creates topics at their first record, without any topic.creation property it leaves that to the broker. Further topic configurations: `topic.creation.default.<configuration>`.")
    replication_factor: int | None = prop(f"topic.creation.{DEFAULT}.replication.factor", REPLICATION_FACTOR, None, MEDIUM,
        "Copies of each partition of a topic that is created, no more than there are brokers; -1 is the brokers' default.")
