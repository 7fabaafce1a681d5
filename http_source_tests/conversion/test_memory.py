"""How much of the memory a page takes while it is converted: a page is limited in bytes, and so is what becomes of it."""

import json
import tracemalloc
from typing import Any

import pytest

from http_source.conversion.conversion import Conversion
from http_source_tests.conversion.rig import FORMATS, TOPIC, conversion, made, served
from http_source_tests.registry import registry

RECORDS = 6_000
BESIDE = 2_000_000
"""A thousand records as Python's objects, and what else a conversion makes."""


def order(number: int) -> dict[str, Any]:
    return {"id": number, "@placed": "2026-01-01T00:00:00Z", "note": None, "items": [{"sku": f"SKU-{n}", "price": n / 8} for n in range(6)]}


def most_while_converting(convert: Conversion) -> tuple[int, int]:
    """Bytes of a page of so many records as it is served, and the most that was taken beside it while it was converted."""
    page = served(*map(order, range(RECORDS)))
    tracemalloc.start()
    try:
        convert(TOPIC, page)
        return sum(len(json.dumps(order(number))) for number in range(RECORDS)), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("format_", FORMATS)
def test_the_first_large_page_of_a_run_takes_no_more_than_twice_its_size_where_its_schema_is_known(format_: str) -> None:
    properties = {"output.data.format": format_, "value.converter.scrub.invalid.names": "true"}
    with registry() as stand:
        with conversion(stand, properties) as before:
            made(before, order(1))
        with conversion(stand, properties) as convert:
            size, most = most_while_converting(convert)
    assert most < 2 * size + BESIDE


@pytest.mark.parametrize("format_", FORMATS)
def test_a_large_page_from_which_a_schema_grows_takes_no_more_than_three_times_its_size(format_: str) -> None:
    """All of it waits until the grown schema is known."""
    with registry() as stand, conversion(stand, {"output.data.format": format_, "value.converter.scrub.invalid.names": "true"}) as convert:
        size, most = most_while_converting(convert)
    assert most < 3 * size + BESIDE
