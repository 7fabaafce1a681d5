"""Public APIs as behaviors: what a page looks like and what leads to the next one, over records that grow while they are read."""

import base64
import json
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from http_source_tests.certificates import tls_api
from http_source_tests.servers import Api, Asked, Reply, api

Record = Mapping[str, Any]
Records = Sequence[Record]
Answer = Callable[[Asked, Records], Any]
"""What is answered over the records that are there: JSON content, or a whole reply."""



@dataclass(frozen=True, slots=True)
class Behavior:
    """One API.

    Attributes:
        record: how the record with that number looks, from 0.
        answers: what the paths that begin so answer; the longest that fits counts.
        guard: what a request must carry for an answer, a header's name and value; a parameter's as `?name`.
        stock: how many records there are at the start.
    """

    record: Callable[[int], Record]
    answers: Mapping[str, Answer]
    guard: tuple[str, str] | None = None
    stock: int = 7


@dataclass(slots=True)
class Running:
    """An API at work; `grow` adds records."""

    behavior: Behavior
    server: Api
    records: list[Record] = field(default_factory=list)

    def grow(self, count: int) -> None:
        """That many more records."""
        for _ in range(count):
            self.records.append(self.behavior.record(len(self.records)))


@contextmanager
def serve(behavior: Behavior, tls: ssl.SSLContext | None = None) -> Iterator[Running]:
    """The API on a free port; with a context over https."""

    def answer(asked: Asked) -> Reply:
        return _reply(behavior, asked, tuple(running.records))

    with api(answer) if tls is None else tls_api(tls, answer) as server:
        running = Running(behavior, server)
        running.grow(behavior.stock)
        yield running


def _reply(behavior: Behavior, asked: Asked, records: Records) -> Reply:
    path = urlsplit(asked.target).path
    if path == "/oauth/token":
        return Reply(json.dumps({"access_token": "a-token", "token_type": "Bearer", "expires_in": 3600}).encode())
    if not _carries(asked, behavior.guard):
        return Reply(b'{"error": "who are you?"}', 401)
    fitting = [begin for begin in behavior.answers if path.startswith(begin)]
    if not fitting:
        return Reply(b'{"error": "no such page"}', 404)
    content = behavior.answers[max(fitting, key=len)](asked, records)
    return content if isinstance(content, Reply) else Reply(json.dumps(content).encode(), headers={"Content-Type": "application/json"})


def _carries(asked: Asked, guard: tuple[str, str] | None) -> bool:
    if guard is None:
        return True
    name, value = guard
    return (query(asked).get(name[1:]) if name.startswith("?") else asked.headers.get(name)) == value


def query(asked: Asked) -> dict[str, str]:
    """The request's parameters; of one that is there twice the last."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(asked.target).query, keep_blank_values=True).items()}


def basic(user: str, password: str) -> tuple[str, str]:
    """What basic authentication demands."""
    return "Authorization", f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def bearer(token: str) -> tuple[str, str]:
    """What a bearer token demands."""
    return "Authorization", f"Bearer {token}"


def placed(content: Any, place: str, **beside: Any) -> Any:
    """The content at a place such as `hits/hits`, and what stands beside it at the top."""
    for name in reversed(place.split("/") if place else []):
        content = {name: content}
    return content | beside if isinstance(content, dict) else content


def whole(place: str = "") -> Answer:
    """Everything there is, at each request."""
    return lambda _asked, records: placed(list(records), place, type="everything") if place else list(records)


def newest(_asked: Asked, records: Records) -> Any:
    """The newest record alone, without a list around it."""
    return records[-1]


def signed(asked: Asked, records: Records) -> Any:
    """The same, with the path that was asked."""
    return {"path": urlsplit(asked.target).path, **records[-1]}


def counted(start: str, place: str, size: int = 1) -> Answer:
    """Pages by the number of the first record (Confluence, Jira, SODA)."""

    def answer(asked: Asked, records: Records) -> Any:
        first = int(query(asked).get(start, "0"))
        return placed(list(records[first : first + size]), place, start=first, limit=size)

    return answer


def tokens(parameter: str, place: str, following: str, size: int = 5) -> Answer:
    """Pages by a token that the page before gives; the last has none (Cloud Storage, YouTube, HubSpot, Zendesk)."""

    def answer(asked: Asked, records: Records) -> Any:
        given = query(asked).get(parameter, "")
        first = int(base64.urlsafe_b64decode(given)) if given else 0
        page, rest = records[first : first + size], records[first + size :]
        follows = placed(base64.urlsafe_b64encode(str(first + size).encode()).decode(), following) if rest else {}
        return placed(list(page), place, **follows)

    return answer


def links(place: str, following: str, parameter: str, size: int = 2) -> Answer:
    """Pages by a URL of the next one, on the origin that was asked (OData, Microsoft Graph, Dynamics)."""

    def answer(asked: Asked, records: Records) -> Any:
        first = int(query(asked).get(parameter, "0"))
        follows = f"http://{asked.headers['Host']}{urlsplit(asked.target).path}?{parameter}={first + size}"
        rest = {following: follows} if records[first + size :] else {}
        return placed(list(records[first : first + size]), place, **rest)

    return answer


def linked(parameter: str, size: int = 3) -> Answer:
    """Pages by a Link header, which the last one does not have (GitHub, Okta, Shopify)."""

    def answer(asked: Asked, records: Records) -> Reply:
        number = int(query(asked).get(parameter, "1"))
        page, rest = records[(number - 1) * size : number * size], records[number * size :]
        link = f'<http://{asked.headers["Host"]}{urlsplit(asked.target).path}?{parameter}={number + 1}>; rel="next"'
        return Reply(json.dumps(page).encode(), headers={"Link": link} if rest else {})

    return answer


def search_after(size: int = 3) -> Answer:
    """Elasticsearch's pages by the last sort value, exclusive; a page has the size that the body asks for, at most `size`."""

    def answer(asked: Asked, records: Records) -> Any:
        body = json.loads(asked.body)
        (after,) = body["search_after"]
        hits = [hit for hit in records if hit["sort"][0] > int(after)][: min(size, int(body["size"]))]
        return {"took": 87, "timed_out": False, "hits": {"total": len(records), "max_score": None, "hits": hits}}

    return answer


def since(read: Callable[[Asked], str], value: Callable[[Record], str], place: str, size: int = 2) -> Answer:
    """Records from a moment on, that one included, as servers of tickets and customers have it; compared as text, or as numbers."""

    def answer(asked: Asked, records: Records) -> Any:
        begin = read(asked)
        later = [record for record in records if _at_least(value(record), begin)]
        return placed(later[:size], place, total=len(later))

    return answer


def _at_least(value: str, begin: str) -> bool:
    return int(value) >= int(begin) if begin.isdigit() else value >= begin


def parameter(name: str) -> Callable[[Asked], str]:
    """Reads a parameter that must be there."""
    return lambda asked: query(asked)[name]
