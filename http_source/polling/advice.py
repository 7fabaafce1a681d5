"""What to do about a status: with what the answer's own headers say of it."""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus

from http_source.config.properties import AuthOptions, AuthType
from http_source.foreign.text import Foreign, Redact, readable
from http_source.model import Response, header_of
from http_source.polling.redirect import REDIRECTS, redirect_words

_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?=\s+[^\s=]|\s*(?:,|$))")
_METHODS = re.compile(r"[A-Z]+(\s*,\s*[A-Z]+)*")
_LARGE = (
    "than the server takes. Check `http.request.parameters`, `http.request.body` and `http.request.headers`, and what `${offset}` puts in."
)

_ADVICE: Mapping[int, str] = {
    304: "If that means that there is nothing new, add 304 to `http.response.empty.status.codes`.",
    403: "Check the rights (scope, permissions) of the credentials.",
    404: "Check `url` and `entity.names`.",
    406: "It cannot serve what was requested: check `Accept`, `Accept-Language` and the like in `http.request.headers`.",
    410: "The resource at `url` is permanently gone: check whether the API has a new version.",
    413: f"The request is larger {_LARGE}",
    414: f"The URL is longer {_LARGE}",
    415: "Check that `Content-Type` in `http.request.headers` says what `http.request.body` is.",
    421: "The server that `url` leads to is not set up for that host name: check `url`, and any `Host` in `http.request.headers`.",
    429: "Raise `request.interval.ms` if this happens repeatedly.",
    431: f"The headers are larger {_LARGE}",
    511: "The network requires a sign-in before it lets anything through. Have this machine allowed.",
}

_OF_RENEWING = (
    "Check the rights (scope, permissions) of the credentials; if the API answers an expired token with 403, add 403 to "
    "`oauth2.renew.on.status.codes`."
)


def may_renew(auth: AuthOptions) -> bool:
    """Whether a 403 could be answered with a new token, and is not."""
    return auth.type is AuthType.OAUTH2 and HTTPStatus.FORBIDDEN not in auth.renew_on_status_codes


def advice_on(response: Response, redact: Redact | None, *, renewable: bool = False) -> str:
    """What to do about an answer whose status is no success; empty where the status alone tells nothing.

    `renewable` is what `may_renew` says. What the server says in headers is shown only where there is something to take secrets out of it.
    """
    if response.status in REDIRECTS:
        return redirect_words(response, redact)
    if response.status == HTTPStatus.FORBIDDEN and renewable:
        return _OF_RENEWING
    by_header = _BY_HEADER.get(response.status)
    return by_header(response, redact) if by_header else _ADVICE.get(response.status, "")


def _unauthorized(response: Response, redact: Redact | None) -> str:
    """RFC 9110 §11.6.1; the parameters of a challenge are left out."""
    schemes = ", ".join(dict.fromkeys(_SCHEME.findall(header_of(response.headers, "WWW-Authenticate"))))
    asked = f" The server asks for {readable(Foreign(schemes), redact)} (WWW-Authenticate)." if schemes and redact else ""
    return f"Check `auth.type` and its credentials, or `http.request.sensitive.headers`.{asked}"


def _not_allowed(response: Response, redact: Redact | None) -> str:
    """RFC 9110 §15.5.6."""
    allowed = header_of(response.headers, "Allow")
    taken = f": the server takes {readable(Foreign(allowed), redact)} there (Allow)" if redact and _METHODS.fullmatch(allowed) else ""
    return f"Check `http.request.method` and `url`{taken}."


def _upgrade(response: Response, redact: Redact | None) -> str:
    """RFC 9110 §15.5.22."""
    wanted = header_of(response.headers, "Upgrade")
    protocol = f", by its own words {readable(Foreign(wanted), redact)}" if redact and wanted else ""
    return f"It requires another protocol than HTTP/1.1{protocol}. Check whether `url` should start with https://, or lead to another port."


_BY_HEADER: Mapping[int, Callable[[Response, Redact | None], str]] = {401: _unauthorized, 405: _not_allowed, 426: _upgrade}
