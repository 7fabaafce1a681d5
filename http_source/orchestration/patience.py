"""Asks Dagster's storage again while it is locked or away."""

import logging
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import dagster as dg

_PAUSES_S = (0.2, 1.0, 3.0)
_log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


def patient(ask: Callable[P, R]) -> Callable[P, R]:
    """The same question to Dagster's storage, asked up to four times.

    It raises dagster.Failure, in words for a person, when the last time failed too: whatever is unstored is asked for again.
    """

    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        for pause in _PAUSES_S:
            try:
                return ask(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - each storage raises exceptions of its own
                _log.warning("Dagster's storage failed (%s); it is asked again in %g s.", _brief(error), pause)
                threading.Event().wait(pause)
        try:
            return ask(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - see above
            _log.exception("Dagster's storage failed again")
            raise dg.Failure(
                f"Dagster's storage failed {len(_PAUSES_S) + 1} times in a row: {_brief(error)}. Nothing is lost: the next run goes on "
                "from the last checkpoint. Check the disk, or the database, that `storage` in dagster.yaml names.",
                allow_retries=False,
            ) from None

    return asked


def _brief(error: Exception) -> str:
    """The first line of what the database said, without the statement that SQLAlchemy adds."""
    cause = getattr(error, "orig", None) or error
    return f"{type(cause).__name__}: {cause}".splitlines()[0][:200]
