"""`http-source preview --pages N`: the other ways of paging that pages look like, against real local servers."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from http_source_tests.commands.walks import ALL, Query, Serve, items, paged
from http_source_tests.servers import Reply


def same(_: Query) -> object:
    return items(ALL[:10])


@pytest.mark.parametrize("changes", [{"http.initial.offset": "1"}, {}])
def test_an_empty_page_behind_a_parameter_that_counts_pages_is_one_of_a_page_number_api(
    walk: Callable[..., Any], changes: Mapping[str, str]
) -> None:
    few = lambda ask: items(ALL[:10] if int(ask("page")) < 2 else [])  # noqa: E731
    document = walk("SIMPLE_INCREMENTING", few, changes={"http.request.parameters": "page=${offset}", **changes})
    assert document["verdict"] == ("Page 2 is empty, and the parameter's name counts pages, so this looks like a page-number API: use "
                                   "http.offset.mode=PAGE_NUMBER.")


@pytest.mark.parametrize(
    ("answer", "begins"),
    [
        (same, "Page 2 brings records again, and the parameter's name counts pages"),
        (lambda ask: items([f"{ask('page')}-{each}" for each in range(10)]), "Between pages 1 and 2 the offset grew by 10, but the"),
    ],
)
def test_a_parameter_that_counts_pages_is_judged_by_what_comes(walk: Callable[..., Any], answer: Serve, begins: str) -> None:
    document = walk("SIMPLE_INCREMENTING", answer, changes={"http.request.parameters": "page=${offset}"})
    assert document["verdict"].startswith(begins)
    assert "looks like a page-number API: use http.offset.mode=PAGE_NUMBER." in document["verdict"]


@pytest.mark.parametrize(
    ("answer", "begins"),
    [
        (same, "Page 2 is page 1 again: the API ignores `${offset}`, or looks like a page-number API: use"),
        (lambda ask: items(ALL[max(int(ask("start")) - 1, 0) :][:10]), "Page 2 begins with the last record of page 1: if the API counts"),
        (lambda ask: items(ALL[int(ask("start")) // 2 :][:10]), "Page 2 does not begin where page 1 ended, and brings 5 records again: if"),
    ],
)
def test_counting_that_brings_records_again_is_judged_by_which_come(walk: Callable[..., Any], answer: Serve, begins: str) -> None:
    document = walk("SIMPLE_INCREMENTING", answer, pages=2)
    assert document["verdict"].startswith(begins)
    assert document["pages"][1]["produced_again"] == document["pages"][1]["again"] > 0


@pytest.mark.parametrize(
    ("answer", "initial", "begins"),
    [
        (lambda ask: items(ALL[int(ask("page")) :][:10]), "0", "Page 2 begins with the second record of page 1: this looks like an API"),
        (same, "1", "The answers for 1 and 2 begin with the same page: there is one page only, or the API ignores `${offset}`"),
        (
            lambda ask: paged(lambda name: ask(name) if ask(name) != "0" else "1"),
            "0",
            "The answers for 0 and 1 begin with the same page: the API counts from 1 (set http.initial.offset=1), there is one page",
        ),
    ],
)
def test_pages_that_are_none_are_told(walk: Callable[..., Any], answer: Serve, initial: str, begins: str) -> None:
    assert walk("PAGE_NUMBER", answer, changes={"http.initial.offset": initial})["verdict"].startswith(begins)


@pytest.mark.parametrize(
    ("answer", "begins", "ends"),
    [
        (same, "Page 2 brings 10 records again: if the API ignores `${offset}`, check the parameter's name; if",
         "set http.chaining.order=DESCENDING."),
        (lambda _: items(ALL[:10][::-1]), "Values at `http.offset.json.pointer` do not rise on page 1: if the API serves the newest",
         "if it can sort by that value, let it."),
    ],
)
def test_a_chain_that_comes_again_or_falls_is_told(walk: Callable[..., Any], answer: Serve, begins: str, ends: str) -> None:
    verdict = walk("CHAINING", answer)["verdict"]
    assert (verdict[: len(begins)], verdict[-len(ends) :]) == (begins, ends)


def test_a_chain_through_the_newest_first_before_an_id_is_led_on_by_the_first_record(walk: Callable[..., Any]) -> None:
    """As `ending_before` has it; ids are texts without an order."""
    newest = [{"id": f"c{record['id']}"} for record in reversed(ALL)]

    def before(ask: Query) -> object:
        end = newest.index({"id": ask("after")})
        return items(newest[max(end - 10, 0) : end])

    verdict = walk("CHAINING", before, changes={"http.initial.offset": "c1"})["verdict"]
    assert verdict.startswith("Page 2 brings 9 records again, and 1 for the first time. If the API serves the newest")
    assert "use http.offset.mode=CURSOR_PAGINATION with http.next.page.json.pointer=/items/0/id." in verdict


def test_an_order_that_is_set_is_not_proposed(walk: Callable[..., Any]) -> None:
    document = walk("CHAINING", same, changes={"http.chaining.order": "ASCENDING"})
    assert document["verdict"].endswith("check the parameter's name.")


@pytest.mark.parametrize(
    ("answer", "begins"),
    [
        (lambda ask: items(ALL[:10], next=f"{ask('token')}x"), "Page 2 brings records of pages before, and no other, again: check that"),
        (lambda ask: items([ask("token")], next="x"), "Page 2 brings its own token again: check that `${offset}` is where the API"),
        (lambda ask: items([ask("token")], next={"": "a", "a": "b", "b": "a"}[ask("token")]), "Page 3 leads back to page 2: check where"),
    ],
)
def test_a_cursor_that_comes_again_is_told(walk: Callable[..., Any], answer: Serve, begins: str) -> None:
    assert walk("CURSOR_PAGINATION", answer)["verdict"].startswith(begins)


def test_single_records_that_are_alike_say_nothing_of_a_cursor(walk: Callable[..., Any]) -> None:
    document = walk("CURSOR_PAGINATION", lambda ask: items([ask("token"), "alike"], next=f"{ask('token')}x"), pages=2)
    assert document["verdict"] == "2 pages, 4 records, 1 of them again."


def test_a_next_page_that_the_answer_names_is_proposed(walk: Callable[..., Any]) -> None:
    document = walk("SIMPLE_INCREMENTING", lambda _: {**items(ALL[:1]), "@odata.nextLink": "/more"}, pages=1)
    assert document["verdict"] == ("1 page, 1 record, each once. The answer of page 1 names what looks like a next page: consider "
                                   "http.offset.mode=CURSOR_PAGINATION with http.next.page.json.pointer=/@odata.nextLink.")


def test_a_next_page_in_the_header_is_proposed(walk: Callable[..., Any]) -> None:
    reply = Reply(json.dumps(items(ALL[:1])).encode(), headers={"Link": '</items?page=2>; rel="next"'})
    assert walk("CHAINING", lambda _: reply, pages=1)["verdict"].endswith("CURSOR_PAGINATION with http.next.page.header=Link.")


def test_a_cursor_whose_token_is_elsewhere_hears_where(walk: Callable[..., Any]) -> None:
    document = walk("CURSOR_PAGINATION", lambda _: items(ALL[:1], paging={"next_cursor": "c"}))
    assert document["verdict"].endswith("consider http.next.page.json.pointer=/paging/next_cursor.")
    document = walk("CURSOR_PAGINATION", lambda ask: items([ask("token")], next=f"{ask('token')}x", cursor="c"))
    assert document["verdict"] == "4 pages, 4 records, each once."


def test_an_answer_without_the_array_points_to_the_warnings(walk: Callable[..., Any]) -> None:
    document = walk("CHAINING", lambda _: {"rows": [1]})
    assert document["verdict"] == "1 page without records, which shows nothing of the paging; see the warnings."
    assert document["warnings"][0].startswith("`http.response.data.json.pointer` finds no 'items'")
