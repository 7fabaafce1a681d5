"""Token requests (RFC 6749 §4.4.2 and §6, RFC 7523 §2), made by requests-oauthlib and sent by the connector's own client."""

import io
import json
import logging
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote_plus, urlencode

import requests
from oauthlib.oauth2 import BackendApplicationClient
from requests.adapters import BaseAdapter
from requests.models import PreparedRequest
from requests_oauthlib import OAuth2Session

from http_source.config.lists import Pairs, parse_headers, parse_parameters
from http_source.config.properties import AuthOptions, ClientMode, GrantType
from http_source.config.types import Secret, text_of
from http_source.edges.auth.oauth2_grants import ANY
from http_source.edges.auth.proofs import GRANTS, proofs, secrets_in
from http_source.edges.auth.refresh_tokens import refresh_tokens
from http_source.edges.auth.shared_token import Token
from http_source.edges.auth.token_answer import address, read_token, refuses_client
from http_source.errors import PageRefused, RequestFailed
from http_source.foreign.redactor import Redactor
from http_source.model import Request, Response

_SESSION_URL = "https://token.invalid/"
"""What the session is told: it refuses http, which is allowed with a warning. The request goes to `oauth2.token.url`."""

_ITS_PROPERTY = re.compile(r" \(http\.(connect|request)\.timeout\.ms\)")

# The session writes credentials and tokens into the log at this level, and has no switch for it.
logging.getLogger(OAuth2Session.__module__).addFilter(lambda record: record.levelno > logging.DEBUG)


class TokenRequest:
    """Asks the token URL for a token each time it is called, by one thread at a time.

    `ask` sends a request and gives the answer, whatever its status. `redact` cleans what an answer says, and learns each token.
    """

    def __init__(self, options: AuthOptions, ask: Callable[[Request], Response], redact: Redactor) -> None:
        self._options = options
        self._ask = ask
        self._redact = redact
        self._secret = text_of(options.client_secret)
        self._refresh = refresh_tokens(options)
        self._headers = dict(parse_headers(text_of(options.token_headers), options.token_headers_separator))
        self._parameters = urlencode(parse_parameters(text_of(options.token_parameters), "&"))
        self._signatures = _signatures(options, self._secret)

    def __call__(self) -> Token:
        """A new token. Raises RequestFailed, with what to correct, when there is none."""
        with self._refresh.lent() as refresh_token:
            given = self._asked(proofs(self._options, refresh_token))
            newest = given.get("refresh_token", refresh_token)
            if newest != refresh_token and self._options.grant_type is GrantType.REFRESH_TOKEN:
                self._redact.learn(newest)
                self._refresh.keep(newest)
        token = given["access_token"]
        self._redact.learn(token)
        return Token(Secret(token), given.get("expires_in"))

    def _asked(self, shown: Pairs) -> Mapping[str, Any]:
        """What is given to who shows that."""
        options = self._options
        if unknown := [secret for secret in secrets_in(shown) if self._redact(secret) == secret]:
            self._redact.learn(*unknown)
        sends_scope = options.scope != ANY or options.grant_type is GrantType.CLIENT_CREDENTIALS
        client = BackendApplicationClient(client_id=options.client_id or "", scope=options.scope if sends_scope and options.scope else None)
        client.grant_type = GRANTS.get(options.grant_type, options.grant_type)
        with OAuth2Session(client=client) as session:
            session.trust_env = False
            session.headers.clear()
            session.mount(_SESSION_URL, _Carrier(partial(self._exchange, shown=shown)))
            given: Mapping[str, Any] = session.fetch_token(
                _SESSION_URL,
                auth=lambda request: request,  # signed in `_sent`: the session would sign in Latin-1, and in one way only
                include_client_id=_is_in_the_form(options),
                client_secret=self._secret if options.client_mode is ClientMode.URL and options.client_secret is not None else None,
            )
        return given

    def _exchange(self, prepared: PreparedRequest, shown: Pairs) -> Mapping[str, str | int]:
        """What the server gives for a request of the session. Who is not known signs in the other way at once, and from then on."""
        answer = self._sent(prepared, shown)
        if refuses_client(answer) and len(self._signatures) > 1:
            self._signatures.reverse()
            answer = self._sent(prepared, shown)
        return read_token(answer, self._options, self._redact)

    def _sent(self, prepared: PreparedRequest, shown: Pairs) -> Response:
        headers = prepared.headers.copy()
        headers.update(self._headers | self._signatures[0])
        # Parameters are added here, since the session keeps one of each name: RFC 8707 §2 has several.
        form = "&".join(filter(None, (str(prepared.body), urlencode(shown), self._parameters))).encode()
        headers["Content-Length"] = str(len(form))
        try:
            return self._ask(Request("POST", self._options.token_url or "", headers, form))
        except RequestFailed as failure:
            raise self._unable(failure) from failure

    def _unable(self, failure: RequestFailed) -> RequestFailed:
        """The specification's sentence, with the client's reason in the words of this request's properties."""
        reason = _ITS_PROPERTY.sub("", str(failure)).replace("`url`", "`oauth2.token.url`")
        if isinstance(failure, PageRefused):
            return RequestFailed(f"The OAuth token request POST {address(self._options)} was answered with more than 1 MB, which is "
                                 "not a token. Check `oauth2.token.url`.")
        return RequestFailed(f"Unable to complete OAuth token request POST {address(self._options)} HTTP/1.1 within 30 seconds: {reason} "
                             "Check `oauth2.token.url`, and with curl whether it can be reached from this machine.",
                             retriable=failure.retriable)


class _Carrier(BaseAdapter):
    """Takes what the session has prepared to `exchange` instead of the network, and brings back the members of a good answer."""

    def __init__(self, exchange: Callable[[PreparedRequest], Mapping[str, str | int]]) -> None:
        super().__init__()
        self._exchange = exchange

    def send(self, request: PreparedRequest, *_args: Any, **_options: Any) -> requests.Response:
        """Exchange one request; how it is sent was decided elsewhere. Raises RequestFailed as `exchange` does."""
        answer = requests.Response()
        answer.raw = io.BytesIO(json.dumps(self._exchange(request)).encode())
        answer.status_code, answer.encoding, answer.request = requests.codes.ok, "utf-8", request
        return answer

    def close(self) -> None:
        """Nothing is open."""


def _signatures(options: AuthOptions, secret: str) -> list[dict[str, str]]:
    """The ways to sign in the header, without repetition: raw as `curl -u` does, and form-encoded first (RFC 6749 §2.3.1)."""
    if options.client_mode is not ClientMode.HEADER or options.client_secret is None:
        return [{}]
    client = options.client_id or ""
    pairs = dict.fromkeys((f"{client}:{secret}", f"{quote_plus(client)}:{quote_plus(secret)}"))
    return [{"Authorization": f"Basic {b64encode(pair.encode()).decode()}"} for pair in pairs]


def _is_in_the_form(options: AuthOptions) -> bool:
    """Whether the form names the client: without a secret too, but for a JWT that says itself who asks (RFC 7523 §2.1)."""
    if options.client_mode is ClientMode.HEADER:
        return options.client_secret is None and options.grant_type is not GrantType.JWT_BEARER
    return bool(options.client_id)
