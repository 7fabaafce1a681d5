"""`http-source init --from URL`: what comes without a sign or an answer, and what is asked, shown and hidden."""

import json
from pathlib import Path

import pytest

from http_source.assembly.loading import load_config
from http_source.cli import main
from http_source_tests.commands.surveys import ALL, KEY, Init, following, page, picked, tokens
from http_source_tests.commands.terminal import at_terminal
from http_source_tests.commands.walks import Query, serve
from http_source_tests.servers import Reply

pytestmark = pytest.mark.usefixtures("away")


# Without a sign, and without an answer


def test_an_api_without_any_sign_gets_the_draft_of_today_and_the_verdict_on_it(init: Init) -> None:
    draft, document = init(lambda _: {"orders": ALL[:10]})
    assert picked(draft, "offset.mode", "request.parameters", "initial.offset", "response.data.json.pointer") == [
        "SIMPLE_INCREMENTING", "start=${offset}&limit=100", "0", "/orders",
    ]
    assert document["proposed"]["because"] == "Nothing in the answer, and no parameter of the URL, shows how this API pages."
    assert document["walk"]["verdict"].startswith("Page 2 is page 1 again: the API ignores `${offset}`")


def test_a_page_that_is_not_full_is_told(init: Init) -> None:
    _, document = init(lambda _: {"orders": ALL[:3]}, "?limit=50")
    (sentence,) = document["not_known"]
    assert sentence.startswith("The page is not full: it is the last one, which names no next page, or the API gives fewer records than")


def test_a_parameter_without_what_it_would_take_is_told(init: Init) -> None:
    _, document = init(lambda _: ALL[:10], "?cursor=abc&price_gt=10")
    assert document["not_known"] == [
        "No field of the records seems to fit `price_gt`. If one does, add --mode CHAINING and --set http.offset.json.pointer=.",
        "Nothing in the answer looks like the token that `cursor` takes: this may be the last page.",
    ]
    draft, _ = init(lambda _: ALL[:10], "?price_gt=10", "--mode", "CHAINING", "--set", "http.offset.json.pointer=/id", "--force")
    assert picked(draft, "request.parameters", "initial.offset", "offset.json.pointer") == ["price_gt=${offset}&limit=100", "10", "/id"]


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
        (Reply(b"", 204, {}), "The server answered 204, without a body. Use a URL that has records."),
        (Reply(b"{}\n}\n"), "The answer is not JSON: "),
        (Reply(b"{}\n}\n", headers={"Content-Type": "application/jsonl"}), "Line 2 of the answer is not one JSON document"),
    ],
)
def test_an_answer_without_a_page_ends_it_with_a_sentence(
    away: Path, capsys: pytest.CaptureFixture[str], reply: Reply, told: str
) -> None:
    with serve(lambda _: reply) as server:
        assert main(["init", "--from", f"{server.url}/v1/orders"]) == 1
        assert len(server.asked) == 1
    assert capsys.readouterr().err.startswith(told)
    assert list(away.iterdir()) == []


def test_an_api_that_is_not_there_ends_it_with_a_sentence(away: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(lambda _: []) as server:
        url = server.url
    assert main(["init", "--from", f"{url}/v1/orders", "--json"]) == 1
    assert "error" in json.loads(capsys.readouterr().out)
    assert list(away.iterdir()) == []


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
        (["--set", "http.offset.mode=CHAIN"], "http.offset.mode=CHAIN is unknown. Did you mean CHAINING?"),
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


def test_a_file_that_is_there_is_seen_before_anything_is_asked(away: Path) -> None:
    (away / "orders.json").write_text("mine")
    with serve(lambda _: []) as server:
        assert main(["init", "--from", f"{server.url}/v1/orders"]) == 1
        assert server.asked == []
    assert (away / "orders.json").read_text() == "mine"


# Keys, and what is shown


def keyed(ask: Query) -> object:
    if ask("api_key") != KEY:
        return Reply(b"{}", 401)
    return {"data": page(ask("page")), "next": following(ask("page")) and f"/v1/orders?page={following(ask('page'))}&api_key={KEY}"}


def test_a_key_in_the_url_is_neither_written_nor_shown(away: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(keyed) as server:
        assert main(["init", "--from", f"{server.url}/v1/orders?api_key={KEY}&sort=id"]) == 0
        assert f"{server.url}/v1/orders?sort=id" == json.loads((away / "orders.json").read_text())["http.initial.offset"]
    shown = capsys.readouterr()
    assert KEY not in shown.out + shown.err + (away / "orders.json").read_text()
    assert "\n3 pages, 25 records, each once.\n" in shown.out
    assert "so the file has ${env:ORDERS_API_KEY}: set ORDERS_API_KEY to its value" in shown.out
    loaded = load_config(away / "orders.json", environment={"ORDERS_API_KEY": KEY})
    assert (loaded.config.request.parameters, loaded.warnings) == (f"api_key={KEY}", ())


def test_a_key_under_the_name_of_a_token_stays_the_key(init: Init) -> None:
    def answer(ask: Query) -> object:
        return tokens("nextToken", "nextToken")(ask) if ask("token") == KEY else Reply(b"{}", 401)

    draft, _ = init(answer, f"?token={KEY}")
    assert draft["http.request.parameters"] == "token=${env:ORDERS_TOKEN}&nextToken=${offset}"


def test_credentials_that_are_set_go_with_each_request(away: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(lambda ask: {"data": ALL[int(ask("offset") or 0) :][:10]}) as server:
        secrets = ["--set", "auth.type=BEARER", "--set", f"bearer.token={KEY}"]
        assert main(["init", "--from", f"{server.url}/v1/orders?offset=0", *secrets]) == 0
        assert {asked.headers["Authorization"] for asked in server.asked} == {f"Bearer {KEY}"}
    assert KEY not in "".join(capsys.readouterr())
    assert (away / "orders.json").stat().st_mode & 0o777 == 0o600


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
        "  Other records were returned. So `cursor` takes the token.",
    ]
    assert "Proposed: http.offset.mode=CURSOR_PAGINATION. `/next_cursor` of the answer holds a token of the next page.\n" in shown.err


def test_a_person_is_asked_only_for_what_is_missing(away: Path) -> None:
    with serve(lambda ask: ALL[int(ask("offset")) :][:10]) as server:
        with at_terminal("--from", f"{server.url}/v1/orders?offset=0", "--set", "auth.type=basic") as person:
            person.answer("connection.user", "me\n")
            assert server.asked == []
            person.answer("connection.password", f"{KEY}\n")
            out, err = person.process.communicate()
        assert {asked.headers["Authorization"][:6] for asked in server.asked} == {"Basic "}
    assert person.process.returncode == 0
    assert KEY.encode() not in out + err + person.seen
    assert json.loads((away / "orders.json").read_text())["connection.user"] == "me"
