"""`dagster dev` with one connector, its API, an in-memory Kafka, and a browser that looks at it."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser as Chromium

from http_source.demo.broker import start_cluster
from http_source.demo.processes import Service, free_port
from http_source_tests.orchestration.api import Api, serving
from http_source_tests.orchestration.dagster_dev import dagster_dev
from http_source_tests.orchestration.stand import configuration
from http_source_tests.ui.browser import Browser, looking, missing, started
from http_source_tests.waiting import until


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with serving(10_000_000) as api:
        yield api


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, api: Api) -> Iterator[str]:
    """Where the UI is."""
    if reason := missing():
        pytest.skip(reason)
    port, folder = free_port(0), tmp_path_factory.mktemp("dagster")
    orders = configuration(
        api.url, entity_names="eu,us", run_max_seconds="900", request_interval_ms="1000", offset_flush_interval_ms="1000",
        retry_backoff_ms="1000",
    )
    host, brokers = start_cluster()
    with dagster_dev(folder, {"orders": orders}, brokers, port) as dagster:
        until(lambda: answers(dagster, port))
        yield f"http://127.0.0.1:{port}"
    host.flush()


def answers(dagster: Service, port: int) -> bool:
    dagster.check()
    try:
        return requests.get(f"http://127.0.0.1:{port}/server_info", timeout=10).ok
    except requests.RequestException:
        return False


@pytest.fixture(scope="module")
def chromium(address: str) -> Iterator[Chromium]:  # noqa: ARG001 - which may be missing, and says why
    with started() as browser:
        yield browser


@pytest.fixture
def browser(chromium: Chromium, address: str) -> Iterator[Browser]:
    with looking(chromium, address) as page:
        yield page
