"""`http_source/undecided`: the records in which something other than null reads as null, each once, however it was read."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from http_source.assembly.conversions import build_conversion
from http_source.assembly.loading import load_config
from http_source.assembly.redaction import redactor
from http_source.conversion.conversion import Conversion
from http_source.model import Page, Position
from http_source_tests.conversion.chains import CHAINS
from http_source_tests.conversion.kept import Kept
from http_source_tests.tasks import FAST


def conversion(properties: Mapping[str, object] | None = None, registry: Kept | None = None) -> Conversion:
    config = load_config({**FAST, "url": "http://api.test/", "output.data.format": "AVRO", **(properties or {})}).config
    convert = build_conversion(config, (registry or Kept()).opener(), redactor(config), lambda: 0)
    assert convert is not None
    return convert


def converted(convert: Conversion, *records: Any) -> Page:
    return convert("orders", Page([msgspec.Raw(msgspec.json.encode(each)) for each in records], Position(0), progressed=True))


def undecided(convert: Conversion, *records: Any) -> int:
    return converted(convert, *records).undecided


@pytest.mark.parametrize(
    ("records", "count"),
    [
        ([{"id": 1, "gap": None}, {"id": 2}], 0),
        ([{"id": 1, "gap": []}, {"id": 2, "gap": {}, "more": [None]}], 2),
        ([{"id": 1, "gap": []}, {"id": 2, "new": 1}, {"id": 3, "gap": []}], 2),
        ([{"id": 1, "gap": []}, {"id": 2, "gap": ["x"]}, {"id": 3, "gap": []}], 1),
    ],
)
def test_b210_a_record_counts_once_whether_it_is_read_at_once_or_closely(records: list[Any], count: int) -> None:
    """Closely, one by one; and behind records that have shown the gap."""
    first, second = conversion(), conversion()
    assert undecided(first, *records) == count
    undecided(second, {"id": 0}, {"id": 0, "gap": None, "more": None})
    assert undecided(second, *records) == count


def test_b210_what_a_refused_record_lost_does_not_count() -> None:
    convert = conversion({"errors.tolerance": "all"})
    undecided(convert, {"id": 0, "gap": None})
    assert undecided(convert, {"id": "x", "gap": []}, {"id": 1, "gap": []}) == 1


def test_b210_what_is_empty_in_a_key_counts_alike_in_every_page() -> None:
    """It does not count: the value has it as well."""
    convert = conversion({"record.key.json.pointer": "/k", "key.converter": "org.apache.kafka.connect.json.JsonConverter"})
    record = {"id": 1, "k": {"x": 1, "gap": []}}
    assert [undecided(convert, record), undecided(convert, record), undecided(convert, record, record)] == [1, 1, 2]


def test_names_that_are_data_are_not_kept_in_mind_without_end() -> None:
    convert = conversion()
    undecided(convert, {"id": 1})
    many = [{"id": 1, f"k{number}": []} for number in range(1_500)]
    assert [undecided(convert, *many), undecided(convert, *many[:10])] == [1_500, 10]


@pytest.mark.parametrize("name", ["none", "named", "insert"])
def test_b210_the_place_is_named_once_however_its_record_was_read(name: str) -> None:
    """A new process may find a schema that holds all of the record but the place, so that nothing but its emptiness needs a look."""
    registry = Kept()
    undecided(conversion(CHAINS[name], registry), {"id": 0})
    convert = conversion(CHAINS[name], registry)
    told = [page.warnings for page in (converted(convert, {"id": 1}), *(converted(convert, {"id": 2, "gap": []}) for _ in range(2)))]
    assert [len(each) for each in told] == [0, 1, 0]
    assert "/gap" in told[1][0]
