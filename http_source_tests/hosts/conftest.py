"""What the tests of several hosts share: a PostgreSQL server, and a machine that can have hosts."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from http_source_tests.hosts.deployment import Deployment, deployed
from http_source_tests.hosts.host import missing
from http_source_tests.real_servers.postgres import Postgres, postgres

Deploy = Callable[..., AbstractContextManager[Deployment]]


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    if reason := missing():
        pytest.skip(reason)
    with postgres() as running:
        yield running


@pytest.fixture
def deploy(tmp_path: Path, server: Postgres) -> Deploy:
    """Starts a deployment with the connectors that it is given."""
    return partial(deployed, tmp_path, server)
