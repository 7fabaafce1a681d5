"""The page reader: from an answer to records and a position."""

from dataclasses import replace

import pytest

from http_source.config.properties import CursorEnd, OffsetOptions
from http_source.errors import PageRefused
from http_source.model import Lasts, Position
from http_source.polling.page import PageReader
from http_source.polling.standing import initial_position
from http_source_tests.polling.samples import answer, chaining, cursor, read, simple, texts


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


SEEN = read(cursor(), {"items": [1], "total": 1, "next": "b"}, Position("a")).position
"""Of an API that has a total and a next page beside its array."""


def test_b65_an_answer_without_the_array_and_with_no_key_that_was_not_beside_it_is_an_empty_page() -> None:
    """Also in a run that was started since."""
    page = read(cursor(), {"total": 0}, Position.from_json(SEEN.to_json()))
    assert (page.records, page.told) == ((), ())


@pytest.mark.parametrize("body", [{"total": 0, "message": "try later"}, [], "maintenance", 7])
def test_b65_an_answer_without_the_array_and_with_other_keys_is_told_until_one_has_it_again(body: object) -> None:
    for page in (read(cursor(), body, SEEN), read(cursor(), {"total": 0}, read(cursor(), body, SEEN).position)):
        (doubt,) = page.doubts
        assert "other keys beside it" in doubt.sentence
        assert (page.records, doubt.lasts) == ((), Lasts.UNTIL_AN_ANSWER)
    again = read(cursor(), {"items": [2], "next": "c"}, page.position)
    assert again.told == ()
    assert read(cursor(), {"next": "d"}, again.position).told == ()


def test_an_empty_array_is_a_match_of_the_pointer() -> None:
    empty = read(cursor(), {"items": [], "next": "b"}, initial_position(cursor()))
    assert not empty.position.unmatched
    assert read(cursor(), {"next": "c"}, empty.position).told == ()


def test_what_is_kept_of_the_keys_of_a_large_object_is_bounded() -> None:
    large = {str(number): 1 for number in range(10_000)} | {"items": [1]}
    assert len(read(cursor(), large, Position("a")).position.beside) == 32 * 8


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


def refused(settings: OffsetOptions, body: object) -> PageRefused:
    """How a page is refused that is asked for again."""
    with pytest.raises(PageRefused) as refusal:
        PageReader(settings, redact=lambda text: text.replace("s3cret", "[hidden]")).read(answer(body), Position(0))
    assert refusal.value.retriable
    return refusal.value


WITH_ERRORS = replace(simple(), error_pointer="/error")
NO_ERROR: list[object] = [None, False, 0, "", [], {}]


@pytest.mark.parametrize("value", NO_ERROR)
def test_b191_nothing_false_zero_and_what_is_empty_are_no_error(value: object) -> None:
    assert texts(read(WITH_ERRORS, {"error": value, "items": [1]}, Position(0))) == ["1"]
    assert texts(read(WITH_ERRORS, {"items": [1]}, Position(0))) == ["1"]


@pytest.mark.parametrize("zero", ["0", "-0", "0.00", "0e7", "-0.0E+3"])
def test_b191_zero_is_no_error_however_it_is_written(zero: str) -> None:
    assert texts(read(WITH_ERRORS, f'{{"error": {zero}, "items": [1]}}'.encode(), Position(0))) == ["1"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Quota exceeded", '"Quota exceeded"'),
        (True, '"true"'),
        (1, '"1"'),
        (0.1, '"0.1"'),
        ("0", '"0"'),
        ("false", '"false"'),
        ([{"message": "no such field é"}], '"[{"message": "no such field é"}]"'),
    ],
)
def test_b191_anything_else_fails_the_page_with_its_text(value: object, shown: str) -> None:
    for beside in ({"items": [1]}, {"items": None}, {"items": 7}, {}):
        failure = refused(WITH_ERRORS, {"ok": False, "error": value, **beside})
        assert str(failure) == f"The answer has an error at `http.response.error.json.pointer`: {shown}."


def test_b191_an_error_is_shown_on_one_line_without_secrets_and_cut() -> None:
    shown = str(refused(WITH_ERRORS, {"error": "a\nb \x1b[31m s3cret " + "x" * 1000, "items": []}))
    assert r'"a\nb \x1b[31m [hidden] xx' in shown
    assert len(shown) < 300
    assert "s3cret" not in str(refused(WITH_ERRORS, rb'{"error": {"key": "s\u0033cret"}}'))


def test_b191_an_error_that_python_cannot_read_is_shown_as_it_was_served() -> None:
    assert f'"{"9" * 200}"' in str(refused(WITH_ERRORS, b'{"error": ' + b"9" * 5000 + b"}"))


def test_b191_where_the_answer_is_an_array_there_is_no_error() -> None:
    settings = replace(WITH_ERRORS, data_pointer="")
    assert texts(read(settings, [1, 2], Position(0))) == ["1", "2"]
    assert "Quota" in str(refused(settings, {"error": "Quota"}))


@pytest.mark.parametrize("pointer", ["/items/error", "/items", "/items/0/error"])
def test_b191_an_error_may_stand_where_the_records_are(pointer: str) -> None:
    settings = replace(simple(), error_pointer=pointer)
    assert texts(read(settings, {"items": []}, Position(0))) == []
    assert str(refused(settings, {"items": [{"error": 1}]} if pointer != "/items/error" else {"items": {"error": 1}}))


def test_b191_a_token_beside_an_error_is_not_followed() -> None:
    assert "Quota" in str(refused(replace(cursor(), error_pointer="/error"), {"error": "Quota", "items": [], "next": "b"}))


def test_b191_without_a_redactor_nothing_of_the_error_is_shown() -> None:
    with pytest.raises(PageRefused, match=r"pointer`\.$"):
        PageReader(WITH_ERRORS).read(answer({"error": "s3cret"}), Position(0))


def test_b191_a_missing_array_is_a_failure_where_it_is_required_and_the_keys_are_named() -> None:
    settings = replace(simple(), data_required=True)
    failure = str(refused(settings, {"ok": False, "message": "s3cret"}))
    assert "finds no 'items' in the whole answer, so there are no records; the keys there are ok, message." in failure
    assert "`http.response.data.required`" in failure


@pytest.mark.parametrize("items", [None, []])
def test_b191_an_array_that_is_required_may_be_empty_or_null(items: object) -> None:
    assert texts(read(replace(simple(), data_required=True), {"items": items}, Position(0))) == []


def test_b191_an_answer_without_content_lacks_nothing() -> None:
    settings = replace(simple(), data_required=True, error_pointer="")
    assert read(settings, b"", Position(5), 204).warnings == ()


@pytest.mark.parametrize("settings", [WITH_ERRORS, chaining(), replace(cursor(), data_required=True)])
@pytest.mark.parametrize("body", [b"", b"<p>not found", b'{"items": [1], "error": 1, "next": "b"}'])
def test_b200_an_answer_whose_status_stands_for_no_records_is_not_looked_into(settings: OffsetOptions, body: bytes) -> None:
    page = read(settings, body, Position(5), 404)
    assert (page.records, page.progressed, page.warnings, page.position) == ((), False, (), Position(5))


def test_without_a_redactor_nothing_of_the_answer_is_shown() -> None:
    with pytest.raises(PageRefused) as refused:
        PageReader(simple()).read(answer(b"<p>your key s3cret"), Position(0))
    assert str(refused.value).endswith("by the API's own parameter.")


def test_one_reader_serves_all_entities_since_it_remembers_nothing() -> None:
    reader = PageReader(cursor())
    pages = [reader.read(answer({"items": [1], "next": "b"}), Position("a")) for _ in range(2)]
    assert [bytes(page.records[0]) for page in pages] == [b"1", b"1"]
    assert pages[0].position == pages[1].position


def test_b192_an_entity_is_not_done_before_its_pointer_has_matched() -> None:
    page = read(cursor(CursorEnd.STOP), {"results": [1]}, initial_position(cursor(CursorEnd.STOP)))
    assert not page.position.done


def test_an_answer_without_the_array_leaves_what_was_delivered_of_the_last_page_known() -> None:
    first = read(cursor(), {"items": [1, 2]}, Position("a"))
    away = read(cursor(), {"message": "maintenance"}, first.position)
    assert texts(read(cursor(), {"items": [1, 2, 3]}, away.position)) == ["3"]
