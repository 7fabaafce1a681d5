"""`http-source init --from URL`: one test for each kind of API, against real local servers."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from http_source.cli import main
from http_source_tests.commands.surveys import ALL, Init, assert_fits, assert_modest, following, page, picked, tokens
from http_source_tests.commands.walks import Query, serve
from http_source_tests.servers import Reply

pytestmark = pytest.mark.usefixtures("away")


# What the URL says


def test_page_numbers_are_told_by_the_parameter_and_its_size(init: Init) -> None:
    draft, document = init(lambda ask: {"data": page(ask("page"))}, "?page=1&per_page=10&sort=id")
    assert picked(draft, "offset.mode", "request.parameters", "initial.offset", "page.size", "response.data.json.pointer") == [
        "PAGE_NUMBER", "page=${offset}&per_page=10&sort=id", "1", "10", "/data",
    ]
    assert_fits(document, "3 pages, 25 records, each once.")


def test_a_count_of_records_is_told_by_the_parameter(init: Init) -> None:
    draft, document = init(lambda ask: ALL[int(ask("offset")) :][:10], "?offset=0&limit=10")
    assert picked(draft, "offset.mode", "request.parameters", "initial.offset", "response.data.json.pointer") == [
        "SIMPLE_INCREMENTING", "offset=${offset}&limit=10", "0", "",
    ]
    assert_fits(document, "3 pages, 25 records, each once.")


def since(ask: Query) -> list[Any]:
    return [each for each in ALL if str(each["updated_at"]) >= ask("updated_since")]


def test_values_that_rise_are_chained(init: Init) -> None:
    draft, document = init(lambda ask: {"results": since(ask)[:10]}, "?updated_since=2024-01-01T00:00:00Z&limit=10")
    assert picked(draft, "offset.mode", "request.parameters", "initial.offset", "offset.json.pointer", "chaining.order", "page.size") == [
        "CHAINING", "updated_since=${offset}&limit=10", "2024-01-01T00:00:00Z", "/updated_at", None, "10",
    ]
    assert_fits(document, "3 pages, 25 records, each once; values rise.")


def test_values_that_fall_are_chained_in_descending_order_and_what_that_costs_is_told(init: Init) -> None:
    draft, document = init(lambda ask: since(ask)[::-1][:10], "?updated_since=2024-01-01T00:00:00Z")
    assert picked(draft, "offset.mode", "offset.json.pointer", "chaining.order") == ["CHAINING", "/updated_at", "DESCENDING"]
    assert document["not_known"][0].startswith("The newest records come first, so if there are more than fit into a page, the older "
                                               "ones are skipped")


def test_an_id_is_chained_by_a_filter_on_it(init: Init) -> None:
    draft, _ = init(lambda ask: [each for each in ALL if int(str(each["id"])) > int(ask("id[gt]"))][:10], "?id[gt]=0")
    assert picked(draft, "offset.mode", "request.parameters", "offset.json.pointer") == ["CHAINING", "id[gt]=${offset}", "/id"]


def test_a_filter_on_what_no_record_has_is_no_sign(init: Init) -> None:
    assert init(lambda _: ALL[:10], "?price_gt=10")[0]["http.offset.mode"] == "SIMPLE_INCREMENTING"


@pytest.mark.parametrize("within", ["", "&page=1"])
def test_two_times_are_the_borders_of_windows(init: Init, within: str) -> None:
    def between(ask: Query) -> object:
        found = [each for each in ALL if ask("from") <= str(each["updated_at"]) < ask("to")]
        return {"results": found[int(ask("page") or 1) * 10 - 10 :][:10] if within else found}

    draft, document = init(between, f"?from=2024-01-01T00:00:00Z&to=2024-01-08T00:00:00Z{within}")
    paged = ["PAGE_NUMBER", "&page=${offset}"] if within else [None, ""]
    assert picked(draft, "offset.mode", "window.offset.mode", "request.parameters", "window.start", "window.length.ms") == [
        "TIME_WINDOW", paged[0], f"from=${{windowStart}}&to=${{windowEnd}}{paged[1]}", "2024-01-01T00:00:00Z", "604800000",
    ]
    assert document["walk"]["verdict"].startswith("3 pages, ")
    assert any("http.window.lag.ms" in sentence for sentence in document["not_known"])


# What the answer names


@pytest.mark.parametrize("place", ["", "http"])
def test_the_url_of_the_next_page_is_its_own_request(away: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    home = [""]

    def answer(ask: Query) -> object:
        following_page = following(ask("page"))
        return {"count": 25, "results": page(ask("page")), "next": following_page and f"{home[0]}/v1/orders?page={following_page}"}

    with serve(answer) as server:
        home[0] = server.url if place else ""
        assert main(["init", "--from", f"{server.url}/v1/orders?limit=10", "--json"]) == 0
        draft = json.loads((away / "orders.json").read_text())
        assert (draft["url"], draft["http.initial.offset"]) == ("${offset}", f"{server.url}/v1/orders?limit=10")
        assert_modest(server)
    assert picked(draft, "offset.mode", "next.page.json.pointer", "request.parameters") == ["CURSOR_PAGINATION", "/next", None]
    assert_fits(json.loads(capsys.readouterr().out), "3 pages, 25 records, each once.")


@pytest.mark.parametrize(
    ("taken", "named", "tries"),
    [("pageToken", "nextPageToken", 1), ("nextPageToken", "nextPageToken", 2), ("cursor", "next_cursor", 1), ("nextToken", "nextToken", 1),
     ("cursor", "cursor", 1)],
)
def test_a_token_is_proven_by_the_parameter_that_brings_other_records(init: Init, taken: str, named: str, tries: int) -> None:
    draft, document = init(tokens(taken, named), "?limit=10")
    assert picked(draft, "request.parameters", "next.page.json.pointer", "empty.offset.omit", "response.data.json.pointer") == [
        f"limit=10&{taken}=${{offset}}", f"/{named}", "true", "/items",
    ]
    assert len(document["requests"]) == 1 + tries
    assert document["requests"][-1]["shows"] == f"Other records were returned. So `{taken}` takes the token."
    assert_fits(document, "3 pages, 25 records, each once.")


def test_a_parameter_that_is_there_takes_the_token(init: Init) -> None:
    draft, document = init(tokens("page[cursor]", "next"), "?page[cursor]=t0")
    assert picked(draft, "request.parameters", "initial.offset") == ["page[cursor]=${offset}", "t0"]
    assert_fits(document, "3 pages, 25 records, each once.")


def test_a_token_that_no_parameter_takes_is_proposed_with_what_is_not_known(init: Init) -> None:
    draft, document = init(tokens("secretName", "next_cursor"))
    assert picked(draft, "offset.mode", "request.parameters") == ["CURSOR_PAGINATION", "cursor=${offset}"]
    assert document["not_known"][0].startswith("No parameter was seen to take the token, `cursor` or `next_cursor` neither")
    assert document["walk"]["verdict"].startswith("Page 2 brings records of pages before")


def test_a_token_that_no_parameter_takes_comes_behind_a_parameter_that_counts(init: Init) -> None:
    draft, document = init(lambda ask: {"items": page(ask("page")), "cursor": "here"}, "?page=1&per_page=10")
    assert draft["http.offset.mode"] == "PAGE_NUMBER"
    assert [each["mode"] for each in document["considered"]] == ["CURSOR_PAGINATION"]


def linked(ask: Query) -> Reply:
    number = following(ask("page"))
    headers = {"Link": f'</v1/orders?page={number}&per_page=10>; rel="next", </v1/orders?page=3>; rel="last"'} if number else {}
    return Reply(json.dumps(page(ask("page"))).encode(), headers=headers)


@pytest.mark.parametrize("query", ["?per_page=10", "?page=1&per_page=10"])
def test_a_link_in_the_header_is_followed_without_a_template(init: Init, query: str) -> None:
    draft, document = init(linked, query)
    assert picked(draft, "offset.mode", "next.page.header", "request.parameters") == ["CURSOR_PAGINATION", "Link", query[1:]]
    assert "${offset}" not in draft["url"]
    assert_fits(document, "3 pages, 25 records, each once.")


def test_a_mode_that_is_given_wins_over_better_signs(init: Init) -> None:
    draft, document = init(linked, "?page=1&per_page=10", "--mode", "PAGE_NUMBER")
    assert picked(draft, "offset.mode", "next.page.header", "page.size") == ["PAGE_NUMBER", None, "10"]
    assert [each["mode"] for each in document["considered"]] == ["CURSOR_PAGINATION"]


def test_a_token_in_a_header_is_taken_from_there(init: Init) -> None:
    def answer(ask: Query) -> Reply:
        number = following(ask("page"))
        return Reply(json.dumps(page(ask("page"))).encode(), headers={"X-Next-Page": str(number or "")})

    draft, document = init(answer)
    assert picked(draft, "next.page.header", "request.parameters", "empty.offset.omit") == ["X-Next-Page", "page=${offset}", "true"]
    assert_fits(document, "3 pages, 25 records, each once.")


def test_an_odata_service_is_followed_to_its_changes(init: Init) -> None:
    def answer(ask: Query) -> object:
        number = following(ask("$skiptoken"))
        leads = {"@odata.nextLink": f"/v1/orders?$skiptoken={number}"} if number else {"@odata.deltaLink": "/v1/orders?$deltatoken=1"}
        return {"@odata.context": "/$metadata", "value": [] if ask("$deltatoken") else page(ask("$skiptoken")), **leads}

    draft, document = init(answer)
    assert picked(draft, "next.page.json.pointer", "response.data.json.pointer") == ["/@odata.nextLink,/@odata.deltaLink", "/value"]
    assert_fits(document, "3 pages, 25 records, each once.")


def test_a_relative_url_that_leads_nowhere_comes_behind_a_parameter_that_counts(init: Init) -> None:
    def answer(ask: Query) -> object:
        if not ask("start"):
            return Reply(b"{}", 404)
        return {"results": ALL[int(ask("start")) :][:10], "_links": {"next": "/without/its/context"}}

    draft, document = init(answer, "?start=0&limit=10")
    assert draft["http.offset.mode"] == "SIMPLE_INCREMENTING"
    assert document["requests"][1]["shows"].startswith("No page was received. The server answered 404 Not Found.")
    assert document["requests"][1]["shows"].endswith("So the URL was not seen to lead to the next page.")


def test_a_relative_url_without_another_way_is_proposed_with_what_is_not_known(init: Init) -> None:
    draft, document = init(lambda _: {"data": ALL[:10], "next": "?page=2"})
    assert draft["url"] == "${offset}"
    assert document["not_known"][0].startswith("The URL of the next page was not seen to lead to other records")


def test_newest_first_is_told_of_a_walk_that_rests_at_its_end(init: Init) -> None:
    _, document = init(lambda ask: {"data": ALL[::-1][10 * bool(ask("page")) :][:10], "next": "/v1/orders?page=2"})
    assert document["not_known"][0].startswith("By `/updated_at` the newest records come first, and a walk that rests at its last page")


# Where the records are


@pytest.mark.parametrize(
    ("answer", "pointer"),
    [
        ({"meta": {"tags": ["a"] * 50}, "data": ALL[:3], "included": ALL}, "/data"),
        ({"hits": {"total": 3, "hits": ALL[:3]}}, "/hits/hits"),
        ({"prefixes": ["a"], "orders": ALL[:3], "refunds": ALL}, "/orders"),
        ({"things": ALL[:3], "words": ["a"] * 9}, "/things"),
        ({"facets": [{"a": 1}], "items": []}, "/items"),
        ({"a/b": {"items": ALL[:3]}}, "/a~1b/items"),
        ({"id": 1, "name": "one"}, ""),
    ],
)
def test_the_records_are_the_array_that_looks_most_like_them(init: Init, answer: object, pointer: str) -> None:
    assert init(lambda _: answer)[0]["http.response.data.json.pointer"] == pointer


def test_a_pointer_that_is_given_is_kept(init: Init) -> None:
    draft, document = init(lambda _: {"data": ALL, "included": ALL[:2]}, "", "--set", "http.response.data.json.pointer=/included")
    assert draft["http.response.data.json.pointer"] == "/included"
    assert document["seen"][0] == "The answer has 2 records at /included, with id, shop_id, updated_at."


@pytest.mark.parametrize("headers", [{"Content-Type": "application/x-ndjson; charset=utf-8"}, {}])
def test_lines_are_records(init: Init, headers: Mapping[str, str]) -> None:
    def answer(ask: Query) -> Reply:
        return Reply(b"\n".join(json.dumps(each).encode() for each in ALL[int(ask("offset")) :][:10]), headers=headers)

    draft, document = init(answer, "?offset=0")
    assert picked(draft, "response.format", "response.data.json.pointer", "offset.mode") == ["NDJSON", None, "SIMPLE_INCREMENTING"]
    assert document["seen"][0] == "The answer has 10 records, each on a line (NDJSON), with id, shop_id, updated_at."
    assert_fits(document, "3 pages, 25 records, each once.")
