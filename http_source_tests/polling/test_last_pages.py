"""The last page of a cursor that changed elsewhere than at its end (`http.cursor.end=follow`)."""

from hashlib import blake2b

import pytest

from http_source.model import Position
from http_source.polling.modes.cursor_pagination import PAGE_REORDERED
from http_source.polling.modes.mode import PAGE_CHANGED
from http_source_tests.polling.samples import cursor, read, texts

START = Position("a", epoch=3, sequence=7)


@pytest.mark.parametrize(
    ("items", "fresh", "is_told"),
    [([0, 1, 2], ["0"], True), ([1, 7, 2], ["7"], True), ([1, 1, 2], ["1"], True), ([3, 2], ["3"], True),
     ([2], [], False), ([1, 9], ["9"], False), ([2, 3], ["3"], False)],
)
def test_of_a_last_page_that_changed_what_is_new_is_produced(items: list[int], fresh: list[str], *, is_told: bool) -> None:
    """What was put in before delivered records may as well have been put into the pages before: that is told."""
    first = read(cursor(), {"items": [1, 2]}, START)
    changed = read(cursor(), {"items": items}, first.position)
    assert (texts(changed), changed.doubts) == (fresh, (PAGE_REORDERED,) if is_told else ())


@pytest.mark.parametrize("items", [[0, 1, 2], [2], [1, 9]])
def test_a_large_last_page_that_changed_is_produced_whole_and_told(items: list[int]) -> None:
    """Of more than a thousand records no fingerprints are kept."""
    many = list(range(10, 1010))
    first = read(cursor(), {"items": [*many, 1, 2]}, START)
    changed = read(cursor(), {"items": [*many, *items]}, first.position)
    assert texts(changed) == [str(item) for item in [*many, *items]]
    assert changed.doubts == (PAGE_CHANGED,)
    assert texts(read(cursor(), {"items": [*many, *items, 5]}, changed.position)) == ["5"]


def test_a_position_of_the_version_before_knows_the_last_record_of_a_page() -> None:
    before = Position("a", sequence=3, delivered=2, digest=blake2b(b"2", digest_size=16).hexdigest())
    assert texts(read(cursor(), {"items": [1, 2, 3]}, before)) == ["3"]
