"""`topic.creation.*` → the settings of a topic that is to be created, by Kafka Connect's rules (KIP-158)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from http_source.config.findings import did_you_mean, doubt, missing, shown, some
from http_source.config.options.topics import DEFAULT, GROUPS, PARTITIONS, REPLICATION_FACTOR
from http_source.config.types import LIST, STRING, Type
from http_source.connect.topic_configurations import TOPIC_CONFIGURATIONS
from http_source.connect.transforms.settings import invalid
from http_source.errors import Finding

if TYPE_CHECKING:
    # Every run loads this module, and few have patterns.
    from http_source.connect.transforms.java_regex import JavaRegex

PREFIX = "topic.creation."
_CONFLUENTS = "confluent."
"""How the topic configurations that only Confluent's brokers know begin."""

_OWN = ("include", "exclude", "partitions", "replication.factor")
_INCLUDE, _EXCLUDE, _PARTITIONS, _REPLICATION_FACTOR = _OWN
_SHOWN_BITS = 80
_DEFAULTS = f"{PREFIX}{DEFAULT}."
_NOTHING: tuple[dict[str, object], ...] = ({"groups": ""}, {"groups": []})
"""What exported configurations spell out although they say nothing with it."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TopicGroup:
    """What the topics of a group are created with.

    Attributes:
        partitions: -1 is the brokers' default, as with the replication factor.
        configurations: Kafka's names of topic configurations → their values.
    """

    name: str
    partitions: int
    replication_factor: int
    configurations: Mapping[str, str]
    include: "tuple[JavaRegex, ...]" = ()
    exclude: "tuple[JavaRegex, ...]" = ()

    def takes(self, topic: str) -> bool:
        """Whether a topic is one of the group. Raises TransformRefused when a pattern's time limit ends it."""
        return not any(each.matches(topic) for each in self.exclude) and any(each.matches(topic) for each in self.include)


@dataclass(frozen=True, slots=True)
class TopicCreation:
    """The groups in their order, and the one for all other topics."""

    groups: tuple[TopicGroup, ...]
    default: TopicGroup

    def group_of(self, topic: str) -> TopicGroup:
        """The first group that takes the topic. Raises TransformRefused when a pattern's time limit ends it."""
        return next((group for group in self.groups if group.takes(topic)), self.default)


def read_topic_creation(given: Mapping[str, object]) -> tuple[TopicCreation | None, list[Finding]]:
    """What a connector's properties say of topics, None when they say nothing or there is a mistake in it, and what is to be told.

    Properties that do not begin with `topic.creation.` are left alone. What the types of declared properties refuse is told elsewhere.
    """
    own = {name.removeprefix(PREFIX): value for name, value in given.items() if name.startswith(PREFIX) and value is not None}
    if not own or own in _NOTHING:
        return None, []
    reader = _Reader(own)
    creation = reader.creation()
    if creation is None or any(not finding.warning for finding in reader.findings):
        return None, reader.findings
    return creation, reader.findings


class _Reader:
    """Reads the groups, and keeps what is to be told of them."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = given
        self.findings: list[Finding] = []

    def creation(self) -> TopicCreation | None:
        names = self._names()
        members = self._members(names)
        default = self._default(members[DEFAULT])
        groups = [self._group(name, members[name], default) for name in names]
        return None if default is None else TopicCreation(tuple(groups), default)

    def _names(self) -> Sequence[str]:
        """The groups that are listed, in order, each once and without `default`."""
        try:
            listed = LIST.parse(self._given.get("groups", ()))
        except ValueError:
            return []
        text = ",".join(listed)
        if "" in listed:
            self.findings.append(invalid(GROUPS, text, "An alias is empty; remove the extra comma"))
        if twice := [name for name, count in Counter(listed).items() if count > 1 and name]:
            self.findings.append(invalid(GROUPS, text, f"Duplicate alias provided: {some(twice)}; each needs a name of its own"))
        if DEFAULT in listed:
            self.findings.append(doubt(GROUPS, f"The group {DEFAULT} always exists, as the last one; remove it from the list."))
        return [name for name in dict.fromkeys(listed) if name not in ("", DEFAULT)]

    def _members(self, names: Sequence[str]) -> dict[str, dict[str, object]]:
        """Group → its properties; those of no group are told."""
        members: dict[str, dict[str, object]] = {name: {} for name in (*names, DEFAULT)}
        strangers: dict[str, str] = {}
        for name, value in self._given.items():
            # A group's name may have dots: of several that fit it is the longest.
            group = max((each for each in members if name.startswith(f"{each}.")), key=len, default=None)
            if group is not None:
                members[group][name[len(group) + 1 :]] = value
            elif name != "groups":
                strangers.setdefault(name.split(".")[0], name)
        self.findings += [_stranger(group, name, list(members)) for group, name in strangers.items()]
        return members

    def _default(self, given: Mapping[str, object]) -> TopicGroup | None:
        """The default group; None when it is not whole."""
        for name in (_INCLUDE, _EXCLUDE):
            if name in given:
                self.findings.append(doubt(_DEFAULTS + name, "The default group applies to every topic that matches no other "
                                                             "group; remove it."))
        for name in (_PARTITIONS, _REPLICATION_FACTOR):
            if name not in given:
                self.findings.append(missing(_DEFAULTS + name))
        configurations = self._configurations(DEFAULT, given)
        try:
            counts = PARTITIONS.parse(given[_PARTITIONS]), REPLICATION_FACTOR.parse(given[_REPLICATION_FACTOR])
        except (KeyError, ValueError):
            return None
        return TopicGroup(DEFAULT, *counts, configurations)

    def _group(self, name: str, given: Mapping[str, object], default: TopicGroup | None) -> TopicGroup:
        if _INCLUDE not in given:
            self.findings.append(missing(shown(f"{PREFIX}{name}.{_INCLUDE}")))
        return TopicGroup(
            name,
            self._read(name, _PARTITIONS, given, PARTITIONS, -1 if default is None else default.partitions),
            self._read(name, _REPLICATION_FACTOR, given, REPLICATION_FACTOR, -1 if default is None else default.replication_factor),
            self._configurations(name, given),
            self._patterns(name, _INCLUDE, given),
            self._patterns(name, _EXCLUDE, given),
        )

    def _read(self, group: str, name: str, given: Mapping[str, object], type_: Type[T], default: T) -> T:
        """A property of a group; where it cannot be read that is told, and the default stands in."""
        try:
            return type_.parse(given[name]) if name in given else default
        except ValueError as error:
            self.findings.append(invalid(f"{PREFIX}{group}.{name}", _short(given[name]), str(error)))
            return default

    def _patterns(self, group: str, name: str, given: Mapping[str, object]) -> "tuple[JavaRegex, ...]":
        from http_source.connect.transforms.java_regex import JavaRegex  # noqa: PLC0415

        patterns = []
        for text in self._read(group, name, given, LIST, ()):
            try:
                patterns.append(JavaRegex(text))
            except ValueError as error:
                self.findings.append(invalid(f"{PREFIX}{group}.{name}", text, str(error)))
        return tuple(patterns)

    def _configurations(self, group: str, given: Mapping[str, object]) -> dict[str, str]:
        names = [name for name in given if name not in _OWN]
        self.findings += _unknown(group, names)
        # Some of the brokers' configurations are booleans; which, only the brokers know.
        worded = {name: str(given[name]).lower() if isinstance(given[name], bool) else given[name] for name in names}
        return {name: self._read(group, name, worded, STRING, "") for name in names}


def _short(value: object) -> object:
    """A number as a text, to be shown; its digits are limited, as Python's are."""
    return str(value) if isinstance(value, int) and value.bit_length() <= _SHOWN_BITS else value


def _unknown(group: str, names: Sequence[str]) -> Iterator[Finding]:
    for name in names:
        if name not in TOPIC_CONFIGURATIONS and not name.startswith(_CONFLUENTS):
            question = did_you_mean(name, (*_OWN, *sorted(TOPIC_CONFIGURATIONS)))
            yield doubt(shown(f"{PREFIX}{group}.{name}"), "Apache Kafka has no such topic configuration, and brokers that do not know it "
                                                          f"create no topic.{question} Correct or remove it, unless yours know it.")


def _stranger(group: str, name: str, known: Sequence[str]) -> Finding:
    if group == name:
        question = did_you_mean(PREFIX + name, (GROUPS, *(_DEFAULTS + each for each in _OWN)))
        return Finding(shown(PREFIX + name), f"Unknown property.{question} Correct or remove it.")
    question = did_you_mean(group, known)
    return Finding(shown(PREFIX + name), f"`{GROUPS}` does not list {shown(group)}.{question} Add it there, or remove the properties "
                                         "that begin with it.")
