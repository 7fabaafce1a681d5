"""OAuth 2.0 bearer tokens: one for all threads of a task, got when it is first needed and renewed before it expires."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from requests.auth import AuthBase
from requests.models import PreparedRequest

from http_source.config.types import Secret

_log = logging.getLogger(__name__)

_SHORTEST_LIFE_S = 1.0
"""A token lives that long whatever its server says, so that no answer makes a token request of every request."""

_SHARED_FAILURE_S = 0.1
"""The shortest `retry.backoff.ms`: whoever comes later comes to ask anew."""

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Token:
    """An access token as it was given.

    Attributes:
        life: seconds for which it is said to be valid; None when that is not known, and it serves until it is refused.
    """

    value: Secret
    life: float | None


@dataclass(frozen=True, slots=True)
class _Held:
    """A token in use; `renewed_at` and `since` are the clock's, `forced` says that the one before it was refused."""

    header: Secret
    since: float
    renewed_at: float
    forced: bool


class OAuth2Credentials(AuthBase):
    """Signs with the newest token (RFC 6750 §2.1).

    However many threads need one, a single token request is on its way at a time, and they share what comes of it. `obtain` makes that
    request or raises RequestFailed; `clock` counts seconds.
    """

    def __init__(self, obtain: Callable[[], Token], clock: Clock = time.monotonic) -> None:
        self._obtain = obtain
        self._clock = clock
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._flight: Future[_Held] | None = None
        self._shared_until = 0.0

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request. Raises RequestFailed when no token can be had."""
        held = self._current(lambda held: self._clock() < held.renewed_at)
        request.headers["Authorization"] = held.header.reveal()
        return request

    def renew(self, refused: PreparedRequest) -> bool:
        """Whether a request whose token was refused is worth sending again: with a token that is newer than the refused one.

        When there is none yet it is asked for, but not when the refused one was itself got like that just now. Raises RequestFailed when
        no token can be had.
        """
        newest = self._held
        if newest is None or refused.headers.get("Authorization") != newest.header.reveal():
            return True
        if newest.forced and self._clock() < newest.since + _SHORTEST_LIFE_S:
            return False
        self._current(lambda held: held is not newest, forced=True)
        return True

    def _current(self, fits: Callable[[_Held], bool], *, forced: bool = False) -> _Held:
        """The newest token, if it fits, or else the one that the next token request brings."""
        with self._lock:
            if self._held is not None and fits(self._held):
                return self._held
            flight, mine = self._board()
        if mine:
            self._fly(flight, forced=forced)
        return flight.result()

    def _board(self) -> tuple[Future[_Held], bool]:
        """The token request that is on its way or failed just now, or else a new one, which the caller has to make."""
        if self._flight is not None and not (self._flight.done() and self._clock() >= self._shared_until):
            return self._flight, False
        self._flight = Future()
        return self._flight, True

    def _fly(self, flight: Future[_Held], *, forced: bool) -> None:
        if forced:
            _log.info("The API refused the OAuth token before its time was over: a new one is asked for.")
        try:
            held = self._hold(self._obtain(), forced=forced)
        except BaseException as failure:
            with self._lock:
                self._shared_until = self._clock() + _SHARED_FAILURE_S
                flight.set_exception(failure)
            raise
        with self._lock:
            self._held, self._flight = held, None
            flight.set_result(held)

    def _hold(self, token: Token, *, forced: bool) -> _Held:
        now = self._clock()
        life = float("inf") if token.life is None else token.life
        usable = max(life - min(60.0, life / 10), _SHORTEST_LIFE_S)
        return _Held(Secret(f"Bearer {token.value.reveal()}"), now, now + usable, forced)
