"""The page reader: from an answer to records and a position."""

import pytest

from http_source.errors import PageRefused
from http_source.model import Lasts, Position
from http_source.polling.offsets import initial_position
from http_source.polling.page import PageReader
from http_source_tests.polling.samples import answer, cursor, read, simple


@pytest.mark.parametrize("status", [204, 205])
def test_b16_an_answer_without_content_is_a_page_without_records(status: int) -> None:
    page = read(simple(), b"", Position(5), status)
    assert (page.records, page.progressed, page.warnings) == ((), False, ())


def test_b17_an_empty_answer_is_an_error_to_be_asked_again() -> None:
    with pytest.raises(PageRefused, match="empty") as refused:
        read(simple(), b"", Position(5))
    assert refused.value.retriable


def test_b18_null_as_the_whole_answer_is_a_page_without_records() -> None:
    before = Position(5)
    page = read(simple(""), None, before)
    assert (list(page.records), page.warnings) == ([], ())
    assert page.position is before


def test_b65_a_missing_data_pointer_is_a_warning_and_a_token_beside_it_is_followed() -> None:
    page = read(cursor(), {"total": 0, "next": "b"}, Position("a"))
    assert "the keys there are total, next" in page.warnings[0]
    assert (page.records, page.position.offset) == ((), "b")


def test_b191_b192_until_the_pointer_has_matched_no_position_is_stored_and_that_is_in_doubt() -> None:
    start = initial_position(cursor())
    walked = read(cursor(), {"results": [1], "next": "b"}, start)
    assert (walked.position.offset, walked.position.order) == ("b", start.order)
    (doubt,) = walked.doubts
    assert "the keys there are results, next" in doubt.sentence
    assert doubt.lasts is Lasts.UNTIL_AN_ANSWER
    matched = read(cursor(), {"items": [2], "next": "c"}, walked.position)
    assert (matched.position, matched.doubts) == (Position("c", sequence=1, mode="CURSOR_PAGINATION"), ())
    emptied = read(cursor(), {"next": "d"}, matched.position)
    assert (emptied.position.order, emptied.doubts) == ((0, 2), ())


def test_b15_what_an_answer_that_is_no_json_starts_with_is_redacted() -> None:
    reader = PageReader(simple(), redact=lambda text: text.replace("s3cret", "[hidden]"))
    with pytest.raises(PageRefused, match=r"It starts with \"<p>your key \[hidden\]"):
        reader.read(answer(b"<p>your key s3cret"), Position(0))


def test_without_a_redactor_nothing_of_the_answer_is_shown() -> None:
    with pytest.raises(PageRefused) as refused:
        PageReader(simple()).read(answer(b"<p>your key s3cret"), Position(0))
    assert str(refused.value).endswith("such as a login.")


def test_one_reader_serves_all_entities_since_it_remembers_nothing() -> None:
    reader = PageReader(cursor())
    pages = [reader.read(answer({"items": [1], "next": "b"}), Position("a")) for _ in range(2)]
    assert [bytes(page.records[0]) for page in pages] == [b"1", b"1"]
    assert pages[0].position == pages[1].position
