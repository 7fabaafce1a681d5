"""What a token request shows besides the client's own name and secret: a refresh token, and JWTs that are signed for it alone."""

import time

from http_source.config.lists import Pairs
from http_source.config.properties import AuthOptions, ClientMode, GrantType
from http_source.config.stores.source import StoreError
from http_source.edges.auth.assertion import Assertions
from http_source.edges.auth.oauth2_grants import signs_jwts
from http_source.errors import RequestFailed

GRANTS = {GrantType.JWT_BEARER: "urn:ietf:params:oauth:grant-type:jwt-bearer"}
"""The names of grants as they are sent, where they are others than the property's."""

_KIND = "client_assertion_type"
_CLIENT_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def proofs(options: AuthOptions, refresh_token: str) -> Pairs:
    """Members of the form, made anew. Raises RequestFailed where the key that signs cannot be used any more."""
    is_granted = options.grant_type is GrantType.JWT_BEARER
    shown = [("refresh_token", refresh_token)] if options.grant_type is GrantType.REFRESH_TOKEN else []
    assertions = _assertions(options) if signs_jwts(options) else None
    if assertions and is_granted:
        shown += [("assertion", assertions.made(configured=True))]
    if assertions and options.client_mode is ClientMode.JWT:
        shown += [(_KIND, _CLIENT_ASSERTION), ("client_assertion", assertions.made(configured=not is_granted))]
    if assertions and options.jwt_enabled:
        shown += [("jwt_token", assertions.made(configured=True))]
    return tuple(shown)


def secrets_in(shown: Pairs) -> tuple[str, ...]:
    """Those of the members that nobody may see."""
    return tuple(value for name, value in shown if name != _KIND)


def _assertions(options: AuthOptions) -> Assertions:
    """With the key as it is now, since keys are replaced while connectors run."""
    try:
        return Assertions(options, time.time)
    except StoreError as error:
        failure = f"The key of JWTs cannot be used. {error.property}: {error}"
    raise RequestFailed(failure)
