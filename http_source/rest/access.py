"""Who may ask: everybody on this machine where nothing else is said, or who signs in; and no page of the web in either's browser."""

import base64
import binascii
import ipaddress
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from http_source.config.types import Secret
from http_source.errors import HttpSourceError
from http_source.foreign.text import Foreign, readable
from http_source.rest.answers import failure
from http_source.rest.throttled_log import ThrottledLog

USER, PASSWORD, TOKEN = "HTTP_SOURCE_REST_USER", "HTTP_SOURCE_REST_PASSWORD", "HTTP_SOURCE_REST_TOKEN"
_log = logging.getLogger(__name__)
_NOBODY = Secret("")
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_REALM = "http-source"
HEALTH = "/health"
"""Answers who has not signed in, too, without a reason: what watches over processes has no password."""


class AccessRefused(HttpSourceError):
    """Settings under which nobody, or anybody, could sign in; says what to set."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask; without a user and a token everybody may."""

    user: str = ""
    password: Secret = _NOBODY
    token: Secret = _NOBODY

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """As the environment says. Raises AccessRefused for half of it."""
        user, password, token = (_value(environment, name) for name in (USER, PASSWORD, TOKEN))
        if bool(user) != bool(password):
            there, missing = (USER, PASSWORD) if user else (PASSWORD, USER)
            raise AccessRefused(f"{there} is set, but {missing} is not. Set both, or {TOKEN} alone.")
        if ":" in user:
            raise AccessRefused(f"{USER} has a colon, which basic authentication cannot send. Use another name.")
        return cls(user, Secret(password), Secret(token))

    @property
    def is_open(self) -> bool:
        """Whether nobody is asked who he is."""
        return not (self.user or self.token)

    @property
    def challenges(self) -> list[str]:
        """How to sign in, as `WWW-Authenticate` says it."""
        basic = f'Basic realm="{_REALM}", charset="UTF-8"' if self.user else ""
        return [each for each in (basic, f'Bearer realm="{_REALM}"' if self.token else "") if each]

    def who(self, authorization: str) -> str:
        """Who sends this header, for the log; empty for nobody who is known. It takes as long for a wrong secret as for the right one."""
        scheme, _, given = authorization.strip().partition(" ")
        if scheme.lower() == "bearer" and self.token:
            return "token" if Secret(given.strip()) == self.token else ""
        if scheme.lower() == "basic" and self.user:
            name, _, password = _decoded(given.strip()).partition(":")
            # Both are compared, whichever is wrong.
            known = [Secret(name) == Secret(self.user), Secret(password) == self.password]
            return self.user if all(known) else ""
        return ""


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach an address: 127.0.0.0/8, ::1, and the former written as IPv6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


class Guard:
    """Lets requests pass of who may ask, and answers the others."""

    def __init__(self, app: ASGIApp, access: Access, *, name: str = "", wrong: Callable[[str], None] = lambda _: None) -> None:
        """`name` is what the server calls its own host; `wrong` is told the address of who signed in with what is not known."""
        self._app = app
        self._access = access
        self._name = name.lower()
        self._wrong = wrong
        self._guesses = ThrottledLog(_log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        headers, state = Headers(scope=scope), scope.setdefault("state", {})
        state["user"] = "" if self._access.is_open else self._access.who(headers.get("authorization", ""))
        state["knows"] = self._access.is_open or bool(state["user"])
        refusal = self._refusal(scope, headers, knows=state["knows"])
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers, *, knows: bool) -> Response | None:
        """What is answered to a request that may not pass."""
        host = headers.get("host", "")
        if self._access.is_open and host and not self._is_own(host):
            return failure(403, f"This server is open to its own machine only: it answers requests to localhost, not to {_brief(host)}. "
                                f"To serve others set {USER} and {PASSWORD}, or {TOKEN}.")
        if scope["method"] not in _READS and not _is_same(headers.get("origin"), host):
            return failure(403, f"A page of {_brief(headers['origin'])} may not change anything here: requests of other sites' pages are "
                                "refused. Use a client that is not a browser.")
        return None if knows or _is_health(scope) else self._challenge(scope, headers)

    def _is_own(self, host: str) -> bool:
        """Whether a browser that sends this was told to ask this machine; any name of the web may lead here (DNS rebinding)."""
        name = _host_name(host)
        return bool(name) and (name in ("localhost", self._name) or name.endswith(".localhost") or is_loopback(name))

    def _challenge(self, scope: Scope, headers: Headers) -> Response:
        if "authorization" in headers:
            client = (scope.get("client") or ("nowhere",))[0]
            self._wrong(client)
            self._guesses.warn(client, f"Somebody at {client} signed in with a wrong user, password or token, and was answered 401.")
            answered = failure(401, "User and password, or the token, are wrong.")
        else:
            answered = failure(401, "Sign in: this server answers only clients that do.")
        for challenge in self._access.challenges:
            answered.headers.append("WWW-Authenticate", challenge)
        return answered


def _is_health(scope: Scope) -> bool:
    return scope["method"] in _READS and scope["path"].rstrip("/") == HEALTH


def _is_same(origin: str | None, host: str) -> bool:
    """Whether a page that sends a request is one of this server; clients that are not browsers name no page."""
    return origin is None or (bool(host) and origin.lower().partition("://")[2] == host.lower())


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _brief(text: str) -> str:
    return readable(Foreign(text), str, 80)


def _decoded(given: str) -> str:
    try:
        data = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return ""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")  # what clients sent before RFC 7617


def _value(environment: Mapping[str, str], name: str) -> str:
    """A variable, or the content of the file that `…_FILE` names. Raises AccessRefused."""
    by_file = f"{name}_FILE"
    file = environment.get(by_file, "")
    if not file:
        return environment.get(name, "")
    if environment.get(name):
        raise AccessRefused(f"{name} and {by_file} are both set. Set one of them.")
    try:
        value = Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise AccessRefused(f"{by_file} names a file that cannot be read: {readable(Foreign.of(error), str)}.") from None
    if not value:
        raise AccessRefused(f"{by_file} names an empty file. Write the value into it.")
    return value
