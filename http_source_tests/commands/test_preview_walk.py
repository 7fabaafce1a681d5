"""`http-source preview --pages N`: its walk, against real local servers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from http_source.cli import main
from http_source.polling.modes.cursor_pagination import SAME_TOKEN
from http_source.polling.modes.order import FALLING
from http_source_tests.commands.walks import ALL, Query, Serve, chained, counted, items, paged, serve, tokens, write
from http_source_tests.servers import Reply

# Healthy walks


@pytest.mark.parametrize(
    ("mode", "answer", "asked", "sentence"),
    [
        ("SIMPLE_INCREMENTING", counted, [0, 10, 20, 25], "4 pages, 25 records, each once."),
        ("PAGE_NUMBER", paged, [1, 2, 3, 4], "4 pages, 25 records, each once."),
        ("CHAINING", chained, ["0", "10", "20", "25"], "4 pages, 25 records, each once; values rise."),
        ("CURSOR_PAGINATION", tokens, ["", "t10", "t20"], "3 pages, 25 records, each once."),
    ],
)
def test_a_walk_that_fits_its_mode_is_said_in_one_sentence(
    walk: Callable[..., Any], mode: str, answer: Serve, asked: list[object], sentence: str
) -> None:
    document = walk(mode, answer, pages=9)
    assert [page["asked"] for page in document["pages"]] == asked
    assert (document["verdict"], document["pages"][-1]["leads_on"], document["warnings"]) == (sentence, False, [])


def test_each_page_has_a_line_and_the_end_says_when_the_walk_rests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(counted) as server:
        assert main(["preview", write(tmp_path, server, "SIMPLE_INCREMENTING", {}), "--pages", "9", "--offset", "10"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            f"GET {server.url}?start=10",
            "page 1: asked for 10, 10 records, all new, next offset 20, leads on",
            "page 2: asked for 20, 5 records, all new, next offset 25, leads on",
            "page 3: asked for 25, 0 records, next offset the same, rests",
            "",
            "The walk rests after page 3: the next request would follow in 15 s.",
            "3 pages, 15 records, each once.",
        ]
        assert len(server.asked) == 3


def test_long_offsets_that_differ_in_their_ends_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(lambda ask: items([1], next=f"{'x' * 200}{len(ask('token'))}")) as server:
        main(["preview", write(tmp_path, server, "CURSOR_PAGINATION", {}), "--pages", "2"])
    first, second = (line for line in capsys.readouterr().out.splitlines() if line.startswith("page "))
    assert first.endswith(f'next offset "{"x" * 49}…{"x" * 48}0", leads on')
    assert second.startswith(f'page 2: asked for "{"x" * 49}…{"x" * 48}0", ')


def test_no_more_pages_are_asked_for_than_were_wished(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(counted) as server:
        main(["preview", write(tmp_path, server, "SIMPLE_INCREMENTING", {}), "--pages", "2"])
        assert len(server.asked) == 2
        assert {asked.connection for asked in server.asked} == {1}
    assert "Page 2 leads on: in a run the next request follows in 15 s (catchup.interval.ms).\n" in capsys.readouterr().out


@pytest.mark.parametrize(("format_", "said"), [("JSON", 0), ("AVRO", 1)])
def test_a_walk_says_that_it_converts_nothing_where_records_would_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], format_: str, said: int
) -> None:
    with serve(counted) as server:
        main(["preview", write(tmp_path, server, "SIMPLE_INCREMENTING", {"output.data.format": format_}), "--pages", "1"])
    assert capsys.readouterr().out.count("The records were not converted") == said


def test_a_page_that_is_looked_at_first_is_no_repetition(walk: Callable[..., Any]) -> None:
    document = walk("PAGE_NUMBER", paged, changes={"http.page.size": None})
    assert [(page["asked"], page["new"], page["again"], page["looked_at"]) for page in document["pages"]] == [
        (1, 10, 0, 0), (2, 0, 0, 10), (1, 0, 10, 0), (2, 10, 0, 0),
    ]
    assert document["verdict"] == "4 pages, 20 records, each once."


def test_records_at_the_boundary_of_a_chain_came_again_and_are_left_out(walk: Callable[..., Any]) -> None:
    document = walk("CHAINING", lambda ask: items([each for each in ALL if each["id"] >= int(ask("after"))][:10]), pages=2)
    assert [(page["new"], page["again"], page["produced_again"]) for page in document["pages"]] == [(10, 0, 0), (9, 1, 0)]
    assert document["verdict"] == "2 pages, 19 records, each once; values rise."


def test_a_walk_may_end_for_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(tokens) as server:
        main(["preview", write(tmp_path, server, "CURSOR_PAGINATION", {"http.cursor.end": "stop"}), "--pages", "9"])
    assert 'page 3: asked for "t20", 5 records, all new, next nothing\n\nThe walk ends with page 3' in capsys.readouterr().out


def test_a_cursor_that_starts_again_leads_back_to_nothing_wrong(walk: Callable[..., Any]) -> None:
    document = walk("CURSOR_PAGINATION", tokens, changes={"http.cursor.end": "restart"}, pages=9)
    assert document["verdict"] == "3 pages, 25 records, each once."


# What the pages told, and failures


def test_what_the_pages_told_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(lambda ask: items([{"id": 90 - len(ask("after"))}, {"id": 10}, {"id": int(ask("after")) + 1}])) as server:
        main(["preview", write(tmp_path, server, "CHAINING", {"http.initial.offset": "1"}), "--pages", "3"])
    assert capsys.readouterr().err == f"warning: {FALLING.sentence}\n"


def test_each_page_has_its_own_warnings_for_machines(walk: Callable[..., Any]) -> None:
    document = walk("CURSOR_PAGINATION", lambda ask: items([ask("token")], next="x"))
    assert [page["warnings"] for page in document["pages"]] == [[], [SAME_TOKEN.sentence]]


def fails_on_the_second(ask: Query) -> object:
    return items(ALL[:10]) if ask("start") == "0" else Reply(b"gone", 503)


def test_a_failure_has_the_number_of_its_page_and_leaves_the_others_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(fails_on_the_second) as server:
        assert main(["preview", write(tmp_path, server, "SIMPLE_INCREMENTING", {}), "--pages", "3"]) == 1
        assert len(server.asked) == 2
    shown = capsys.readouterr()
    assert "\npage 1: asked for 0, 10 records, all new, next offset 10, leads on\n" in shown.out
    assert shown.out.endswith("\n1 page, 10 records, each once.\n")
    assert shown.err.startswith("Page 2 failed: The server answered 503 Service Unavailable.")


def test_a_failure_is_an_error_for_machines_beside_the_pages(walk: Callable[..., Any]) -> None:
    document = walk("SIMPLE_INCREMENTING", fails_on_the_second)
    assert (len(document["pages"]), document["verdict"]) == (1, "1 page, 10 records, each once.")
    assert document["error"].startswith("Page 2 failed: The server answered 503")


def test_a_first_page_that_fails_has_no_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve(lambda _: Reply(status=500)) as server:
        assert main(["preview", write(tmp_path, server, "SIMPLE_INCREMENTING", {}), "--pages", "3"]) == 1
        shown = capsys.readouterr()
        assert (shown.out, shown.err[:14]) == (f"GET {server.url}?start=0\n", "Page 1 failed:")


@pytest.mark.parametrize("written", ["0", "-1", "x", "", "10000", "²"])
def test_a_number_of_pages_that_cannot_be_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    with serve(counted) as server:
        file = write(tmp_path, server, "SIMPLE_INCREMENTING", {})
        assert main(["preview", file, f"--pages={written}"]) == 2
        assert server.asked == []
    assert "--pages is not a number of pages: " in capsys.readouterr().err


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_key_is_shown_in_no_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: list[str]) -> None:
    changes = {"auth.type": "bearer", "bearer.token": "token-canary-1", "http.request.parameters": "token=${offset}&api_key=key-canary-2"}
    with serve(lambda ask: items([ask("token")], next=f"{ask('token')[:30]}/token-canary-1?key=key-canary-2")) as server:
        main(["preview", *flags, write(tmp_path, server, "CURSOR_PAGINATION", changes), "--pages", "3"])
        assert "canary" in server.asked[1].target
    assert "canary" not in "".join(capsys.readouterr())
