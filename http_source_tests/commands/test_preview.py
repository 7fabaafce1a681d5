"""The command `http-source preview`, against real local servers."""

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from http_source.cli import main
from http_source_tests.servers import Asked, Reply, api, raw

SPACES = {
    "name": "spaces",
    "http.request.parameters": "start=${offset}&limit=100",
    "http.initial.offset": "0",
    "http.response.data.json.pointer": "/results",
    "topic.name.pattern": "wiki.spaces",
    "output.data.format": "JSON",
    "max.retries": "10",
}
SECRETS = {
    "connection.password": 'pass "canary" 1',
    "http.request.sensitive.headers": "X-Token: sensitive-canary-2",
    "http.request.headers": "X-Plain: plain-canary-3",
    "http.request.parameters": "start=${offset}&api_key=query-canary-4&k=x7-canary-5",
    "http.request.body": '{"from": "${offset}", "apiKey": "body-canary-6"}',
}
IN_THE_URL = "url-canary/7"


def write(folder: Path, url: str, **changes: object) -> str:
    properties = {**SPACES, "url": url, **{name.replace("_", "."): value for name, value in changes.items()}}
    file = folder / "spaces.json"
    file.write_text(json.dumps({name: value for name, value in properties.items() if value is not None}), encoding="utf-8")
    return str(file)


def previewed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """The exit code, and what is printed for machines."""
    code = main(["preview", "--json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def results(count: int) -> bytes:
    return json.dumps({"results": [{"id": number} for number in range(count)]}).encode()


def test_one_request_shows_its_page_and_where_to_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with api(lambda _: results(5)) as server:
        assert main(["preview", write(tmp_path, f"{server.url}/wiki")]) == 0
        request, _, page = capsys.readouterr().out.partition("\n200 OK in ")
        assert request.startswith(f"GET {server.url}/wiki?start=0&limit=100\n  User-Agent: http-source\n")
        assert page.splitlines()[1:] == [
            "5 records for topic wiki.spaces, the first 3:",
            '  {"id": 0}',
            '  {"id": 1}',
            '  {"id": 2}',
            "next offset: 5, in 15 s",
            'position: {"offset": 5, "sequence": 1, "mode": "SIMPLE_INCREMENTING"}',
        ]
        assert len(server.asked) == 1


def test_nothing_but_the_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with api(lambda _: results(1)) as server:
        assert main(["preview", write(tmp_path, server.url)]) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["spaces.json"]


def test_all_of_it_is_there_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with api(lambda _: results(5)) as server:
        code, document = previewed(capsys, write(tmp_path, server.url))
    assert (code, document["connector"], document["entity"], document["topic"]) == (0, "spaces", "default", "wiki.spaces")
    assert (document["request"]["method"], document["request"]["body"]) == ("GET", None)
    assert (document["response"]["status"], document["response"]["bytes"]) == (200, len(results(5)))
    assert document["page"] == {
        "records": 5,
        "first": ['{"id": 0}', '{"id": 1}', '{"id": 2}'],
        "position": {"offset": 5, "sequence": 1, "mode": "SIMPLE_INCREMENTING"},
        "next_in_seconds": 15.0,
    }


def test_a_body_is_shown_as_it_is_sent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    post: dict[str, object] = {"http.request.method": "POST", "http.request.parameters": None, "http.request.body": '{"from": ${offset}}'}
    with api(lambda _: results(1)) as server:
        code, document = previewed(capsys, "--offset", "7", write(tmp_path, server.url, **post))
        assert (code, document["request"]["body"].encode()) == (0, server.asked[0].body)
    assert document["request"]["headers"]["Content-Length"] == str(len('{"from": 7}'))


def test_another_entity_can_be_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entities: dict[str, object] = {"entity.names": "a, b", "topic.name.pattern": "t.${entityName}"}
    with api(lambda _: results(1)) as server:
        file = write(tmp_path, server.url + "/${entityName}", **entities)
        assert [previewed(capsys, file, *more)[1]["topic"] for more in ([], ["--entity", "b"])] == ["t.a", "t.b"]
        assert [asked.target.partition("?")[0] for asked in server.asked] == ["/a", "/b"]


@pytest.mark.parametrize("arguments", [["--entity", "defualt"], ["--offset", "x"]])
def test_an_entity_or_offset_that_cannot_be_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with api(lambda _: results(1)) as server:
        assert main(["preview", write(tmp_path, server.url), *arguments]) == 2
        assert server.asked == []
    assert arguments[0].strip("-") in capsys.readouterr().err


def test_records_are_cut_and_stand_on_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = json.dumps({"text": "ü" * 1000, "big": 123456789012345678901234567890}, indent=2, ensure_ascii=False)
    with api(lambda _: f'{{"results": [{record}]}}'.encode()) as server:
        _, document = previewed(capsys, write(tmp_path, server.url))
    (first,) = document["page"]["first"]
    assert first.startswith('{ "text": "üüü')
    assert (len(first), first[-1]) == (201, "…")


def test_the_next_page_of_a_cursor_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cursor: dict[str, object] = {
        "http.offset.mode": "CURSOR_PAGINATION",
        "http.initial.offset": None,
        "http.request.parameters": "pageToken=${offset}",
        "http.next.page.json.pointer": "/next",
    }
    with api(lambda _: b'{"results": [1], "next": "t0k3n-2"}') as server:
        _, document = previewed(capsys, write(tmp_path, server.url, **cursor), "--offset", "t0k3n-1")
    assert document["request"]["url"] == f"{server.url}?pageToken=t0k3n-1"
    assert document["page"]["position"]["offset"] == "t0k3n-2"


def test_a_page_without_records_says_why_and_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with api(lambda _: b'{"items": []}') as server:
        assert main(["preview", write(tmp_path, server.url)]) == 0
    shown = capsys.readouterr()
    assert "0 records for topic wiki.spaces\nnext offset: the same, in 15 s\n" in shown.out
    assert shown.err.startswith("warning: `http.response.data.json.pointer` finds no 'results'")


def test_a_redirect_is_followed_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(results(1)) if asked.target.startswith("/new") else Reply(status=302, headers={"Location": "/new?key=secret"})

    with api(answer) as server:
        _, document = previewed(capsys, write(tmp_path, server.url))
        assert document["response"]["redirected_to"] == f"{server.url}/new"
        assert document["request"]["url"] == f"{server.url}?start=0&limit=100"
        main(["preview", write(tmp_path, server.url)])
        lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("GET ")]
        assert lines == [f"GET {server.url}?start=0&limit=100", f"GET {server.url}/new"]


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (Reply(b"no such thing", 404), "The server answered 404 Not Found."),
        (Reply(b"soon", 503), "The server answered 503 Service Unavailable."),
        (Reply(b"<html>"), "The answer is not JSON: "),
        (Reply(status=302, headers={"Location": "https://elsewhere.example/"}), "https://elsewhere.example:443"),
    ],
)
def test_a_failure_is_a_sentence_after_one_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], reply: Reply, sentence: str
) -> None:
    with api(lambda _: reply) as server:
        assert main(["preview", write(tmp_path, server.url)]) == 1
        assert len(server.asked) == 1
    shown = capsys.readouterr()
    assert sentence in shown.err
    assert shown.out.startswith(f"GET {server.url}?start=0&limit=100\n")


def test_a_failure_is_an_error_for_machines_with_all_that_is_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with api(lambda _: Reply(b"no", 403)) as server:
        code, document = previewed(capsys, write(tmp_path, server.url))
    assert (code, document["response"]["status"], document["request"]["method"]) == (1, 403, "GET")
    assert document["error"].startswith("The server answered 403 Forbidden.")
    assert "page" not in document


def test_a_server_that_hangs_up_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with raw(lambda connection: connection.close()) as url:
        assert main(["preview", write(tmp_path, url)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_wrong_file_sends_nothing_and_tells_all_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with api(lambda _: results(1)) as server:
        assert main(["preview", write(tmp_path, server.url, tasks_max="0", bogus="1")]) == 1
        assert server.asked == []
    assert "2 mistakes" in capsys.readouterr().err


def encodings(secret: str) -> set[str]:
    return {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], base64.b64encode(secret.encode()).decode()}


def echo(asked: Asked) -> bytes:
    """Everything that was asked, in a record and as the next page."""
    text = " ".join((asked.target, *asked.headers.values(), asked.body.decode()))
    return json.dumps({"results": [{"echo": text}], "next": f"/next{asked.target}"}).encode()


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", [200, 401, 404])
@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_secret_is_never_shown_even_when_the_server_echoes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], method: str, status: int, flags: list[str]
) -> None:
    unused = "http.request.body" if method == "GET" else "http.request.parameters"
    changes: dict[str, object] = {**SECRETS, unused: None, "auth.type": "basic", "connection.user": "me", "http.request.method": method}
    cursor = {"http.offset.mode": "CURSOR_PAGINATION", "http.next.page.json.pointer": "/next"}
    with api(lambda asked: Reply(echo(asked), status)) as server:
        main(["preview", *flags, write(tmp_path, f"{server.url}/?key={quote(IN_THE_URL)}", **changes, **cursor)])
        sent = " ".join((server.asked[0].target, *server.asked[0].headers.values(), server.asked[0].body.decode()))
    shown = "".join(capsys.readouterr())
    assert "canary" in sent
    assert "canary" not in shown
    password = SECRETS["connection.password"]
    assert [form for secret in (password, f"me:{password}", IN_THE_URL) for form in encodings(secret) if form in shown] == []


def test_a_first_page_that_is_a_whole_url_shows_no_key_either(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with api(lambda _: results(1)) as server:
        chained: dict[str, object] = {
            "http.offset.mode": "CURSOR_PAGINATION",
            "http.next.page.json.pointer": "/next",
            "http.request.parameters": None,
            "http.initial.offset": f"{server.url}/items?page=1&k=x7-canary-5",
        }
        code, document = previewed(capsys, write(tmp_path, "${offset}", **chained))
        assert server.asked[0].target == "/items?page=1&k=x7-canary-5"
    assert (code, document["request"]["url"]) == (0, f"{server.url}/items?page=1&k=[hidden]")
    assert document["page"]["position"]["offset"] == f"{server.url}/items?page=1&k=[hidden]"


def test_b234_the_rate_limits_in_an_answer_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    headers = {"RateLimit": '"burst";r=7;t=30', "X-RateLimit-Remaining-Day": "0", "X-RateLimit-Reset-Day": "3600"}
    with api(lambda _: Reply(results(1), headers=headers)) as server:
        _, document = previewed(capsys, write(tmp_path, server.url))
        main(["preview", write(tmp_path, server.url)])
    assert document["response"]["rate_limits"] == [
        {"said": "RateLimit: 7 left", "remaining": 7, "reset_in_seconds": 30.0},
        {"said": "X-RateLimit-Remaining-Day: 0", "remaining": 0, "reset_in_seconds": 3600.0},
    ]
    shown = capsys.readouterr().out
    assert "  rate limit: RateLimit: 7 left, resets in 30 s\n" in shown
    assert "  rate limit: X-RateLimit-Remaining-Day: 0, resets in 3600 s\n" in shown


TOKENS: dict[str, object] = {"auth.type": "oauth2", "oauth2.client.id": "shop", "oauth2.client.secret": "x7-canary-9"}


@pytest.mark.parametrize(("changes", "is_told"), [
    ({}, False), ({"auth.type": "bearer", "bearer.token": "x7-canary-9"}, False), (TOKENS, True),
    ({**TOKENS, "oauth2.renew.on.status.codes": "403"}, False),
])
def test_a_403_names_the_renewal_of_tokens_where_that_could_help(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, object], *, is_told: bool
) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(b'{"access_token": "t0ken", "token_type": "Bearer"}') if asked.target == "/token" else Reply(b"", 403)

    with api(answer) as server:
        address = {"oauth2.token.url": f"{server.url}/token"} if "oauth2.client.id" in changes else {}
        main(["preview", write(tmp_path, server.url, **changes, **address)])
    said = "".join(capsys.readouterr())
    assert "Check the rights (scope, permissions)" in said
    assert ("`oauth2.renew.on.status.codes`" in said) is is_told


@pytest.mark.parametrize(("remaining", "shown"), [
    ("0, 997", ["X-RateLimit-Remaining: 0, resets in 1 s", "X-RateLimit-Remaining: 997, resets in 3000 s"]),
    ("unlimited, unlimited", ["X-RateLimit-Reset, without what is left, resets in 1 s"]),
])
def test_each_limit_in_a_list_is_shown_with_its_own_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], remaining: str, shown: list[str]
) -> None:
    headers = {"X-RateLimit-Remaining": remaining, "X-RateLimit-Reset": "1, 3000"}
    with api(lambda _: Reply(results(1), headers=headers)) as server:
        main(["preview", write(tmp_path, server.url)])
    lines = capsys.readouterr().out.splitlines()
    assert [line.removeprefix("  rate limit: ") for line in lines if "rate limit" in line] == shown
