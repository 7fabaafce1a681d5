"""A folder of connectors, its Dagster instance, a local API, an in-memory Kafka cluster, and `serve` over a socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from http_source.orchestration.status import open_instance
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.api import serving as api_serving
from http_source_tests.orchestration.home import folder, stored_sensor
from http_source_tests.orchestration.stand import runs_end
from http_source_tests.rest.changing import Webserver, emptied, workplace
from http_source_tests.rest.served import Served, serving


@pytest.fixture
def api() -> Iterator[Api]:
    with api_serving(25) as api:
        yield api


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as `dagster dev` runs in one."""
    monkeypatch.chdir(tmp_path)
    return folder(tmp_path)


@pytest.fixture
def served(home: Path, api: Api, brokers: str) -> Iterator[Served]:
    """`serve` in the folder, without a connector."""
    # Made before a test's clock runs: a run that gives no sign of life meanwhile is not at work.
    stored_sensor()
    with open_instance() as instance, runs_end(instance), serving(instance) as url:
        served = Served(home, instance, url, api.url, brokers)
        with served.session:
            yield served


# Where requests change connectors, beside a webserver that answers as Dagster's


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Webserver]]:
    """What all tests share; each begins with an empty folder."""
    with workplace(tmp_path_factory.mktemp("home")) as made:
        yield made


@pytest.fixture
def dagster(place: tuple[Served, Webserver]) -> Webserver:
    """The webserver as it begins."""
    place[1].begin()
    return place[1]


@pytest.fixture
def serve(place: tuple[Served, Webserver], dagster: Webserver) -> Served:
    """`serve` with an empty folder, beside that webserver."""
    return emptied(place[0], dagster)
