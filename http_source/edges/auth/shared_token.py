"""OAuth 2.0 bearer tokens: one for all threads of a task, got when it is first needed, renewed before it expires, used to its end."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from http_source.config.types import Secret
from http_source.errors import RequestFailed
from http_source.model import Response

if TYPE_CHECKING:
    from requests.models import PreparedRequest

_log = logging.getLogger(__name__)

_SHORTEST_LIFE_S = 1.0
"""A token lives that long whatever its server says, so that no answer makes a token request of every request."""

_SHARED_FAILURE_S = 0.1
"""The shortest `retry.backoff.ms`: whoever comes later comes to ask anew."""

_PAUSE_S = 5.0
"""Until a token is asked for again that did not come before the time of the one in use was over."""

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
    """A token in use.

    Attributes:
        since: when it was asked for, by the clock.
        renewed_at: from when another one is asked for.
        ends: until when it serves if none comes.
        forced: whether the one before it was refused.
    """

    header: Secret
    since: float
    renewed_at: float
    ends: float
    forced: bool


class OAuth2Credentials:
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

    def __call__(self, request: "PreparedRequest") -> "PreparedRequest":
        """Sign the request. Raises RequestFailed when no token can be had, and there is none whose time is not over."""
        held = self._current(lambda held: self._clock() < held.renewed_at)
        request.headers["Authorization"] = held.header.reveal()
        return request

    def renew(self, refused: "PreparedRequest", answer: Response) -> bool:  # noqa: ARG002 - what it says beside the status is no matter
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

    def distrust(self) -> None:
        """Let the token serve no longer than the shortest time: it may be why an entity has failed, whatever status the API gave."""
        with self._lock:
            if self._held is not None:
                over = self._held.since + _SHORTEST_LIFE_S
                self._held = replace(self._held, renewed_at=min(self._held.renewed_at, over), ends=min(self._held.ends, over))

    def _current(self, fits: Callable[[_Held], bool], *, forced: bool = False) -> _Held:
        """The newest token, if it fits, or else the one that the next token request brings.

        Nobody waits for a request that another thread makes before the token's time is over.
        """
        with self._lock:
            held = self._held
            if held is not None and fits(held):
                return held
            flight, mine = self._board()
        if mine:
            self._fly(flight, forced=forced)
        elif held is not None and not forced and self._clock() < held.ends:
            return held
        return flight.result()

    def _board(self) -> tuple[Future[_Held], bool]:
        """The token request that is on its way or failed just now, or else a new one, which the caller has to make."""
        if self._flight is not None and not (self._flight.done() and self._clock() >= self._shared_until):
            return self._flight, False
        self._flight = Future()
        return self._flight, True

    def _fly(self, flight: Future[_Held], *, forced: bool) -> None:
        if forced:
            _log.info("The API refused the OAuth token before it expired: a new one is requested.")
        since = self._clock()
        try:
            held = _held(self._obtain(), since, forced=forced)
        except RequestFailed as failure:
            held = self._left(failure, flight, forced=forced)
        except BaseException as defect:
            # Who waits for this request is told of whatever ended it.
            self._fails(flight, defect)
            raise
        with self._lock:
            self._held, self._flight = held, None
            flight.set_result(held)

    def _fails(self, flight: Future[_Held], failure: BaseException) -> None:
        with self._lock:
            self._shared_until = self._clock() + _SHARED_FAILURE_S
            flight.set_exception(failure)

    def _left(self, failure: RequestFailed, flight: Future[_Held], *, forced: bool) -> _Held:
        """The token that is there, to be renewed a little later; raises the failure when its time is over, or it was refused."""
        held, now = self._held, self._clock()
        if held is None or forced or now >= held.ends:
            self._fails(flight, failure)
            raise failure
        _log.warning("The OAuth token is used for %.0f s more, until it expires, since no new one "
                     "was received: %s", held.ends - now, failure)
        return replace(held, renewed_at=min(now + _PAUSE_S, held.ends))


def _held(token: Token, since: float, *, forced: bool) -> _Held:
    life = float("inf") if token.life is None else max(token.life, _SHORTEST_LIFE_S)
    usable = max(life - min(60.0, life / 10), _SHORTEST_LIFE_S)
    return _Held(Secret(f"Bearer {token.value.reveal()}"), since, since + usable, since + life, forced)
