"""Kafka Connect and `serve` are asked the same: each difference between their answers stands on the page, with its reason."""

import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from http_source.model import Position
from http_source_tests.orchestration.home import folder
from http_source_tests.orchestration.stand import COUNTING, NAME, NOWHERE, Stand
from http_source_tests.rest.beside_connect import changing, reading
from http_source_tests.rest.beside_connect.asking import Case, Difference, Side, differences
from http_source_tests.rest.beside_connect.standalone import TOPIC, connect_standalone
from http_source_tests.rest.changing import config, open_in, webserver
from http_source_tests.rest.daemon import beat
from http_source_tests.rest.serve_process import serve, wait_for
from http_source_tests.rest.served import Served
from http_source_tests.rest.ticking import ticking

pytestmark = [pytest.mark.servers, pytest.mark.long]

PAGE = (Path(__file__).parents[2] / "docs" / "rest.md").read_text(encoding="utf-8")
HEADING = "## Answer by answer"
CASES = (*reading.CASES, *changing.CASES)
_LONGEST_S = 90


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Side]:
    """Kafka Connect with a connector that has read a file."""
    file = tmp_path / "lines.txt"
    file.write_text("one\ntwo\n")
    shape = {"connector.class": "FileStreamSource", "file": str(file), "topic": TOPIC, "tasks.max": "1"}
    with connect_standalone(tmp_path) as url:
        partition, logger = {"filename": str(file)}, "org.apache.kafka.connect.runtime.Worker"
        yield Side(url, "FileStreamSource", shape, "topic", partition, {"position": 4}, logger)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Side]:
    """`serve` that may change connectors, with one that is polled."""
    home = tmp_path / "home"
    home.mkdir()
    folder(home)
    shape = {**config(tasks_max="1"), "entity.names": "a"}
    with pytest.MonkeyPatch.context() as patch, webserver(home / "connectors") as dagster, open_in(home, patch) as instance:
        options = ("--allow-changes", "--webserver", dagster.url, "--requests-per-second", "0")
        with serve(home, *options) as running:
            beat(home, time.time() + 3_600)
            side = Side(running.url, "HttpSource", shape, "url", {"entity": "a"}, {"offset": 4}, "http_source.rest.worker")
            stand = Stand(instance, side.config(NAME), NOWHERE)
            made(side)
            stand.move("a", Position(8, sequence=1, mode=COUNTING["mode"]))
            with ticking(Served(home, instance, running.url), stand):
                yield side


def made(side: Side) -> None:
    """Make the connector that is asked about."""
    answered = side.session.post(f"{side.url}/connectors", json={"name": NAME, "config": side.config()}, timeout=_LONGEST_S)
    assert answered.status_code == 201, answered.text


def test_answers_differ_from_kafka_connects_where_the_page_says_so_and_nowhere_else(there: Side, here: Side) -> None:
    made(there)
    wait_for(lambda: there.session.get(f"{there.url}/connectors/{NAME}/offsets", timeout=_LONGEST_S).json()["offsets"], _LONGEST_S)
    wait_for(lambda: all(side.has_settled("RUNNING") for side in (there, here)), _LONGEST_S)
    seen = {found for case in CASES for found in asked(case, there, here)}
    assert [line(each) for each in sorted(seen - meant())] == []
    assert [line(each) for each in sorted(meant() - seen)] == [], "These are no differences any more."


def asked(case: Case, *sides: Side) -> list[Difference]:
    """In what the answers to a request differ."""
    if case.while_400:
        wait_for(lambda: all(case.answered(side).status_code != HTTPStatus.BAD_REQUEST for side in sides), _LONGEST_S)
    answers = [case.answered(side) for side in sides]
    if case.then:
        wait_for(lambda: all(side.has_settled(case.then) for side in sides), _LONGEST_S)
    return list(differences(case, *answers))


def meant() -> set[Difference]:
    """The rows of the page."""
    return {Difference(*(cell.strip() for cell in row.split("|")[1:4])) for row in rows()}


def rows() -> list[str]:
    """The lines of the page about single answers."""
    return [line for line in PAGE.partition(HEADING)[2].partition("\n## ")[0].splitlines() if line.startswith("| `")]


def line(found: Difference) -> str:
    """A row as the page has it, but for the reason."""
    return f"| {found.title} | {found.there} | {found.here} | ? |"


def test_each_difference_on_the_page_has_a_reason() -> None:
    assert rows()
    assert [row for row in rows() if len(row.split("|")[4].strip()) < 10] == []
