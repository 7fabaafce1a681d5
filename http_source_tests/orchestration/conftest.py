"""A real Dagster instance, a real local API and an in-memory Kafka cluster."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import dagster as dg
import pytest

from http_source_tests.orchestration.api import Api, serving
from http_source_tests.orchestration.home import store_in
from http_source_tests.orchestration.stand import Stand, configuration, runs_end


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """On disk: in memory, SQLite locks whole tables, and who reads while a run writes is refused."""
    store_in(tmp_path)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance, runs_end(instance):
        yield instance


@pytest.fixture
def api() -> Iterator[Api]:
    with serving(25) as api:
        yield api


@pytest.fixture
def idle(instance: dg.DagsterInstance) -> Stand:
    """A connector that is ticked only: nothing answers it."""
    return Stand(instance, configuration())


@pytest.fixture
def make(instance: dg.DagsterInstance, api: Api, brokers: str) -> Callable[..., Stand]:
    """A connector to the API with topics of its own."""
    pattern = f"{uuid4().hex}-${{entityName}}"
    return lambda **properties: Stand(instance, configuration(api.url, topic_name_pattern=pattern, **properties), brokers)
