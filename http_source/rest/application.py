"""The application that `serve` runs: Kafka Connect's REST interface over the functions that commands use."""

import logging
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from http_source.errors import HttpSourceError
from http_source.foreign.chains import trace
from http_source.foreign.text import Foreign, readable
from http_source.orchestration.storage_errors import said_by_storage
from http_source.rest import changes, connectors, forms, health, lifecycle, loggers, offsets, openapi, plugins, tasks, topics
from http_source.rest.answers import Refused, failure
from http_source.rest.metrics import exposition as metrics
from http_source.rest.metrics.reading import Reader
from http_source.rest.worker import Worker

_log = logging.getLogger(__name__)

ROUTES = (
    *health.ROUTES, *connectors.ROUTES, *tasks.ROUTES, *topics.ROUTES, *lifecycle.ROUTES, *offsets.ROUTES, *changes.ROUTES, *plugins.ROUTES,
    *forms.ROUTES, *loggers.ROUTES, *openapi.ROUTES,
)


def application(worker: Worker) -> Starlette:
    """What answers for this worker."""
    reader = Reader(worker)
    app = Starlette(
        routes=[*ROUTES, *metrics.routes(reader)],
        middleware=[Middleware(PathsAsSent)],
        exception_handlers={HttpSourceError: _failed, HTTPException: _unknown, Exception: _unexpected},  # type: ignore[dict-item]
    )
    app.state.worker = worker
    app.state.health = health.Health(worker)
    app.state.metrics = reader
    app.router.redirect_slashes = False
    return app


class PathsAsSent:
    """Lets routes see the path as it was sent, so that a name may hold %2F, and without a slash at the end: it is the same resource."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http":
            sent = scope["raw_path"].decode("latin-1").partition("?")[0]
            scope = {**scope, "path": sent.rstrip("/") or "/"}
        await self._app(scope, receive, send)


async def _failed(_: Request, error: HttpSourceError) -> Response:
    return failure(error.status if isinstance(error, Refused) else 500, str(error))


async def _unknown(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status != 405:  # noqa: PLR2004 - RFC 9110
        return failure(status, f"There is nothing at {request.url.path}.")
    allowed = ",".join(_methods(request))
    if request.method == "OPTIONS":
        return PlainTextResponse(allowed, headers={"Allow": allowed})
    refused = failure(status, f"{request.method} is not allowed at {request.url.path}, but {allowed}.")
    refused.headers["Allow"] = allowed
    return refused


def _methods(request: Request) -> Sequence[str]:
    """What is allowed at a path: one resource may have a route for each method."""
    fitting = (each for each in request.app.routes if isinstance(each, Route) and each.path_regex.match(request.scope["path"]))
    return sorted({"OPTIONS"}.union(*(each.methods or () for each in fitting)))


async def _unexpected(request: Request, error: Exception) -> Response:
    """What nobody foresaw: mostly Dagster's storage, whose exceptions are its own."""
    _log.error("%s %s failed: %s", request.method, readable(Foreign(request.url.path), str), trace(error, str))
    return failure(500, f"Not answered, most likely because Dagster's storage cannot be used: {said_by_storage(error)}. /health says "
                        "whether it answers.")
