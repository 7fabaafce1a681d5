"""Asks Dagster's storage again while it is locked or away: for two minutes and a half, in which a database can fail over."""

import logging
import threading
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import dagster as dg

from http_source.errors import HttpSourceError
from http_source.foreign.chains import trace
from http_source.orchestration.ledger.lease import HOLD_S
from http_source.orchestration.storage_errors import said_by_storage

_PAUSES_S = (0.2, 1.0, 3.0)
PATIENCE_S = 150.0
_log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


class StoragePatience:
    """How long the storage is waited for.

    Attributes:
        seconds: for one question; it may be shortened while one waits.
    """

    def __init__(self, seconds: float = PATIENCE_S) -> None:
        self.seconds = seconds
        self._is_away = False

    def __call__(self, ask: Callable[P, R]) -> Callable[P, R]:
        """The same question to Dagster's storage, asked again until it is answered or the time is over.

        It then raises dagster.Failure, in words for a person: whatever is unstored is asked for again.
        """

        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            began, attempts = time.monotonic(), 0
            while True:
                try:
                    answer = ask(*args, **kwargs)
                except (dg.Failure, HttpSourceError):
                    raise
                except Exception as error:  # noqa: BLE001 - each storage raises exceptions of its own
                    attempts += 1
                    if time.monotonic() - began >= self.seconds:
                        _log.error("Dagster's storage failed again: %s", trace(error, str))
                        raise _given_up(error, time.monotonic() - began) from None
                    self.failed(error)
                else:
                    self.answered()
                    return answer
                threading.Event().wait(_PAUSES_S[min(attempts, len(_PAUSES_S)) - 1])

        return asked

    def failed(self, error: Exception) -> None:
        """Say that the storage is away, once, whichever thread finds out first."""
        if not self._is_away:
            self._is_away = True
            _log.warning("Dagster's storage failed (%s). It is retried for up to %g s; polling waits if it stays away for longer than "
                         "%g s.", said_by_storage(error), self.seconds, HOLD_S)

    def answered(self) -> None:
        """Say that it is back, if it was away."""
        if self._is_away:
            self._is_away = False
            _log.info("Dagster's storage answers again.")


def _given_up(error: Exception, seconds: float) -> dg.Failure:
    return dg.Failure(
        f"Dagster's storage failed for {seconds:.0f} s: {said_by_storage(error)}. Nothing is lost: the next run resumes from the last "
        "checkpoint. Check the disk, or the database, that `storage` in dagster.yaml names.",
        allow_retries=False,
    )
