"""`http-source init --from URL`: one test for each kind of API, against real local servers."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from http_source.cli import main
from http_source.loading import load_config
from http_source_tests.commands.terminal import at_terminal
from http_source_tests.commands.walks import Query, Serve, serve
from http_source_tests.servers import Api, Reply

ALL = [{"id": number, "shop_id": 7, "updated_at": f"2024-01-{number:02}T00:00:00Z"} for number in range(1, 26)]
KEY = "c4n4ryc4n4ry"

Init = Callable[..., Any]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to write into; nobody is at a terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", StringIO())
    return tmp_path


@pytest.fixture
def init(folder: Path, capsys: pytest.CaptureFixture[str]) -> Init:
    """Surveys an API at `/v1/orders` with a query; the draft, and what is printed for machines."""

    def surveyed(answer: Serve, query: str = "", *options: str) -> tuple[dict[str, str], Any]:
        with serve(answer) as server:
            assert main(["init", "--from", f"{server.url}/v1/orders{query}", "--json", *options]) == 0
            assert_modest(server)
        return json.loads((folder / "orders.json").read_text()), json.loads(capsys.readouterr().out)

    return surveyed


def assert_modest(server: Api) -> None:
    assert len(server.asked) <= 6
    assert {asked.method for asked in server.asked} == {"GET"}


def assert_fits(document: Any, verdict: str) -> None:
    assert (document["walk"]["verdict"], "error" in document["walk"], document["walk"]["warnings"]) == (verdict, False, [])


def picked(draft: Mapping[str, str], *names: str) -> Sequence[str | None]:
    return [draft.get(f"http.{name}") for name in names]


def page(number: str, size: int = 10) -> Sequence[Any]:
    start = size * int(number or 1) - size
    return ALL[start : start + size]


def following(number: str, last: int = 3) -> int | None:
    return int(number or 1) + 1 if int(number or 1) < last else None


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
    assert document["not_known"][0].startswith("The newest records come first, so of more than fit into a page the older ones are passed")


def test_an_id_is_chained_by_a_filter_on_it(init: Init) -> None:
    draft, _ = init(lambda ask: [each for each in ALL if int(str(each["id"])) > int(ask("id[gt]"))][:10], "?id[gt]=0")
    assert picked(draft, "offset.mode", "request.parameters", "offset.json.pointer") == ["CHAINING", "id[gt]=${offset}", "/id"]


def test_a_filter_on_what_no_record_has_is_no_sign(init: Init) -> None:
    assert init(lambda _: ALL[:10], "?price_gt=10")[0]["http.offset.mode"] == "SIMPLE_INCREMENTING"


# What the answer names


@pytest.mark.parametrize("place", ["", "http"])
def test_the_url_of_the_next_page_is_its_own_request(folder: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    home = [""]

    def answer(ask: Query) -> object:
        following_page = following(ask("page"))
        return {"count": 25, "results": page(ask("page")), "next": following_page and f"{home[0]}/v1/orders?page={following_page}"}

    with serve(answer) as server:
        home[0] = server.url if place else ""
        assert main(["init", "--from", f"{server.url}/v1/orders?limit=10", "--json"]) == 0
        draft = json.loads((folder / "orders.json").read_text())
        assert (draft["url"], draft["http.initial.offset"]) == ("${offset}", f"{server.url}/v1/orders?limit=10")
        assert_modest(server)
    assert picked(draft, "offset.mode", "next.page.json.pointer", "request.parameters") == ["CURSOR_PAGINATION", "/next", None]
    assert_fits(json.loads(capsys.readouterr().out), "3 pages, 25 records, each once.")


def tokens(taken: str, named: str) -> Serve:
    def answer(ask: Query) -> object:
        start = int(ask(taken).strip("t") or 0)
        return {"items": ALL[start : start + 10], named: f"t{start + 10}" if start < 20 else None}

    return answer


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
    assert document["requests"][-1]["shows"] == f"Other records came. So `{taken}` takes the token."
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
    assert document["requests"][1]["shows"].startswith("No page came. The server answered 404 Not Found.")
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


# Without a sign, and without an answer


def test_an_api_without_any_sign_gets_the_draft_of_today_and_the_verdict_on_it(init: Init) -> None:
    draft, document = init(lambda _: {"orders": ALL[:10]})
    assert picked(draft, "offset.mode", "request.parameters", "initial.offset", "response.data.json.pointer") == [
        "SIMPLE_INCREMENTING", "start=${offset}&limit=100", "0", "/orders",
    ]
    assert document["proposed"]["because"] == "Nothing in the answer, and no parameter of the URL, shows how this API pages."
    assert document["walk"]["verdict"].startswith("Page 2 is page 1 again: the API does not look at `${offset}`")


def test_a_page_that_is_not_full_is_told(init: Init) -> None:
    _, document = init(lambda _: {"orders": ALL[:3]}, "?limit=50")
    (sentence,) = document["not_known"]
    assert sentence.startswith("The page is not full, so it may be the last one, which names no next page: ask with a smaller page size")


@pytest.mark.parametrize("mode", ["CHAINING", "CURSOR_PAGINATION", "PAGE_NUMBER"])
def test_a_mode_without_signs_gets_its_own_sample(init: Init, mode: str) -> None:
    draft, _ = init(lambda _: ALL[:10], "", "--mode", mode)
    assert draft["http.offset.mode"] == mode
    assert "${offset}" in draft["http.request.parameters"]


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(b'{"message": "no"}', 401), "The server answered 401 Unauthorized. Check `auth.type` and its credentials"),
        (Reply(b"<html>Sign in</html>"), "The answer is not JSON: "),
        (Reply(b""), "The answer is empty, where JSON was expected."),
        (Reply(b"", 204, {}), "The server answered 204, without a body. Ask with a URL that has records."),
        (Reply(b"{}\n}\n"), "The answer is not JSON: "),
        (Reply(b"{}\n}\n", headers={"Content-Type": "application/jsonl"}), "Line 2 of the answer is not one JSON document"),
    ],
)
def test_an_answer_without_a_page_ends_it_with_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], reply: Reply, told: str
) -> None:
    with serve(lambda _: reply) as server:
        assert main(["init", "--from", f"{server.url}/v1/orders"]) == 1
        assert len(server.asked) == 1
    assert capsys.readouterr().err.startswith(told)
    assert list(folder.iterdir()) == []


def test_an_api_that_is_not_there_ends_it_with_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(lambda _: []) as server:
        url = server.url
    assert main(["init", "--from", f"{url}/v1/orders", "--json"]) == 1
    assert "error" in json.loads(capsys.readouterr().out)
    assert list(folder.iterdir()) == []


def test_a_walk_that_fails_is_told_with_the_draft(init: Init) -> None:
    _, document = init(lambda ask: {"data": ALL[:10], "next": "https://elsewhere.test/x"} if not ask("x") else {})
    assert document["walk"]["error"].startswith("Page 2 failed: A next-page URL or redirect leads from ")
    assert document["walk"]["verdict"] == "1 page, 10 records, each once."


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--url", "https://api.example.com"], "not allowed with argument"),
        (["--set", "http.request.parameters=a=1"], "--from takes the whole address with its parameters"),
        (["--set", "http.request.method=POST"], "--from sends GET only"),
        (["--set", "http.offset.mode=CHAIN"], "There is no http.offset.mode=CHAIN. Did you mean CHAINING?"),
        (["--set", "auth.type=basic"], "give --set connection.user=, --set connection.password="),
    ],
)
def test_what_cannot_be_asked_is_wrong_usage(capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    with serve(lambda _: []) as server:
        try:
            code = main(["init", "--from", f"{server.url}/v1/orders", *arguments])
        except SystemExit as end:
            code = int(str(end.code))
        assert (code, server.asked) == (2, [])
    assert told in capsys.readouterr().err


def test_an_address_with_variables_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--from", "https://api.example.com/${entityName}"]) == 2
    assert "without variables" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "code", "told"),
    [
        ("ftp://api.example.com/x", 1, "Expected an address that starts with http:// or https://"),
        (f"https://me:{KEY}@api.example.com/x", 1, "An address holds no user and password"),
        ("https://api.example.com/x#part", 1, "The part after # is never sent"),
        ("http://[::1/x", 2, "give --name"),
        ("", 2, "give --name"),
        ("orders", 1, "Expected an address that starts with http:// or https://"),
    ],
)
def test_an_address_that_cannot_be_asked_is_refused(capsys: pytest.CaptureFixture[str], url: str, code: int, told: str) -> None:
    assert main(["init", "--from", url]) == code
    shown = "".join(capsys.readouterr())
    assert told in shown
    assert KEY not in shown


def test_a_file_that_is_there_is_seen_before_anything_is_asked(folder: Path) -> None:
    (folder / "orders.json").write_text("mine")
    with serve(lambda _: []) as server:
        assert main(["init", "--from", f"{server.url}/v1/orders"]) == 1
        assert server.asked == []
    assert (folder / "orders.json").read_text() == "mine"


# Keys, and what is shown


def keyed(ask: Query) -> object:
    if ask("api_key") != KEY:
        return Reply(b"{}", 401)
    return {"data": page(ask("page")), "next": following(ask("page")) and f"/v1/orders?page={following(ask('page'))}&api_key={KEY}"}


def test_a_key_in_the_url_is_neither_written_nor_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(keyed) as server:
        assert main(["init", "--from", f"{server.url}/v1/orders?api_key={KEY}&sort=id"]) == 0
        assert f"{server.url}/v1/orders?sort=id" == json.loads((folder / "orders.json").read_text())["http.initial.offset"]
    shown = capsys.readouterr()
    assert KEY not in shown.out + shown.err + (folder / "orders.json").read_text()
    assert "\n3 pages, 25 records, each once.\n" in shown.out
    assert "so the file has ${env:ORDERS_API_KEY}: set ORDERS_API_KEY to its value" in shown.out
    loaded = load_config(folder / "orders.json", environment={"ORDERS_API_KEY": KEY})
    assert (loaded.config.request.parameters, loaded.warnings) == (f"api_key={KEY}", ())


def test_a_key_under_the_name_of_a_token_stays_the_key(init: Init) -> None:
    def answer(ask: Query) -> object:
        return tokens("nextToken", "nextToken")(ask) if ask("token") == KEY else Reply(b"{}", 401)

    draft, _ = init(answer, f"?token={KEY}")
    assert draft["http.request.parameters"] == "token=${env:ORDERS_TOKEN}&nextToken=${offset}"


def test_credentials_that_are_set_go_with_each_request(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(lambda ask: {"data": ALL[int(ask("offset") or 0) :][:10]}) as server:
        secrets = ["--set", "auth.type=BEARER", "--set", f"bearer.token={KEY}"]
        assert main(["init", "--from", f"{server.url}/v1/orders?offset=0", *secrets]) == 0
        assert {asked.headers["Authorization"] for asked in server.asked} == {f"Bearer {KEY}"}
    assert KEY not in "".join(capsys.readouterr())
    assert (folder / "orders.json").stat().st_mode & 0o777 == 0o600


def test_a_person_reads_what_was_asked_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    with serve(tokens("cursor", "next_cursor")) as server:
        assert main(["init", "--from", f"{server.url}/v1/orders?limit=10", "--output", "-"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["http.offset.mode"] == "CURSOR_PAGINATION"
    asked = [line for line in shown.err.splitlines() if line.startswith("GET ")]
    queries = ["limit=10", "limit=10&cursor=t10", "limit=10", "limit=10&cursor=t10", "limit=10&cursor=t20"]
    assert asked == [f"GET {server.url}/v1/orders?{query}" for query in queries]
    assert [line for line in shown.err.splitlines()[:8] if not line.startswith(("GET ", "  200"))] == [
        "The answer has 10 records at /items, with id, shop_id, updated_at.",
        "`/next_cursor` looks like a token of a next page.",
        "By its name the parameter `limit` says how many records a page holds.",
        "  Other records came. So `cursor` takes the token.",
    ]
    assert "Proposed: http.offset.mode=CURSOR_PAGINATION. `/next_cursor` of the answer holds a token of the next page.\n" in shown.err


def test_a_person_is_asked_only_for_what_is_missing(folder: Path) -> None:
    with serve(lambda ask: ALL[int(ask("offset")) :][:10]) as server:
        with at_terminal("--from", f"{server.url}/v1/orders?offset=0", "--set", "auth.type=basic") as person:
            person.answer("connection.user", "me\n")
            assert server.asked == []
            person.answer("connection.password", f"{KEY}\n")
            out, err = person.process.communicate()
        assert {asked.headers["Authorization"][:6] for asked in server.asked} == {"Basic "}
    assert person.process.returncode == 0
    assert KEY.encode() not in out + err + person.seen
    assert json.loads((folder / "orders.json").read_text())["connection.user"] == "me"
