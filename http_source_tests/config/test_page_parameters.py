"""A parameter that counts pages, in a mode that counts records."""

import pytest

from http_source_tests.config.samples import findings, load, warnings

POST: dict[str, object] = {"http.request.method": "POST", "http.request.parameters": None}
FORM = "Content-Type: application/x-www-form-urlencoded"
NAMES = [
    "page", "Page", "p", "pg", "pageNumber", "page_no", "pageIndex", "page-num", "page[number]", "page%5Bnumber%5D", "$page", "currentPage",
]


@pytest.mark.parametrize("name", NAMES)
def test_b190_a_page_in_a_mode_that_counts_records_is_a_warning(name: str) -> None:
    assert warnings({"http.request.parameters": f"limit=5&{name}=${{offset}}"}) == ["http.request.parameters"]
    assert warnings({"http.request.parameters": None, "url": f"https://example.com/?{name}=${{offset}}"}) == ["url"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [('{"page": ${offset}}', None), ('{"size": 5, "paging": {"pageNo" : "${offset}"}}', None), ("size=5&page=${offset}", FORM)],
)
def test_b190_a_page_in_a_body_is_one_as_well(body: str, headers: str | None) -> None:
    assert warnings({**POST, "http.request.body": body, "http.request.headers": headers}) == ["http.request.body"]


def test_b190_a_member_that_only_a_text_holds_is_none() -> None:
    body = {**POST, "http.request.body": '{"after": "${offset}", "query": "\\"page\\": ${offset}", "p": 1}'}
    assert load(body).warnings == ()


@pytest.mark.parametrize("body", ['"' + '\\"' * 200_000 + "${offset}", '"' * 200_001 + "${offset}", '"a"' * 100_000 + " " * 100_000])
def test_a_long_body_that_is_no_json_is_judged_in_one_pass(body: str) -> None:
    """Anything slower would not end within the time that the whole suite may take."""
    assert "http.request.body" in warnings({**POST, "http.request.body": body})


def test_b190_the_warning_names_the_mode_that_counts_pages() -> None:
    (warning,) = load({"http.request.parameters": "page=${offset}"}).warnings
    assert warning.message == (
        "By its name page counts pages, but http.offset.mode=SIMPLE_INCREMENTING counts records, so pages would be skipped; use "
        "http.offset.mode=PAGE_NUMBER."
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"http.request.parameters": "page=1&start=${offset}"},
        {"http.request.parameters": "start=${offset}&page_size=5"},
        {"http.request.parameters": "page[offset]=${offset}"},
        {"http.request.parameters": "pageToken=${offset}"},
        {"http.request.parameters": "page=$${offset}&start=${offset}"},
        {"http.offset.mode": "CURSOR_PAGINATION", "http.next.page.json.pointer": "/next", "http.request.parameters": "page=${offset}"},
        {"http.offset.mode": "CHAINING", "http.offset.json.pointer": "/id", "http.request.parameters": "p=${offset}"},
    ],
)
def test_b190_anything_else_is_no_page(changes: dict[str, object]) -> None:
    assert findings(changes) == ()
