"""What the demo watches: records arriving in Kafka, and what Dagster knows of the entities."""

import json
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import requests
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Message, TopicPartition

from http_source.connect.subjects import Part
from http_source.edges.registry.deserializer import Deserializer
from http_source.model import State
from http_source.orchestration.ledger.names import STATE

QUERY = """{ workspaceOrError { ... on PythonError { message } ... on Workspace { locationEntries { locationOrLoadError {
  ... on PythonError { message }
  ... on RepositoryLocation { repositories { sensors {
    name sensorState { typeSpecificData { ... on SensorData { lastCursor } } } } } } } } } }
  assetNodes { assetKey { path } assetObservations(limit: 50) {
    partition metadataEntries { label ... on JsonMetadataEntry { jsonString } } } } }"""
_TIMEOUT_SECONDS = 5

Offsets = Mapping[str, Mapping[str, object]]
"""Sensor's name → entity → its offset as last checkpointed."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """An entity's change of state, as its run reported it; the order is that in which they were reported."""

    rank: int
    connector: str
    entity: str
    state: str
    reason: str

    @property
    def failed(self) -> bool:
        """Whether the entity is FAILED from then on."""
        return self.state == State.FAILED


@dataclass(frozen=True, slots=True)
class Known:
    """What Dagster knows of the entities: where they stand, and the newest changes of state."""

    offsets: Offsets = field(default_factory=dict)
    changes: Sequence[Change] = ()


class Arrivals:
    """Counts the records in some topics, or in all that there will be, from their beginning, and keeps the newest of each topic.

    Args:
        topics: None for all.

    Attributes:
        counts: records by topic; 0 for a topic that is not there yet.
        newest: the value of the record that came last, by topic.
        at: when that came, by `time.monotonic()`.
    """

    def __init__(self, bootstrap_servers: str, topics: Collection[str] | None, deserializer: Deserializer) -> None:
        self.counts: Counter[str] = Counter(dict.fromkeys(topics or (), 0))
        self.newest: dict[str, str] = {}
        self.at: dict[str, float] = {}
        self._deserializer = deserializer
        self._missing = set(topics or ())
        self._takes_all = topics is None
        self._consumer = Consumer({
            "bootstrap.servers": bootstrap_servers,
            "group.id": "http-source-demo",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 50,
            "log_level": 0,
        })

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._consumer.close()

    def poll(self, seconds: float) -> None:
        """Take in what has arrived, waiting at most so long for the first record."""
        if self._missing or self._takes_all:
            self._find_topics()
        newest: dict[str, Message] = {}
        for message in self._consumer.consume(500, timeout=seconds):
            topic = message.topic()
            if message.error() is None and topic:
                self.counts[topic] += 1
                newest[topic] = message
        self.newest |= {topic: self._shown(topic, message) for topic, message in newest.items()}
        self.at |= dict.fromkeys(newest, time.monotonic())

    def _shown(self, topic: str, message: Message) -> str:
        headers: Any = message.headers() or ()  # a list of pairs, whatever else its stub allows
        return self._deserializer.read(Part.VALUE, topic, message.value(), headers).line

    def _find_topics(self) -> None:
        # The broker makes a topic with its first record, and one that is subscribed to before would be found minutes later.
        with suppress(KafkaException):
            there = self._consumer.list_topics(timeout=1).topics
            for topic in there.keys() - self.counts.keys() if self._takes_all else self._missing & there.keys():
                self._consumer.incremental_assign([TopicPartition(topic, each, OFFSET_BEGINNING) for each in there[topic].partitions])
                self.counts[topic] += 0
            self._missing -= there.keys()


class Webserver:
    """Reads what Dagster knows of the entities, by GraphQL.

    Attributes:
        problem: why Dagster could not load the connectors; empty while it can.
    """

    def __init__(self, url: str) -> None:
        self.problem = ""
        self._url = f"{url}/graphql"
        self._session = requests.Session()
        self._session.trust_env = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def read(self) -> Known | None:
        """Return what is known, or None while Dagster does not answer or has not loaded the connectors."""
        try:
            answer = self._session.post(self._url, json={"query": QUERY}, timeout=_TIMEOUT_SECONDS).json()
        except requests.RequestException:
            return None
        data = answer.get("data") or {}
        workspace = data.get("workspaceOrError") or {}
        locations = [entry["locationOrLoadError"] or {} for entry in workspace.get("locationEntries", [])]
        self.problem = next((each["message"] for each in (workspace, *locations) if "message" in each), "")
        repositories = [each for location in locations for each in location.get("repositories", [])]
        if not repositories:
            return None
        offsets = {sensor["name"]: _offsets_of(sensor) for each in repositories for sensor in each["sensors"]}
        return Known(offsets, tuple(sorted(change for asset in data.get("assetNodes") or () for change in _changes_of(asset))))


def _offsets_of(sensor: Mapping[str, Any]) -> Mapping[str, object]:
    data = sensor["sensorState"]["typeSpecificData"] or {}
    try:
        offsets = json.loads(data.get("lastCursor") or "{}")["offsets"]
    except (ValueError, KeyError, TypeError):
        return {}
    return offsets if isinstance(offsets, dict) else {}


def _changes_of(asset: Mapping[str, Any]) -> Iterator[Change]:
    connector = "/".join(asset["assetKey"]["path"])
    for observation in asset["assetObservations"]:
        for entry in observation["metadataEntries"]:
            if entry["label"] == STATE:
                said = json.loads(entry["jsonString"])
                yield Change(int(said["rank"]), connector, str(observation["partition"]), str(said["state"]), str(said.get("reason", "")))
