"""Credentials stay at their origin: thousands of redirects and next-page URLs that would lead them to another server (B21, B61)."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from http_source.assembly.loading import load_config
from http_source.config.properties import ConnectorConfig
from http_source.edges.auth import auth_of
from http_source.edges.http.fetch import Fetcher
from http_source.errors import RequestFailed
from http_source.foreign.redactor import Redactor
from http_source.polling.origin import Gate, origin_of
from http_source_tests.edges.grants import nobody
from http_source_tests.polling.samples import builder
from http_source_tests.servers import Api, Asked, Reply, api

AUTH: Mapping[str, Mapping[str, str]] = {
    "bearer": {"auth.type": "bearer", "bearer.token": "token-canary"},
    "basic": {"auth.type": "basic", "connection.user": "user", "connection.password": "password-canary"},
    "api key": {"auth.type": "api_key", "api.key.name": "X-Key", "api.key.value": "key-canary"},
}
EACH_WAY = 840

SCHEMES = (
    *("http://", "HTTP://", "https://", "//", "///", "////", "http:/", "http:", "http:///"),
    *("\\\\", "/\\", "http:\\\\", "http://@", "ftp://", ""),
)
HOSTS = (
    *("127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001"),
    *("[::1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "0", "0.0.0.0", "127.0.0.2", "127.0.0.1\t", " 127.0.0.1"),
    *("\u2460\u2461\u2466.0.0.1", "\uff11\uff12\uff17.0.0.1", "\uff4cocalhost", "\u2113ocalhost", "loca\u00adlhost"),
    *("127\u30020\u30020\u30021", "%31%32%37.0.0.1", "127%2e0.0.1", "xn--localhost-"),
)
GLUE = ("@", ":@", ":x@", "\\@", "#@", "?@", "/@", "%40", "\t@", ".", ",", ";", "&", "%00", "%23", "\u2044", "\uff20", "\uff0f", "")
ENDS = ("", "/", "/x", "?a=b", "#a", "/../x", "/%2e%2e/x", "\\x", ";x", "/x y", ":", "/:80", "//x")
SPICE = (
    *("\t", "\n", "\r", "\0", "\x0b", " ", "\\", "@", ":", "/", "#", "?", "%", "[", "]", "."),
    *("\u00ad", "\u200b", "\u2028", "\uff0e", "\u00df", "\ufeff"),
)


def disguises(home: str, other: str, seed: int) -> Iterator[str]:
    """URLs that mean, or could be taken to mean, the other server; some lead home."""
    pick = random.Random(seed)
    at_home, elsewhere = home.removeprefix("http://"), other.rpartition(":")[2]
    while True:
        target = f"{pick.choice(HOSTS)}:{elsewhere}"
        authority = pick.choice((target, f"{at_home}{pick.choice(GLUE)}{target}", f"{target}{pick.choice(GLUE)}{at_home}", at_home))
        url = pick.choice(SCHEMES) + authority + pick.choice(ENDS)
        if pick.random() < 0.3:
            at = pick.randrange(len(url) + 1)
            url = url[:at] + pick.choice(SPICE) + url[at:]
        yield url


def config_of(home: str, auth: str) -> ConnectorConfig:
    return load_config({
        "name": "test",
        "url": "${offset}",
        "http.initial.offset": f"{home}/first",
        "http.request.headers": "X-Plain:plain-canary",
        "http.request.sensitive.headers": "X-Api-Key:header-canary",
        "http.offset.mode": "CURSOR_PAGINATION",
        "http.response.data.json.pointer": "/items",
        "http.next.page.json.pointer": "/next",
        "topic.name.pattern": "test",
        "output.data.format": "JSON",
        **AUTH[auth],
    }).config


class Client:
    """Asks as a task does: what the builder builds, through the gate and the fetcher."""

    def __init__(self, config: ConnectorConfig, fetcher: Fetcher) -> None:
        self._requests = builder(config.request, "default", initial=config.offsets.initial or "")
        self._gate = Gate(self._requests.build(config.offsets.initial or "").url, config.offsets.allowed_hosts)
        self._fetcher = fetcher
        self.answered: list[str] = []
        self.refused = 0

    def ask(self, offset: str) -> None:
        try:
            request = self._requests.build(offset)
            self._gate.refuse_foreign(request.url)
            self.answered.append(self._fetcher.fetch(request, self._gate.refuse_foreign).url)
        except RequestFailed:
            self.refused += 1


@contextmanager
def servers() -> Iterator[tuple[Api, Api, list[str]]]:
    """Home, another server, and where home's `/redirect` leads to: the last one of the list."""
    targets: list[str] = []

    def answer(asked: Asked) -> Reply | bytes:
        return Reply(status=302, headers={"Location": _header(targets[-1])}) if asked.target == "/redirect" else b"{}"

    with api(answer) as home, api(lambda _: b"{}") as other:
        yield home, other, targets


def _header(text: str) -> str:
    """A text as a server can send it in a header: in UTF-8, without the ends of a line."""
    return text.replace("\r", "").replace("\n", "").encode().decode("latin-1")


def carries_all(asked: Asked) -> bool:
    canaries = {"plain-canary", "header-canary"}
    signed = {"Bearer token-canary", "Basic dXNlcjpwYXNzd29yZC1jYW5hcnk=", "key-canary"}
    values = set(asked.headers.values())
    return canaries <= values and bool(signed & values)


@pytest.mark.parametrize("auth", AUTH)
def test_b21_b61_no_redirect_and_no_next_page_leads_credentials_to_another_server(auth: str) -> None:
    with servers() as (home, other, targets):
        config = config_of(home.url, auth)
        with Fetcher(config.transport, auth=auth_of(config.auth).signer(config.auth, nobody, Redactor()), connections=1) as fetcher:
            client = Client(config, fetcher)
            urls = disguises(home.url, other.url, seed=sorted(AUTH).index(auth))
            for _ in range(EACH_WAY):
                client.ask(next(urls))
                targets.append(next(urls))
                client.ask(f"{home.url}/redirect")
    assert other.asked == []
    assert {origin_of(url) for url in client.answered} == {origin_of(home.url)}
    assert all(map(carries_all, home.asked))
    assert len(client.answered) > EACH_WAY / 10
    assert client.refused > EACH_WAY / 2
