"""Writes every change into the log: who wanted it, from where, what it was, and what was answered."""

import logging
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from http_source.foreign.text import Foreign, readable
from http_source.rest.throttled_log import ThrottledLog

_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_ASKS = "/config/validate"
"""The end of a path whose PUT changes nothing."""

_TOO_MANY = 429
_STRANGER = 401
_REFUSED = 400
_LONGEST = 400
_log = logging.getLogger(__name__)


class Journal:
    """Passes requests on, and logs those that were to change something; not who asked too often, which says nothing more.

    Of those who do not sign in some are logged.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._strangers = ThrottledLog(_log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["method"] not in _CHANGES or scope["path"].rstrip("/").endswith(_ASKS):
            await self._app(scope, receive, send)
            return
        status = 0

        async def heard(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        scope.setdefault("state", {})
        try:
            await self._app(scope, receive, heard)
        finally:
            if status != _TOO_MANY:
                self._write(scope, status)

    def _write(self, scope: Scope, status: int) -> None:
        sentence, client, connector = _told(scope, status)
        if status == _STRANGER:
            self._strangers.warn(client, sentence, connector)
        else:
            _log.log(logging.WARNING if status >= _REFUSED or not status else logging.INFO, "%s", sentence, extra={"connector": connector})


def _told(scope: Scope, status: int) -> tuple[str, str, str]:
    """The sentence about a request, whose it is, and the connector that it is about."""
    who = scope["state"].get("user") or ("somebody" if scope["state"].get("knows") else "somebody unknown")
    client, asked = (scope.get("client") or ("nowhere",))[0], scope["raw_path"].decode("latin-1").partition("?")[0]
    if scope["query_string"]:
        asked += f"?{scope['query_string'].decode('latin-1')}"
    sentence = f"{_shown(who)} from {client}: {scope['method']} {_shown(asked)} was answered {status or 'not at all'}."
    return sentence, client, _connector(asked)


def _connector(asked: str) -> str:
    parts = asked.partition("?")[0].split("/")
    return unquote(parts[2]) if len(parts) > 2 and parts[1] == "connectors" else ""  # noqa: PLR2004 - /connectors/NAME


def _shown(text: str) -> str:
    return readable(Foreign(text), str, _LONGEST)
