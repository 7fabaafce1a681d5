"""The law of one outcome: what becomes of a record does not depend on its page, its neighbors behind it, or the process."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from http_source_tests.conversion.chains import CHAINS
from http_source_tests.conversion.kept import Kept
from http_source_tests.conversion.law import Cut, outcome, texts
from http_source_tests.conversion.streams import CUTS, REGISTERED, SETTINGS, STREAMS, TOLERANT
from http_source_tests.examples import examples

EXAMPLES = examples(40)


def registered(text: str) -> Kept:
    """A registry that has nothing, or what a person registered."""
    return Kept(orders_value=text) if text else Kept()


@pytest.mark.parametrize("format_", ["AVRO", "JSON_SR", "PROTOBUF"])
@pytest.mark.parametrize("tolerance", [TOLERANT, {}], ids=["tolerant", "strict"])
def test_b206_b207_b210_b250_b251_b254_a_stream_ends_the_same_however_it_is_cut(format_: str, tolerance: dict[str, Any]) -> None:
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(STREAMS, CUTS, st.sampled_from(sorted(CHAINS)), SETTINGS, st.sampled_from(["", "", *REGISTERED[format_]]))
    def law(records: list[Any], cut: Cut, chain: str, more: dict[str, str], text: str) -> None:
        served, properties = texts(records), {**CHAINS[chain], **tolerance, **more}
        each_alone = Cut(tuple(range(len(served))), frozenset(range(len(served) + 1)))
        cuts = (Cut(), cut, each_alone)
        whole, parts, one_by_one = (outcome(served, properties, each, format_, registered(text)) for each in cuts)
        if tolerance:
            assert parts == whole
            assert one_by_one == whole
        else:
            assert parts.refused == whole.refused == one_by_one.refused
            assert one_by_one.records[: len(parts.records)] == parts.records
            assert parts.records[: len(whole.records)] == whole.records

    law()
