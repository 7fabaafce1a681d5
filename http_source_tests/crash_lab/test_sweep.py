"""Wherever and whenever a run is killed: what Kafka holds in the end is what was promised (P1 to P4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from http_source_tests.crash_lab.api import MODES, Mode
from http_source_tests.crash_lab.rehearsal import GUARANTEES
from http_source_tests.crash_lab.trials import Outcome, kill_all_at_random, sweep
from http_source_tests.real_servers.broker_tasks import Kafka, running_kafka

pytestmark = [pytest.mark.servers, pytest.mark.long]

KILLS = 100


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with running_kafka(tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka


def faulty(outcomes: list[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.faults]


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("guarantee", GUARANTEES)
def test_a_kill_at_any_point_breaks_no_guarantee(kafka: Kafka, tmp_path: Path, mode: Mode, guarantee: str) -> None:
    assert faulty(sweep(kafka, tmp_path, mode, guarantee)) == []


@pytest.mark.parametrize("guarantee", GUARANTEES)
def test_kills_at_random_break_no_guarantee(kafka: Kafka, tmp_path: Path, guarantee: str) -> None:
    assert faulty(kill_all_at_random(kafka, tmp_path, MODES, guarantee, KILLS)) == []
