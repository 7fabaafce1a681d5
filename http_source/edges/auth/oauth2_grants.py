"""Rules about what a token is asked for with: each grant, and each way of the client to show who it is, with all that it needs."""

from collections.abc import Iterator
from pathlib import Path

from http_source.config.findings import doubt, invalid, needed
from http_source.config.properties import AuthOptions, ClientMode, ConnectorConfig, GrantType
from http_source.config.rules.rule import Rule
from http_source.config.stores.source import StoreError
from http_source.edges.auth.assertion import FILLED_IN, KEYSTORE, PRIVATE_KEY, algorithms_of, claims_in, key_of
from http_source.errors import Finding
from http_source.foreign.redactor import HIDDEN

GRANT, MODE = "oauth2.grant.type", "oauth2.client.mode"
ID, SECRET, REFRESH, FILE = "oauth2.client.id", "oauth2.client.secret", "oauth2.refresh.token", "oauth2.refresh.token.file"
CLAIMS, ALGORITHM, PATH = "oauth2.jwt.claimset", "oauth2.jwt.algorithm", f"{KEYSTORE}.path"
ANY = "any"
"""The default scope, which means something to the servers of the client credentials grant at most."""


def signs_jwts(options: AuthOptions) -> bool:
    """Whether token requests hold JWTs."""
    return options.jwt_enabled or options.client_mode is ClientMode.JWT or options.grant_type is GrantType.JWT_BEARER


def check_grant(config: ConnectorConfig) -> Iterator[Finding]:
    """The grant has what it needs."""
    auth = config.auth
    if auth.grant_type is GrantType.REFRESH_TOKEN and not auth.refresh_token:
        yield needed(REFRESH, f"{GRANT}={auth.grant_type}")
    if auth.grant_type is not GrantType.REFRESH_TOKEN:
        for name, value in ((REFRESH, auth.refresh_token), (FILE, auth.refresh_token_file)):
            if value:
                yield doubt(name, f"It is not used, since {GRANT} is {auth.grant_type}; set {GRANT}=refresh_token, or remove it.")


def check_client_is_named(config: ConnectorConfig) -> Iterator[Finding]:
    """Who asks is said: by id and secret, or by a JWT."""
    auth = config.auth
    for_grant = f"{GRANT}={auth.grant_type}"
    if auth.client_id is None and (auth.grant_type is not GrantType.JWT_BEARER or auth.client_mode is ClientMode.JWT):
        yield needed(ID, "auth.type=oauth2" if auth.grant_type is GrantType.CLIENT_CREDENTIALS else for_grant)
    if auth.client_secret is None and auth.grant_type is GrantType.CLIENT_CREDENTIALS and auth.client_mode is not ClientMode.JWT:
        yield needed(SECRET, "auth.type=oauth2")
    if auth.client_secret and auth.client_mode is ClientMode.JWT:
        yield doubt(SECRET, f"It is not used, since {MODE}=jwt sends a signed JWT in its place; remove it.")


def check_issuer(config: ConnectorConfig) -> Iterator[Finding]:
    """A JWT says who made it."""
    auth = config.auth
    if auth.grant_type is GrantType.JWT_BEARER and auth.client_id is None and not _claims(auth).get("iss"):
        yield Finding(CLAIMS, f"No claim names the client; give it an iss, or set {ID}.")


def check_refresh_token_file(config: ConnectorConfig) -> Iterator[Finding]:
    """The file can be there."""
    path = config.auth.refresh_token_file
    if path is None:
        return
    if not Path(path).is_absolute() or "\0" in path:
        yield invalid(FILE, path, "Write an absolute path, which is the same wherever Dagster runs")
    elif not Path(path).parent.is_dir() or Path(path).is_dir():
        yield invalid(FILE, path, "Expected a file in an existing folder; the file itself is created when it is needed")


def check_claims(config: ConnectorConfig) -> Iterator[Finding]:
    """The claims are a JSON object, and leave alone what is filled in."""
    try:
        claims = claims_in(config.auth)
    except (ValueError, TypeError, RecursionError):
        yield invalid(CLAIMS, HIDDEN, 'Expected a JSON object, such as {"sub": "me", "aud": "https://id.example.com"}')
        return
    for name in FILLED_IN:
        if claims.get(name) is not None:
            yield doubt(CLAIMS, f"Its {name} is set for each token request; remove it, or write null to leave it out.")


def check_key(config: ConnectorConfig) -> Iterator[Finding]:
    """There is a key that signs, as the algorithm says."""
    auth = config.auth
    if auth.jwt_private_key and auth.jwt_keystore_path:
        yield Finding(PRIVATE_KEY, f"{PATH} gives a key as well; remove one of them.")
        return
    try:
        key = key_of(auth)
    except StoreError as error:
        yield Finding(error.property, str(error))
        return
    if key is None:
        yield from [Finding(PATH, f"It must be set, or {PRIVATE_KEY}, since {_why(auth)} needs a key.")] if signs_jwts(auth) else ()
    elif not signs_jwts(auth):
        yield doubt(PRIVATE_KEY if auth.jwt_private_key else PATH, f"No JWT is signed; set {MODE}=jwt or {GRANT}=jwt-bearer, or remove it.")
    elif not (fitting := algorithms_of(key.key)):
        yield Finding(PRIVATE_KEY if auth.jwt_private_key else PATH, "Give a key that signs JWTs: of RSA, P-256, P-384, P-521 or Ed25519.")
    elif auth.jwt_algorithm and auth.jwt_algorithm not in fitting:
        yield invalid(ALGORITHM, auth.jwt_algorithm, f"The key signs with {', '.join(fitting)}")


RULES: tuple[Rule, ...] = (
    check_grant, check_client_is_named, check_issuer, check_refresh_token_file, check_claims, check_key,
)


def _claims(options: AuthOptions) -> dict[str, object]:
    try:
        return claims_in(options)
    except (ValueError, TypeError, RecursionError):
        return {"iss": "unreadable, which is reported"}


def _why(auth: AuthOptions) -> str:
    if auth.grant_type is GrantType.JWT_BEARER:
        return f"{GRANT}={auth.grant_type}"
    return f"{MODE}=jwt" if auth.client_mode is ClientMode.JWT else "oauth2.jwt.enabled"
