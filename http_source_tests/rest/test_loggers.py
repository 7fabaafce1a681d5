"""`/admin/loggers` of `serve`: the levels of its own process."""

import logging
import time
from collections.abc import Iterator

import pytest

from http_source_tests.rest.served import Served

NAME = "http_source.of_a_test"


@pytest.fixture(autouse=True)
def loggers() -> Iterator[logging.Logger]:
    """Two that nobody else uses."""
    above, below = logging.getLogger(NAME), logging.getLogger(f"{NAME}.below")
    above.setLevel(logging.WARNING)
    below.setLevel(logging.DEBUG)
    yield above
    above.setLevel(logging.NOTSET)
    below.setLevel(logging.NOTSET)


def test_loggers_are_listed_with_their_levels(served: Served) -> None:
    found = served.json("/admin/loggers")
    assert {"root", "http_source", NAME} <= set(found)
    assert found[NAME] == {"level": "WARN", "last_modified": None}
    assert list(found) == sorted(found)
    assert served.json(f"/admin/loggers/{NAME}.below") == {"level": "DEBUG", "last_modified": None}
    assert served.json("/admin/loggers/root")["level"] in ("WARN", "INFO", "DEBUG", "ERROR")


def test_a_change_changes_a_logger_and_those_below_it(served: Served, loggers: logging.Logger) -> None:
    before = time.time_ns() // 1_000_000
    assert served.put(f"/admin/loggers/{NAME}", {"level": "debug"}).json() == [NAME]
    assert loggers.isEnabledFor(logging.DEBUG)
    said = served.json(f"/admin/loggers/{NAME}")
    assert said["level"] == "DEBUG"
    assert before <= said["last_modified"] <= time.time() * 1_000
    assert served.put(f"/admin/loggers/{NAME}/", {"level": "OFF"}).json() == [NAME, f"{NAME}.below"]
    assert not loggers.isEnabledFor(logging.CRITICAL)
    assert served.json(f"/admin/loggers/{NAME}.below")["level"] == "OFF"


@pytest.mark.parametrize("level", ["FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "OFF", "ALL"])
def test_each_of_connects_levels_may_be_set(served: Served, level: str) -> None:
    assert served.put(f"/admin/loggers/{NAME}", {"level": level}).status_code == 200
    assert served.json(f"/admin/loggers/{NAME}")["level"] == level


@pytest.mark.parametrize(("body", "status"), [({}, 400), ({"level": None}, 400), ({"level": 3}, 400), ([], 400), ({"level": "LOUD"}, 404)])
def test_what_is_not_a_level_is_refused(served: Served, body: object, status: int) -> None:
    answered = served.put(f"/admin/loggers/{NAME}", body)
    assert answered.status_code == answered.json()["error_code"] == status
    assert "TRACE" in answered.json()["message"]


def test_no_request_makes_a_new_logger(served: Served) -> None:
    for answered in (served.get("/admin/loggers/nobody.logs"), served.put("/admin/loggers/nobody.logs", {"level": "INFO"})):
        assert answered.status_code == 404
        assert answered.json()["message"].startswith("Logger nobody.logs not found.")
    assert "nobody.logs" not in served.json("/admin/loggers")


def test_the_cluster_is_this_one_worker_whose_levels_change_without_a_word(served: Served) -> None:
    answered = served.put(f"/admin/loggers/{NAME}?scope=Cluster", {"level": "DEBUG"})
    assert (answered.status_code, answered.content, "Content-Type" in answered.headers) == (204, b"", False)
    assert served.json(f"/admin/loggers/{NAME}")["level"] == "DEBUG"
    assert served.put(f"/admin/loggers/{NAME}?scope=worker", {"level": "WARN"}).json() == [NAME, f"{NAME}.below"]
    assert served.put(f"/admin/loggers/{NAME}?scope=cluster", {"level": "LOUD"}).status_code == 404
