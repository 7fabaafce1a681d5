"""Over streams that change, in any pages and with restarts: no more versions than changes, and every record readable by the last one."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from http_source_tests.conversion.churn import CLOSED, Churn, says_the_same
from http_source_tests.conversion.readers import alone, avro
from http_source_tests.conversion.rig import conversion, made, payloads, registrations, versions
from http_source_tests.judges import unread_avro
from http_source_tests.registry import Stand, registry

RECORDS = 400


def polled(stand: Stand, churn: Churn, restarts: int, properties: dict[str, object]) -> list[tuple[dict[str, Any], bytes]]:
    """Each record and its bytes, with so many restarts on the way."""
    found: list[tuple[dict[str, Any], bytes]] = []
    for _ in range(restarts + 1):
        records = churn.records(RECORDS // (restarts + 1))
        with conversion(stand, properties) as convert:
            for page in churn.pages(records):
                found += zip(page, payloads(made(convert, *page)), strict=True)
    return found


@given(st.integers(0, 2**32), st.integers(0, 8))
@settings(max_examples=15)
def test_b109_b110_b118_avro_versions_are_no_more_than_changes_and_the_last_one_reads_every_record(seed: int, restarts: int) -> None:
    churn = Churn(seed, every=30)
    with registry() as stand:
        found = polled(stand, churn, restarts, {})
        texts = versions(stand)
        assert len(texts) == len(registrations(stand)) <= churn.changes
        for record, value in found:
            assert says_the_same(avro(value[5:], texts[int.from_bytes(value[1:5], "big") - 1], reader=texts[-1]), record)


@pytest.mark.parametrize("format_", ["JSON_SR", "PROTOBUF"])
@pytest.mark.parametrize("seed", range(2))
def test_b109_b118_versions_are_no_more_than_changes_and_the_last_one_reads_every_record(format_: str, seed: int) -> None:
    # A double is no wider integer in Protobuf: see test_b106_….
    churn = Churn(seed, every=30, widening=format_ == "JSON_SR")
    with registry() as stand:
        found = polled(stand, churn, 4, {"output.data.format": format_, **(CLOSED if format_ == "JSON_SR" else {})})
        texts = versions(stand)
        assert len(texts) == len(registrations(stand)) <= churn.changes
        assert all(says_the_same(alone(format_, value, [], texts[-1]), record) for record, value in found)


def test_each_version_reads_all_that_were_before_as_apaches_avro_judges() -> None:
    with registry() as stand:
        polled(stand, Churn(1, every=20), 4, {})
        texts = versions(stand)
    assert len(texts) > 3
    assert list(unread_avro(texts)) == []
