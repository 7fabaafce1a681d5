"""Credentials → something that signs a request. It never owns the client: tokens are asked for through `ask`."""

from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote, unquote_plus

from requests.auth import AuthBase
from requests.models import PreparedRequest

from http_source.config.properties import AuthOptions, AuthType, KeyLocation
from http_source.config.redact import Redactor
from http_source.config.types import Secret
from http_source.edges.auth.oauth import OAuth2Credentials
from http_source.edges.auth.token_request import TokenRequest
from http_source.model import Request, Response

Ask = Callable[[Request], Response]
"""Sends a token request within 30 s and gives the whole answer, whatever its status; raises RequestFailed when there is none."""


class FixedHeader(AuthBase):
    """Puts the same header on every request, in the place of one of that name."""

    def __init__(self, name: str, value: Secret) -> None:
        self._name = name
        self._value = value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request."""
        request.headers[self._name] = self._value.reveal()
        return request

    def renew(self, refused: PreparedRequest) -> bool:  # noqa: ARG002 - every refused request is alike
        """Say that what was refused once is refused again."""
        return False


class FixedParameter(AuthBase):
    """Ends every URL with the same query parameter, in the place of one of that name: signing twice changes nothing."""

    def __init__(self, name: str, value: Secret) -> None:
        self._name = name
        self._value = value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request."""
        address, _, query = (request.url or "").partition("#")[0].partition("?")
        items = [item for item in query.split("&") if unquote_plus(item.partition("=")[0]) != self._name] if query else []
        request.url = address + "?" + "&".join([*items, f"{quote(self._name, safe='')}={quote(self._value.reveal(), safe='')}"])
        return request

    def renew(self, refused: PreparedRequest) -> bool:  # noqa: ARG002 - every refused request is alike
        """Say that what was refused once is refused again."""
        return False


def build_auth(
    options: AuthOptions, ask: Ask | None, redact: Redactor
) -> FixedHeader | FixedParameter | OAuth2Credentials | None:
    """What signs the requests of a connector, or None for `auth.type=none`.

    `auth.type=oauth2` alone asks for tokens (`ask` may be None for the others), and tells each to `redact`, which has to be the one that
    the connector's messages go through.
    """
    match options.type:
        case AuthType.BASIC if options.user is not None and options.password is not None:
            # RFC 7617 §2.1: in UTF-8, which requests would not use for text.
            pair = b64encode(f"{options.user}:{options.password.reveal()}".encode()).decode()
            return FixedHeader("Authorization", Secret(f"Basic {pair}"))
        case AuthType.BEARER if options.bearer_token is not None:
            return FixedHeader("Authorization", Secret(f"Bearer {options.bearer_token.reveal()}"))
        case AuthType.API_KEY if options.key_value is not None:
            kind = FixedHeader if options.key_location is KeyLocation.HEADER else FixedParameter
            return kind(options.key_name, options.key_value)
        case AuthType.OAUTH2 if ask is not None:
            return OAuth2Credentials(TokenRequest(options, ask, redact))
        case AuthType.NONE:
            return None
    raise ValueError(f"auth.type={options.type} lacks what it signs with.")
