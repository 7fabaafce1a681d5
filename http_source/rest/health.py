"""Whether polling is looked after, as `/health` answers it (KIP-1017), and who this is, as `/` does."""

import asyncio
import logging
import time
from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import dataclass, replace
from importlib.metadata import version
from threading import Thread

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from http_source.config.findings import some
from http_source.errors import HttpSourceError
from http_source.orchestration.ledger.daemons import asleep
from http_source.orchestration.ledger.sensors import Sensors
from http_source.orchestration.storage_errors import said_by_storage
from http_source.rest.answers import answer
from http_source.rest.calls import Call, endpoint
from http_source.rest.cluster import cluster_id
from http_source.rest.worker import Kept, Worker

VERSION = f"4.0.0-http-source-{version('http-source')}"
"""Clients read the first two numbers, and leave out what they think that version of Connect has not."""

_STARTS_S = 60.0
"""For how long Dagster's daemon, which may have been started together with `serve`, may be on its way."""

_LONGEST_S = 9.0
_FRESH_S = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How it is.

    Attributes:
        code: the status of the answer.
        status: in Connect's word.
        message: the reason.
    """

    code: int
    status: str
    message: str


_HEALTHY = Verdict(200, "healthy", "Dagster's storage answers, and its daemon is at work.")
_LATE = Verdict(500, "unhealthy", f"Dagster's storage did not answer within {_LONGEST_S:g} s. Check the disk, or the database, that "
                                  "`storage` in dagster.yaml names.")


class Health:
    """Looks when it is asked, once a second at most, and in one thread however many ask."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._asked: Future[Verdict] | None = None
        self._asked_at = 0.0
        self._last = _HEALTHY

    async def verdict(self) -> Verdict:
        """How it is, within nine seconds."""
        now = time.monotonic()
        if self._asked is None or (self._asked.done() and now - self._asked_at > _FRESH_S):
            self._asked, self._asked_at = _aside(self._worker), now
        try:
            found = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._asked)), _LONGEST_S)
        except TimeoutError:
            found = _LATE
        self._tell(found)
        return found

    def _tell(self, found: Verdict) -> None:
        """Log it when it has changed."""
        if found.status != self._last.status:
            level = logging.INFO if found.code < 500 else logging.ERROR  # noqa: PLR2004 - a server's failures
            _log.log(level, "The health of http-source is: %s. %s", found.status, found.message)
        self._last = found


def look(worker: Worker, now: float) -> Verdict:
    """How it is at the moment; `now` is in seconds since the epoch."""
    try:
        reason, served = asleep(worker.instance, now), _served(worker)
        reason = reason or _unticked(worker, served, now)
        refused = "" if reason else _refused(worker, served)
    except Exception as error:  # noqa: BLE001 - each storage raises exceptions of its own
        why = f"Dagster's storage cannot be read: {said_by_storage(error)}. Check what `storage` in dagster.yaml names."
        return Verdict(500, "unhealthy", why)
    if not reason:
        return replace(_HEALTHY, message=f"{_HEALTHY.message}{refused}")
    return Verdict(503, "starting", reason) if now - worker.started < _STARTS_S else Verdict(500, "unhealthy", reason)


def _served(worker: Worker) -> Collection[Kept]:
    """What the folder holds; nothing where it cannot be read, which is answered where connectors are asked for."""
    try:
        return worker.connectors().values()
    except HttpSourceError:
        return ()


def _unticked(worker: Worker, served: Collection[Kept], now: float) -> str:
    """Why no connector is looked after though Dagster's daemon is at work, as a sentence; empty while one is, or none is to be."""
    sensors = Sensors(worker.instance)
    states = [sensors.state(each.sensor_name, each.prefixed) for each in worker.sound(served).values()]
    on = [state for state in states if state.running and state.last_tick]
    if not on or not all(state.is_overdue(now) for state in on):
        return ""
    last = max(state.last_tick or 0.0 for state in on)
    return (f"Dagster's daemon is at work, but no sensor has ticked for {now - last:.0f} s: the code server has ended, or its code "
            "location does not load. Restart it, or reload the code location.")


def _refused(worker: Worker, served: Collection[Kept]) -> str:
    """Which files it does not run, as a further sentence: that is not a reason to call the process sick, and restart it."""
    names = [*worker.refusals(served)]
    return f" Dagster refuses the files of {some(names)}, which are FAILED: their status says why." if names else ""


def _aside(worker: Worker) -> "Future[Verdict]":
    """Look in a thread of its own, which nobody waits for where the storage never answers."""
    future: Future[Verdict] = Future()
    Thread(target=lambda: future.set_result(look(worker, time.time())), name="http-source-health", daemon=True).start()
    return future


async def health(request: Request) -> Response:
    """The verdict; to who has not signed in without its reason."""
    found = await request.app.state.health.verdict()
    message = found.message if getattr(request.state, "knows", True) else "Sign in to read why."
    return answer({"status": found.status, "message": message}, found.code)


def root(_: Call) -> Response:
    """What clients find out first."""
    return answer({"version": VERSION, "commit": "unknown", "kafka_cluster_id": cluster_id()})


ROUTES = (Route("/", endpoint(root)), Route("/health", health))
