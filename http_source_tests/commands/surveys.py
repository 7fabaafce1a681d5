"""APIs that `http-source init --from` looks at, and what is read of the draft that it writes."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from http_source.cli import main
from http_source_tests.commands.walks import Query, Serve, serve
from http_source_tests.servers import Api

ALL = [{"id": number, "shop_id": 7, "updated_at": f"2024-01-{number:02}T00:00:00Z"} for number in range(1, 26)]
KEY = "c4n4ryc4n4ry"

Init = Callable[..., Any]


def surveyed(folder: Path, capsys: pytest.CaptureFixture[str], answer: Serve, query: str = "", *options: str) -> tuple[dict[str, str], Any]:
    """The draft for an API at `/v1/orders`, and what is printed for machines."""
    with serve(answer) as server:
        assert main(["init", "--from", f"{server.url}/v1/orders{query}", "--json", *options]) == 0
        assert_modest(server)
    return json.loads((folder / "orders.json").read_text()), json.loads(capsys.readouterr().out)


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


def tokens(taken: str, named: str) -> Serve:
    """An API that gives a token under one name and takes it under another."""

    def answer(ask: Query) -> object:
        start = int(ask(taken).strip("t") or 0)
        return {"items": ALL[start : start + 10], named: f"t{start + 10}" if start < 20 else None}

    return answer
