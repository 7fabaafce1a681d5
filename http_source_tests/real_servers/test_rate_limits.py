"""The connector against limiters that are not ours: it reads what they say, and is not refused."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from http_source_tests.kafka import Cluster, kafka
from http_source_tests.real_servers.rate_limits import Command, express, flask, served
from http_source_tests.tasks import started, task_of
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

LIMIT, THREADS = 8, 10
NAMES = [f"e{number}" for number in range(20)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with kafka() as running:
        yield running


@pytest.mark.parametrize(
    ("program", "form"),
    [(express, "draft-6"), (express, "draft-7"), (express, "draft-8"), (express, "legacy"), (flask, "flask")],
    ids=["draft 6", "draft 7", "draft 8", "X-RateLimit-*", "Flask-Limiter"],
)
def test_b234_a_limiter_has_nothing_to_refuse_once_it_has_said_what_is_left(
    cluster: Cluster, tmp_path: Path, program: Callable[[], Command], form: str
) -> None:
    with served(program(), tmp_path) as server:
        properties = {"url": f"{server.url}/{form}/${{entityName}}", "entity.names": NAMES, "http.request.parameters": "start=${offset}"}
        with started(task_of(cluster, properties)) as task:
            until(lambda: len(server.lines("asked", form)) >= 6 * LIMIT)
            failed = {entity.name: entity.failed_attempts for entity in task.entities if entity.failed_attempts}
        # Before the first answer nothing is known, and so many requests are on their way.
        assert len(server.lines("refused", form)) <= THREADS - LIMIT
        assert failed == {}
        assert Counter(path.partition("?")[0] for path in server.lines("asked", form)).keys() == {f"/{form}/{name}" for name in NAMES}


@pytest.mark.parametrize("form", ["draft-6", "legacy"])
def test_b234_with_a_budget_below_the_limit_nothing_is_ever_refused(cluster: Cluster, tmp_path: Path, form: str) -> None:
    with served(express(), tmp_path) as server:
        properties = {"url": f"{server.url}/{form}/${{entityName}}", "entity.names": NAMES, "http.requests.per.second": 3.5,
                      "http.rate.limit.headers": False, "http.request.parameters": "start=${offset}"}
        with started(task_of(cluster, properties)):
            until(lambda: len(server.lines("asked", form)) >= 4 * LIMIT)
        assert server.lines("refused", form) == []
