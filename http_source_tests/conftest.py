"""What every test starts from: an environment that says nothing, property tests that leave nothing behind, and what many tests share."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from http_source.demo.broker import start_cluster
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.lifetime import end_with
from http_source_tests.registry import Stand, registry
from http_source_tests.tasks import Threads

_READ_FROM_THE_ENVIRONMENT = ("DAGSTER_", "HTTP_SOURCE_", "KAFKA_", "SCHEMA_REGISTRY_")
_CONTROLLER = "http_source_controller"


def pytest_configure(config: pytest.Config) -> None:
    """Take the caller's settings out of this process and its children, and load the profile of the property tests."""
    if controller := getattr(config, "workerinput", {}).get(_CONTROLLER):
        end_with(controller)
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        # A shell starts what runs in the background so, and children inherit it: none could be ended by Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in [name for name in os.environ if name.startswith(_READ_FROM_THE_ENVIRONMENT) or name.lower().endswith("_proxy")]:
        del os.environ[name]
    settings.register_profile(
        "http-source",
        database=None,
        deadline=None,
        # A change is judged by the same examples each time; a developer's runs look for new ones.
        derandomize="CI" in os.environ,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("http-source")


def pytest_configure_node(node: Any) -> None:
    """Tell a worker who started it: it may be alone before it can look."""
    node.workerinput[_CONTROLLER] = os.getpid()


def pytest_xdist_auto_num_workers() -> int:
    """Tests wait for servers, pauses and processes more than they compute."""
    return 3 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with few tests first: theirs take longest, with processes and servers, and one that begins last has the end for itself."""
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: tests[item.path])


@pytest.fixture(autouse=True)
def _dagster_home() -> Iterator[None]:
    """A command that runs in the checkout reads its `.env`, which must not be the next test's surroundings."""
    yield
    os.environ.pop("DAGSTER_HOME", None)


@pytest.fixture
def threads() -> Threads:
    """Other tests may have left threads that wait for a Kafka that is gone; that of a registry's client ends when its time is over."""
    others = set(threading.enumerate())
    return lambda: [
        thread.name for thread in threading.enumerate()
        if thread.name.startswith("http-source") and thread.name != "http-source-registry" and thread not in others
    ]


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """An in-memory Kafka cluster of the test's own, without topics."""
    with kafka() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def brokers() -> Iterator[str]:
    """Where an in-memory Kafka cluster is that the tests of a file share."""
    host, address = start_cluster()
    yield address
    host.flush()


@pytest.fixture
def stand() -> Iterator[Stand]:
    """A Schema Registry of the test's own."""
    with registry() as stand:
        yield stand
