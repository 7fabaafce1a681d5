"""Requests of a connector, each sent once and read as a run would read it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from requests.models import PreparedRequest

from http_source.assembly.api_client import build_fetcher, build_reader
from http_source.config.properties import ConnectorConfig
from http_source.edges.http.fetch import Credentials, Fetcher
from http_source.edges.http.tls_context import build_context
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import Redact
from http_source.model import Page, Position, Request, Response, Value
from http_source.polling.advice import may_renew
from http_source.polling.modes import mode_of
from http_source.polling.origin import Gate
from http_source.polling.pace import Pace
from http_source.polling.policy import check_status
from http_source.polling.repeated import secrets_of
from http_source.polling.request import RequestBuilder

Sent = Callable[[str, Mapping[str, str]], None]
"""Hears of a request, its URL before it is signed and all its headers, just before it is sent: also of one that a redirect makes."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask for: a place of one entity."""

    config: ConnectorConfig
    entity: str
    position: Position


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What came back.

    Attributes:
        asked: the URL that was asked; the response has the one that answered.
        seconds: from the request to the answer's last byte.
    """

    asked: str
    response: Response
    seconds: float


AskAt = Callable[[Position], Exchanged]
"""Asks for what comes at a position."""


def ask(question: Question, sent: Sent, redact: Redactor) -> Exchanged:
    """AskAt once, without retries, and take an answer of any status; `redact` learns the token. Raises RequestFailed when none came."""
    with asking(question, sent, redact) as ask_for:
        return ask_for(question.position)


@contextmanager
def asking(question: Question, sent: Sent, redact: Redactor) -> Iterator[AskAt]:
    """AskAt for positions of the question's entity, one after another and each as `ask` does, with one client and one token."""
    config = question.config
    requests = RequestBuilder(config.request, question.entity, mode_of(config.offsets), secrets_of(config.auth, config.request))
    gate = Gate(requests.first_url, config.offsets.allowed_hosts)
    with build_fetcher(config, config.auth, build_context(config.tls), redact, connections=1, wrap=partial(_Witness, sent)) as fetcher:
        yield lambda position: _answer(fetcher, gate, requests.at(position))


def _answer(fetcher: Fetcher, gate: Gate, request: Request) -> Exchanged:
    gate.refuse_foreign(request.url)
    started = time.monotonic()
    response = fetcher.fetch(request, gate.refuse_foreign)
    return Exchanged(request.url, response, time.monotonic() - started)


def read(question: Question, answer: Exchanged, redact: Redact) -> Page:
    """The page in an answer.

    Raises RequestFailed when it is none, and PositionRefused when the position does not fit the mode; what they quote of the answer went
    through `redact`.
    """
    now = time.time()
    config = question.config
    check_status(answer.response, config.retry, now, redact=redact, renewable=may_renew(config.auth))
    return build_reader(question.config, redact).read(answer.response, question.position, now)


def pause_after(question: Question, page: Page) -> float | None:
    """Seconds until a run would send the next request after a page; None when it would send none."""
    if page.position.done:
        return None
    return max(Pace(question.config.pace).after(page), mode_of(question.config.offsets).wait(page.position, time.time()))


def served(question: Question, answer: Exchanged) -> Sequence[Value]:
    """All records of an answer that was read before, also those that were left out."""
    return build_reader(question.config, None).served(answer.response)


class _Witness:
    """Signs as the connector does, and tells the headers that a request is sent with."""

    def __init__(self, sent: Sent, credentials: Credentials | None) -> None:
        self._credentials = credentials
        self._sent = sent

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        url = request.url or ""
        signed = self._credentials(request) if self._credentials else request
        self._sent(url, signed.headers)
        return signed

    def renew(self, refused: PreparedRequest, answer: Response) -> bool:
        """Renew as the connector does."""
        return self._credentials is not None and self._credentials.renew(refused, answer)

    def distrust(self) -> None:
        """As the connector does."""
        if self._credentials is not None:
            self._credentials.distrust()
