"""What the units of deploy/systemd start, on PostgreSQL: webserver, daemon and code server, each a process of its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import grpc
import pytest
import requests
from grpc_health.v1 import health_pb2, health_pb2_grpc

from http_source_tests.deploy.units import Machine, machine
from http_source_tests.hosts.feed import Feed
from http_source_tests.hosts.home import connector, write_connectors
from http_source_tests.hosts.waiting import soon
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.real_servers.postgres import USER, postgres

pytestmark = [pytest.mark.servers, pytest.mark.long]

SERVING = health_pb2.HealthCheckResponse.SERVING
WAIT_SECONDS = 120
"""A net, not a limit: a loaded machine takes long to start processes."""

_STATE = """{
  assetNodes { assetKey { path } assetMaterializations(limit: 1) { partition } }
  runsOrError { ... on Runs { results { status } } }
  workspaceOrError { ... on Workspace { locationEntries { loadStatus } } }
}"""


class Place(NamedTuple):
    """What runs."""

    machine: Machine
    feed: Feed
    cluster: Cluster


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    feed = Feed()
    with postgres() as server, kafka() as cluster, feed.door("here") as door:
        server.create("dagster")
        files = write_connectors(tmp_path / "connectors", [connector(url=f"http://127.0.0.1:{door}/${{entityName}}")])
        environment = {
            "DAGSTER_POSTGRES_PORT": str(server.port), "DAGSTER_POSTGRES_USER": USER, "HTTP_SOURCE_CONNECTORS": str(files),
            "KAFKA_BOOTSTRAP_SERVERS": cluster.bootstrap,
        }
        with machine(tmp_path, environment) as running:
            yield Place(running, feed, cluster)


def test_b243_webserver_daemon_and_code_server_work_together_and_each_may_be_started_anew(place: Place) -> None:
    assert place.feed.waited("a", WAIT_SECONDS) is not None, "nothing is polled"
    assert soon(lambda: shown(place.machine) == (["orders"], "a", "STARTED", "LOADED"), WAIT_SECONDS), "the UI does not show it"

    assert asked_as_probes_ask(place.machine) == (SERVING, 200, 0)

    place.machine.restart("daemon")
    assert place.feed.waited("a", WAIT_SECONDS) is not None

    place.machine.restart("code")
    assert place.feed.waited("a", WAIT_SECONDS) is not None, "nobody polls after the code server was started anew"

    place.machine.stop("daemon")
    place.machine.stop("code")
    arrived = sorted(json.loads(value)["id"] for value in place.cluster.values("a"))
    assert arrived == list(range(len(arrived)))
    assert place.feed.repeated("a") == []


def asked_as_probes_ask(running: Machine) -> tuple[int, int, int]:
    """What the probes of deploy/kubernetes and compose.yaml hear: of the code server, of the webserver, and of the daemon."""
    with grpc.insecure_channel(f"127.0.0.1:{running.ports['4266']}") as channel:
        code = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service="DagsterApi"), timeout=10)
    webserver = requests.get(f"http://127.0.0.1:{running.ports['3000']}/server_info", timeout=10)
    return code.status, webserver.status_code, running.command("dagster-daemon", "liveness-check").wait()


def shown(running: Machine) -> tuple[Any, ...]:
    """What the UI says: the asset's key, the partition of its newest materialization, the newest run's status, the code location's."""
    try:
        answer = requests.post(f"http://127.0.0.1:{running.ports['3000']}/graphql", json={"query": _STATE}, timeout=10).json()["data"]
        (node,), runs = answer["assetNodes"], answer["runsOrError"]["results"]
        (location,) = answer["workspaceOrError"]["locationEntries"]
        return (node["assetKey"]["path"], node["assetMaterializations"][0]["partition"], runs[0]["status"], location["loadStatus"])
    except (requests.RequestException, ValueError, IndexError):
        return ()
