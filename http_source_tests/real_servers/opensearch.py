"""OpenSearch, a search engine that is not ours: its jars copied from Maven Central, one node run on ports of its own."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import requests

from http_source.demo.processes import free_port
from http_source_tests.real_servers.java import find_jdk, memory
from http_source_tests.real_servers.maven import copy_jars, installed
from http_source_tests.real_servers.program import is_served, running

VERSION = "2.19.6"
"""The last line of versions that run on Java 17."""

_LOG4J = "2.25.4"
_NAME = f"OpenSearch {VERSION}"
_OLDEST_JAVA = 17
_PROGRAM = Path(__file__).with_name("OpenSearch.java")
_ARTIFACTS = (
    ("org.opensearch", "opensearch", VERSION),
    ("org.opensearch.plugin", "transport-netty4-client", VERSION),
    ("org.apache.logging.log4j", "log4j-core", _LOG4J),
)
_SETTINGS = {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": -1}
"""Documents become visible when a test says so."""

_NODE = "index.routing.allocation.require._name"
_FIELDS = {"id": {"type": "integer"}, "changed": {"type": "date"}}


@dataclass(frozen=True, slots=True)
class OpenSearch:
    """A running node."""

    url: str

    def create(self, index: str, *, is_away: bool = False) -> None:
        """An index of documents with an `id` and the time `changed`; its shard may be away, as when its nodes are gone."""
        settings = _SETTINGS | ({_NODE: "nowhere"} if is_away else {})
        self._send("PUT", f"{index}?wait_for_active_shards=0", {"settings": settings, "mappings": {"properties": _FIELDS}})

    def add(self, index: str, documents: Iterable[Mapping[str, Any]], *, is_visible: bool = True) -> None:
        """Index documents, as another client would; they become visible at once, or with the next refresh."""
        lines = [json.dumps(line) for document in documents for line in ({"index": {"_id": str(document["id"])}}, document)]
        body = "".join(f"{line}\n" for line in lines)
        answer = requests.post(
            f"{self.url}/{index}/_bulk", params={"refresh": str(is_visible).lower()}, data=body,
            headers={"Content-Type": "application/x-ndjson"}, timeout=60,
        )
        assert not answer.json()["errors"], answer.text

    def refresh(self, index: str) -> None:
        self._send("POST", f"{index}/_refresh")

    def bring_back(self, index: str) -> None:
        """Give the shard a node."""
        self._send("PUT", f"{index}/_settings", {_NODE: None})

    def _send(self, method: str, path: str, body: Mapping[str, object] | None = None) -> None:
        requests.request(method, f"{self.url}/{path}", json=body, timeout=60).raise_for_status()


def install() -> tuple[str, Path]:
    """The Java to run it with, and the folder of its jars. Skips the test where Java or Maven is missing."""
    return find_jdk(_OLDEST_JAVA, _NAME), installed(f"opensearch-{VERSION}-log4j-{_LOG4J}", _NAME, partial(copy_jars, _ARTIFACTS))


@contextmanager
def opensearch(folder: Path) -> Iterator[OpenSearch]:
    """Run one node, with all its data in the folder."""
    java, jars = install()
    port, transport = free_port(0), free_port(0)
    server = OpenSearch(f"http://127.0.0.1:{port}")
    command = [java, *memory(folder), "-cp", f"{jars}/*", str(_PROGRAM), str(folder), str(port), str(transport)]
    with running(command, folder, lambda _: is_served(f"{server.url}/_cluster/health?wait_for_status=yellow")):
        yield server
