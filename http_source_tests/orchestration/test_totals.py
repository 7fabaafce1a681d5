"""What a run says with its lease of what it has counted."""

import json
from collections.abc import Mapping
from dataclasses import fields
from uuid import uuid4

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.orchestration.ledger.heartbeat import Heartbeat
from http_source.orchestration.ledger.lease import Lease, LeasePhase
from http_source.orchestration.ledger.names import TOTALS_TAG
from http_source.orchestration.ledger.runs import live_run
from http_source.orchestration.patience import StoragePatience
from http_source.orchestration.totals import OTHER_CODES, Counts, Totals, last_totals, read_totals
from http_source_tests.hosts.waiting import soon
from http_source_tests.orchestration.stand import Stand

LONGEST_INDEXED = 2_600
"""PostgreSQL takes values of 2,704 bytes into an index, with what it needs itself."""

HUGE = 2**53
numbers = st.integers(0, HUGE)
counts = st.builds(
    Counts, **{each.name: numbers for each in fields(Counts) if each.name != "codes"},
    codes=st.dictionaries(st.integers(100, 599).map(str), numbers.filter(bool), max_size=40),
)


@given(counts, counts)
def test_together_nothing_is_lost(first: Counts, second: Counts) -> None:
    both = first.plus(second)
    assert both.polled == first.polled + second.polled
    assert sum(both.codes.values()) == sum(first.codes.values()) + sum(second.codes.values())
    assert len(both.codes) <= 21


def test_a_tag_fits_into_postgresql_s_index_whatever_is_counted() -> None:
    many = Counts(**{each.name: HUGE for each in fields(Counts) if each.name != "codes"},
                  codes={str(code): HUGE for code in range(100, 600)}).plus(Counts())
    totals = Totals(counts=many, at=2e9, answered_at=2e9, recorded_at=2e9, erred_at=2e9, active=HUGE, late=1e9, kafka_away=1e9, left=HUGE,
                    spent=1e9, statistics={f"statistic_{number}": 123_456_789.123 for number in range(14)})
    assert many.codes[OTHER_CODES] == 480 * HUGE
    assert len(f"{uuid4()} {totals.to_json()}") < LONGEST_INDEXED


def told(stand: Stand, text: str, *, owner: str = "") -> dg.DagsterRun:
    """A run with that tag."""
    run = stand.live(stand.wanted())
    stand.instance.add_run_tags(run.run_id, {TOTALS_TAG: f"{owner or run.run_id} {text}"})
    return run


def said(stand: Stand, run: dg.DagsterRun) -> Totals | None:
    found = live_run(stand.instance, run.run_id)
    return read_totals(found) if found else None


class Held:
    """Notes whether it is held."""

    def __init__(self) -> None:
        self.held = 0

    def hold(self) -> None:
        self.held += 1

    def go_on(self) -> None:
        """Nothing is asked here."""


def test_what_cannot_be_counted_costs_the_numbers_alone(idle: Stand, caplog: pytest.LogCaptureFixture) -> None:
    asked: list[int] = []

    def uncountable() -> Mapping[str, str]:
        asked.append(1)
        raise ZeroDivisionError("no number")

    run, held = idle.live(idle.wanted(), phase=""), Held()
    heartbeat = Heartbeat(idle.instance, run.run_id, connector=idle.name, mark="mark", sensor="", troubles=StoragePatience())
    heartbeat.begin()
    heartbeat.guard(held, uncountable)
    heartbeat.enter(LeasePhase.POLLING)
    before = lease_of(idle, run)
    assert soon(lambda: lease_of(idle, run).beat > before.beat, 10)
    heartbeat.end()
    assert (len(asked) > 1, held.held, lease_of(idle, run).phase) == (True, 0, LeasePhase.RELEASED)
    (said,) = [each.getMessage() for each in caplog.records if each.name.startswith("http_source")]
    assert said.startswith("The counts of this run cannot be reported, so its metrics stand still; polling continues: ")
    assert "ZeroDivisionError: no number" in said


def lease_of(stand: Stand, run: dg.DagsterRun) -> Lease:
    found = live_run(stand.instance, run.run_id)
    assert found is not None
    assert found.lease is not None
    return found.lease


def test_what_is_written_is_read(idle: Stand) -> None:
    totals = Totals(counts=Counts(written=3, codes={"200": 2}), at=5.5, left=0, statistics={"poll_mean": 0.25})
    assert said(idle, told(idle, totals.to_json())) == totals


@pytest.mark.parametrize("text", ["", "{", "[]", '{"counts": {"written": "many"}}', "1" * 5_000])
def test_what_no_version_wrote_says_nothing(idle: Stand, text: str) -> None:
    assert said(idle, told(idle, text)) is None


def test_a_later_version_may_say_more(idle: Stand) -> None:
    found = said(idle, told(idle, json.dumps({"counts": {"written": 2, "sung": 5}, "mood": "good"})))
    assert found == Totals(counts=Counts(written=2))


def test_a_run_that_was_copied_from_another_has_not_counted_yet(idle: Stand) -> None:
    assert said(idle, told(idle, '{"counts":{"written":2}}', owner=str(uuid4()))) is None


def test_a_run_that_has_said_nothing_yet_hides_no_one_that_has(idle: Stand) -> None:
    request = idle.wanted()
    told(idle, '{"counts":{"written":2}}')
    idle.live(request, phase="")
    found = last_totals(idle.instance, f"{idle.name}/0")
    assert found is not None
    assert found.counts.written == 2
