"""Credentials → something that signs a request. It never owns the client."""

from requests.auth import AuthBase, HTTPBasicAuth
from requests.models import PreparedRequest

from http_source.config.properties import AuthOptions, AuthType
from http_source.config.types import Secret


class BearerAuth(AuthBase):
    """Puts a fixed token into the Authorization header (RFC 6750 §2.1)."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request."""
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return request


def build_auth(options: AuthOptions) -> AuthBase | None:
    """What signs the requests of a connector, or None for `auth.type=none`."""
    match options.type:
        case AuthType.BASIC if options.user is not None and options.password is not None:
            # As bytes: requests would encode text as Latin-1, RFC 7617 asks for UTF-8.
            return HTTPBasicAuth(options.user.encode(), options.password.reveal().encode())
        case AuthType.BEARER if options.bearer_token is not None:
            return BearerAuth(options.bearer_token)
        case _:
            return None
