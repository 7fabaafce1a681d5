"""APIs to walk through, and what `http-source preview --pages N` prints of them."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from http_source.cli import main
from http_source_tests.servers import Api, Asked, Reply, api

BASE = {"name": "spaces", "http.response.data.json.pointer": "/items", "topic.name.pattern": "t", "output.data.format": "JSON"}
MODES: Mapping[str, Mapping[str, str | None]] = {
    "SIMPLE_INCREMENTING": {"http.request.parameters": "start=${offset}", "http.initial.offset": "0"},
    "PAGE_NUMBER": {"http.request.parameters": "page=${offset}", "http.initial.offset": "1", "http.page.size": "10"},
    "CHAINING": {"http.request.parameters": "after=${offset}", "http.initial.offset": "0", "http.offset.json.pointer": "/id"},
    "CURSOR_PAGINATION": {"http.request.parameters": "token=${offset}", "http.next.page.json.pointer": "/next"},
}
ALL = [{"id": number} for number in range(1, 26)]

Query = Callable[[str], str]
Serve = Callable[[Query], Any]


def serve(answer: Serve) -> AbstractContextManager[Api]:
    """An API whose answers depend on the parameters; what is no Reply or bytes is sent as JSON."""

    def respond(asked: Asked) -> Reply | bytes:
        query = parse_qs(urlsplit(asked.target).query)
        said = answer(lambda name: query.get(name, [""])[0])
        return said if isinstance(said, Reply | bytes) else json.dumps(said).encode()

    return api(respond)


def write(folder: Path, server: Api, mode: str, changes: Mapping[str, str | None]) -> str:
    properties = {**BASE, "url": server.url, "http.offset.mode": mode, **MODES[mode], **changes}
    file = folder / "spaces.json"
    file.write_text(json.dumps({name: value for name, value in properties.items() if value is not None}), encoding="utf-8")
    return str(file)


def walked(folder: Path, capsys: pytest.CaptureFixture[str], mode: str, answer: Serve, **how: Any) -> Any:
    """What `--json` prints after a walk through at most `pages` pages of an API, with `changes` of the configuration."""
    with serve(answer) as server:
        main(["preview", "--json", "--pages", str(how.get("pages", 4)), write(folder, server, mode, how.get("changes", {}))])
    return json.loads(capsys.readouterr().out)


def items(records: Sequence[Any], **beside: object) -> dict[str, object]:
    return {"items": list(records), **beside}


def counted(ask: Query) -> object:
    start = int(ask("start"))
    return items(ALL[start : start + 10])


def paged(ask: Query) -> object:
    page = int(ask("page"))
    return items(ALL[10 * page - 10 : 10 * page] if page else [])


def chained(ask: Query) -> object:
    return items([each for each in ALL if each["id"] > int(ask("after"))][:10])


def tokens(ask: Query) -> object:
    start = int(ask("token").strip("t") or 0)
    return items(ALL[start : start + 10], next=f"t{start + 10}" if start < 20 else None)
