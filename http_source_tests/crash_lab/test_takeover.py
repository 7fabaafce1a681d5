"""Who was taken for dead writes nothing that counts any more, and of two at work one counts (B127, B128, P3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGCONT, SIGSTOP

import pytest

from http_source_tests.crash.topic import Verdict
from http_source_tests.crash_lab.api import MODES, SIZE
from http_source_tests.crash_lab.life import FAILED
from http_source_tests.crash_lab.points import AFTER_COMMIT, AFTER_FLUSH, BEFORE_CHECKPOINT, BEFORE_COMMIT, IN_MID_PAGE, Point
from http_source_tests.crash_lab.rehearsal import AT_LEAST_ONCE, EXACTLY_ONCE, Rehearsal, instance_in, rehearsing
from http_source_tests.real_servers.broker_tasks import Kafka, running_kafka
from http_source_tests.waiting import until

pytestmark = [pytest.mark.servers, pytest.mark.long]

_, CHAINING, _, CURSOR = MODES[:4]
FIRST, ALL = 6 * SIZE, 12 * SIZE
TOOK_OVER = "took over, so this run ended; what it had not committed does not count."


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with running_kafka(tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka


@contextmanager
def taken_over(kafka: Kafka, folder: Path, guarantee: str, point: Point) -> Iterator[tuple[Rehearsal, int]]:
    """A run stood still at the point until its successor had delivered everything; it went on, and ended with this exit code."""
    with rehearsing(kafka, folder, CHAINING, guarantee, FIRST) as rehearsal:
        still = rehearsal.start(rehearsal.kill_at(point, SIGSTOP))
        until(still.is_stopped)
        rehearsal.api.available = ALL
        assert rehearsal.join(rehearsal.start(disowns=True)) == 0
        still.signal(SIGCONT)
        yield rehearsal, rehearsal.join(still)


@pytest.mark.parametrize("point", [IN_MID_PAGE, BEFORE_COMMIT, AFTER_COMMIT], ids=str)
def test_b127_a_run_that_stood_still_in_a_transaction_says_who_took_over_and_writes_nothing_that_counts(
    kafka: Kafka, tmp_path: Path, point: Point
) -> None:
    with taken_over(kafka, tmp_path, EXACTLY_ONCE, point) as (rehearsal, status):
        assert status == FAILED
        assert TOOK_OVER in rehearsal.journal("said")[1]["said"]
        rehearsal.finish()
        assert rehearsal.verdict() == Verdict(0, (), ())


@pytest.mark.parametrize(("guarantee", "point"), [
    (AT_LEAST_ONCE, IN_MID_PAGE), (AT_LEAST_ONCE, AFTER_FLUSH), (AT_LEAST_ONCE, BEFORE_CHECKPOINT), (EXACTLY_ONCE, BEFORE_CHECKPOINT),
], ids=str)
def test_b127_a_run_that_stood_still_moves_no_entity_back(kafka: Kafka, tmp_path: Path, guarantee: str, point: Point) -> None:
    """What it had in hand comes again at least once, but its checkpoints, older than the successor's, are not where the next run begins."""
    with taken_over(kafka, tmp_path, guarantee, point) as (rehearsal, _):
        asked = len(rehearsal.api.served)
        rehearsal.finish()
        assert {each.first for each in rehearsal.api.served[asked:]} == {ALL}
        assert rehearsal.verdict().lost == 0
        assert rehearsal.verdict().skipped == ()


def test_b128_of_two_deployments_at_work_one_goes_on_and_each_record_counts_once(kafka: Kafka, tmp_path: Path) -> None:
    """Neither knows of the other's runs: Kafka alone tells them apart."""
    with rehearsing(kafka, tmp_path, CURSOR, EXACTLY_ONCE, 40 * SIZE) as rehearsal:
        rehearsal.api.pause = 0.03
        forks = [rehearsal.start(), rehearsal.start(folder=instance_in(tmp_path / "elsewhere"))]
        assert sorted(rehearsal.join(fork) for fork in forks) == [0, FAILED]
        rehearsal.finish()
        assert rehearsal.faults(rehearsal.verdict()) == ()
