"""The examples of docs/formats.md are what a reader gets."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from http_source_tests.conversion.law import Cut, outcome

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"


def examples() -> list[tuple[list[bytes], list[Any]]]:
    """Records served and read, from each row whose first two cells are nothing but records."""
    rows = (line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith('| `{"'))
    return [([each.encode() for each in _records(served)], [json.loads(each) for each in _records(read)]) for served, read, _ in rows]


def _records(cell: str) -> list[str]:
    return re.findall(r"`(\{.*?\})`", cell)


def test_the_page_has_its_examples() -> None:
    assert len(examples()) >= 8


@pytest.mark.parametrize(("served", "read"), examples(), ids=lambda each: str(each[0]))
def test_what_the_page_shows_is_read_from_the_topic(served: list[bytes], read: list[Any]) -> None:
    for cut in (Cut(), Cut(tuple(range(len(served))), frozenset(range(9)))):
        assert [value for _, _, value, _ in outcome(served, {}, cut).records] == read
