"""The server of `serve`: the application, and around it what keeps away who may not ask, or asks too much."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from http_source.rest.access import PASSWORD, TOKEN, USER, Access, AccessRefused, Guard
from http_source.rest.journal import Journal
from http_source.rest.limits import PER_SECOND, ConcurrencyLimit, RateLimit, Rates
from http_source.rest.sockets import Certificate, Listening

_MOST_CONNECTIONS = 500
_LARGEST_HEAD = 32 * 1024
_IDLE_S = 30
_GRACE_S = 5
_THREADS_S = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """How `serve` is reached, and by whom.

    Attributes:
        per_second: requests of one client, on average; 0 for no limit.
    """

    listening: Listening
    access: Access
    certificate: Certificate | None = None
    per_second: float = PER_SECOND

    def check(self) -> None:
        """Raise AccessRefused where strangers could ask, NotOpened for a certificate that is of no use."""
        if self.access.is_open and not self.listening.is_loopback:
            raise AccessRefused(f"At {self.listening.host} other machines could reach the server, and would not have to sign in. "
                                f"Set {USER} and {PASSWORD}, or {TOKEN} (or {USER}_FILE and so on), or leave --host out.")
        if self.certificate:
            self.certificate.check()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http{'s' if self.certificate else ''}://{self.listening.address}"

    @property
    def warning(self) -> str:
        """What a person should know of it; empty for nothing."""
        if self.listening.is_loopback or self.certificate:
            return ""
        return ("Passwords and configurations travel in clear text: without --tls-certificate they can be read on the network. Use it, or "
                "let a proxy speak TLS.")


def guarded(app: ASGIApp, settings: ServerSettings) -> ASGIApp:
    """The application as it may be shown to the world."""
    rates = Rates(settings.per_second)
    inside = Guard(ConcurrencyLimit(app), settings.access, name=settings.listening.host, wrong=rates.wrong)
    return Journal(RateLimit(inside, rates))


def server_of(app: ASGIApp, settings: ServerSettings) -> uvicorn.Server:
    """What serves it, not yet running."""
    certificate = settings.certificate
    return uvicorn.Server(uvicorn.Config(
        guarded(app, settings),
        # Not httptools, which reads a head of any size.
        http=_Patient,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # Whoever is asked from a proxy is that proxy: anybody can write X-Forwarded-For.
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
        timeout_keep_alive=_IDLE_S,
        timeout_graceful_shutdown=_GRACE_S,
        ssl_certfile=certificate.chain if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
    ))


def serve(app: ASGIApp, settings: ServerSettings) -> None:
    """Serve until SIGTERM or SIGINT; then what is being asked is answered, for five seconds at most."""
    with _told_to_end():
        server_of(app, settings).run(sockets=list(settings.listening.sockets))


def leave() -> None:
    """End the process at once where a thread still waits for a storage that does not answer: Python would wait with it."""
    waiting = [each for each in threading.enumerate() if each is not threading.main_thread() and not each.daemon]
    for each in waiting:
        each.join(_THREADS_S / len(waiting))
    if any(each.is_alive() for each in waiting):
        _log.warning("A request was still waiting for Dagster's storage, and is given up.")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


class _Patient(H11Protocol):
    """One connection, which is closed when half a minute passes and no head of a request is complete."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch_no_more()
        super().connection_lost(exc)

    @property
    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _watch(self) -> None:
        # Not anew with each byte: one a second would hold it for ever.
        if not self._is_idle:
            self._watch_no_more()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(_IDLE_S, self._close)

    def _watch_no_more(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _close(self) -> None:
        self._deadline = None
        if self._is_idle:
            self.timeout_keep_alive_handler()


@contextlib.contextmanager
def _told_to_end() -> Iterator[None]:
    """Let a signal end the server, not the process: uvicorn raises it once more when all is done."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
