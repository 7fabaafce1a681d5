"""How a request proves who sends it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from http_source.config.property import HIGH, LOW, MEDIUM, prop
from http_source.config.types import BOOLEAN, NO_STATUS, PASSWORD, STATUS_RANGES, STRING, Integer, OneOf, Secret, StatusRanges

SIGNED_TEXT = replace(STRING, valid_values="a text with variables of its own")
"""The type of a text that whoever signs a request fills in."""

JWT_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


class AuthType(StrEnum):
    """How requests prove who sends them."""

    NONE = "none"
    BASIC = "basic"
    OAUTH2 = "oauth2"
    BEARER = "bearer"
    API_KEY = "api_key"
    DIGEST = "digest"
    HMAC = "hmac"
    AWS_SIGV4 = "aws_sigv4"


class ClientMode(StrEnum):
    """Where a token request carries the client's credentials."""

    HEADER = "header"
    URL = "url"
    JWT = "jwt"


class GrantType(StrEnum):
    """What a token is asked for with."""

    CLIENT_CREDENTIALS = "client_credentials"
    JWT_BEARER = "jwt-bearer"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of a grant


class KeyLocation(StrEnum):
    """Where a request carries an API key."""

    HEADER = "HEADER"
    QUERY = "QUERY"


class HmacAlgorithm(StrEnum):
    """What an HMAC is computed with."""

    SHA256 = "SHA256"
    SHA512 = "SHA512"
    SHA384 = "SHA384"
    SHA1 = "SHA1"


class HmacEncoding(StrEnum):
    """How a signature is written."""

    HEX = "hex"
    BASE64 = "base64"
    BASE64URL = "base64url"


class HmacKeyEncoding(StrEnum):
    """How the key of an HMAC is written."""

    TEXT = "text"
    BASE64 = "base64"
    HEX = "hex"


class TimestampFormat(StrEnum):
    """How the time of a signature is written."""

    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    ISO8601 = "iso8601"
    BASIC = "basic"
    HTTP = "http"


_OTHER_TYPES = (
    *((name, AuthType.AWS_SIGV4) for name in ("aws", "aws4", "sigv4", "aws_v4", "aws_iam", "iam", "awssigv4", "aws-sigv4")),
    *((name, AuthType.API_KEY) for name in ("apikey", "api-key", "key")),
    *((name, AuthType.OAUTH2) for name in ("oauth", "oauth2.0", "oauth_2", "oauth2_client_credentials", "client_credentials", "jwt")),
    ("token", AuthType.BEARER), ("bearer_token", AuthType.BEARER), ("basic_auth", AuthType.BASIC), ("http_basic", AuthType.BASIC),
    ("http_digest", AuthType.DIGEST), ("signature", AuthType.HMAC),
)
_OTHER_MODES = (
    ("private_key_jwt", ClientMode.JWT), ("client_secret_basic", ClientMode.HEADER), ("basic", ClientMode.HEADER),
    *((name, ClientMode.URL) for name in ("client_secret_post", "post", "body", "form")),
)
"""The names of RFC 7591 §2 and OpenID Connect Core §9, and of other programs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthOptions:
    """Authentication: how a request proves who sends it."""

    type: AuthType = prop("auth.type", OneOf(*AuthType, others=_OTHER_TYPES), AuthType.NONE, HIGH, "Chooses the credentials that go with every request.")
    user: str | None = prop("connection.user", STRING, None, MEDIUM, "User name for `auth.type=basic` and `digest`.")
    password: Secret | None = prop("connection.password", PASSWORD, None, MEDIUM, "Password for `auth.type=basic` and `digest`.")
    bearer_token: Secret | None = prop("bearer.token", PASSWORD, None, MEDIUM,
        "Token for `auth.type=bearer`; it is not renewed, so an expired one fails the entities with 401.")
    token_url: str | None = prop("oauth2.token.url", STRING, None, MEDIUM,
        "Where `auth.type=oauth2` gets its tokens.")
    grant_type: GrantType = prop("oauth2.grant.type", OneOf(*GrantType, package="urn:ietf:params:oauth:grant-type:"),
        GrantType.CLIENT_CREDENTIALS, MEDIUM,
        "The grant that requests a token: the client's own credentials (RFC 6749 §4.4), a signed JWT (RFC 7523 §2.1), or a refresh token (§6).", aliases=("oauth2.client.grant.type",))
    client_id: str | None = prop("oauth2.client.id", STRING, None, MEDIUM, "The client's name at the token URL.")
    client_secret: Secret | None = prop("oauth2.client.secret", PASSWORD, None, MEDIUM, "The client's secret at the token URL.")
    token_property: str = prop("oauth2.token.property", STRING, "access_token", MEDIUM,
        "The member of the token URL's answer that holds the token.")
    scope: str = prop("oauth2.client.scope", STRING, "any", MEDIUM,
        "The scope to request; an empty one sends no scope, for servers that refuse `any`, which is sent with `client_credentials` only.")
    client_mode: ClientMode = prop("oauth2.client.mode", OneOf(*ClientMode, others=_OTHER_MODES), ClientMode.HEADER, MEDIUM,
        "`header` sends id and secret as Basic authorization, `url` in the form of the token request; `jwt` sends a signed JWT instead of the "
        "secret (RFC 7523 §2.2, `private_key_jwt`).", aliases=("oauth2.client.auth.mode",))
    token_headers: Secret | None = prop("oauth2.client.headers", PASSWORD, None, LOW,
        "Further headers of the token request as `Name:value`, separated by their separator.")
    token_headers_separator: str = prop("oauth2.client.header.separator", STRING, "|", LOW,
        "Stands between two headers of the token request; taken literally.")
    token_parameters: Secret | None = prop("oauth2.token.parameters", PASSWORD, None, LOW,
        "Further members of the token request's form as `name=value`, separated by `&`, such as an `audience` or `resource`.")
    refresh_token: Secret | None = prop("oauth2.refresh.token", PASSWORD, None, MEDIUM,
        "The refresh token for `oauth2.grant.type=refresh_token`.")
    refresh_token_file: str | None = prop("oauth2.refresh.token.file", STRING, None, LOW,
        "A file that keeps the newest refresh token, for servers that give another one with each use; all tasks of the connector must see it.")
    jwt_enabled: bool = prop("oauth2.jwt.enabled", BOOLEAN, False, LOW,
        "Adds a signed JWT to the token request as `jwt_token`, as HTTP Source V2 does; RFC 7523 is `oauth2.client.mode=jwt` or "
        "`oauth2.grant.type=jwt-bearer`, which need no such switch.")
    jwt_keystore_path: str | None = prop("oauth2.jwt.keystore.path", STRING, None, MEDIUM,
        "The file with the private key that signs JWTs: JKS, JCEKS, PKCS12 or PEM.")
    jwt_keystore_password: Secret | None = prop("oauth2.jwt.keystore.password", PASSWORD, None, MEDIUM, "The password of that store.")
    jwt_keystore_type: str | None = prop("oauth2.jwt.keystore.type", OneOf("JKS", "JCEKS", "PKCS12", "PEM"), None, LOW,
        "The type of that store; detected if not set, and a wrong one is refused.")
    jwt_private_key: Secret | None = prop("oauth2.jwt.private.key", PASSWORD, None, MEDIUM,
        "The private key itself as PEM, instead of a file.")
    jwt_key_password: Secret | None = prop("oauth2.jwt.key.password", PASSWORD, None, LOW,
        "The password of the key, if it is encrypted or has another password than its store.")
    jwt_claimset: str | None = prop("oauth2.jwt.claimset", STRING, None, MEDIUM,
        "A JSON object of claims, which win over `iss` and `sub` (the client's id) and `aud` (the token URL); null removes a claim. "
        "`iat`, `exp` and `jti` are set for each token request.")
    jwt_algorithm: str | None = prop("oauth2.jwt.algorithm", OneOf(*JWT_ALGORITHMS), None, LOW,
        "How JWTs are signed; if not set, as the key suggests: RS256, ES256, ES384, ES512 or EdDSA.")
    jwt_key_id: str | None = prop("oauth2.jwt.key.id", STRING, None, LOW, "The `kid` in the header of JWTs, by which the server finds the key.")
    jwt_lifetime_seconds: int = prop("oauth2.jwt.lifetime.seconds", Integer(1, 86_400), 300, LOW, "How long a JWT is valid: `exp` is `iat` and this.")
    renew_on_status_codes: StatusRanges = prop("oauth2.renew.on.status.codes", STATUS_RANGES, NO_STATUS, LOW,
        "Status codes and ranges besides 401 after which a request is sent once more with a new token, for an API that "
        "answers an expired token with another status, such as 403.")
    key_location: KeyLocation = prop("api.key.location", OneOf(*KeyLocation), KeyLocation.HEADER, MEDIUM,
        "Whether `auth.type=api_key` sends the key in a header or in the query.")
    key_name: str = prop("api.key.name", STRING, "X-API-KEY", MEDIUM, "The header or query parameter that carries the key.")
    key_value: Secret | None = prop("api.key.value", PASSWORD, None, HIGH, "The key for `auth.type=api_key`.")
    hmac_secret: Secret | None = prop("hmac.secret", PASSWORD, None, MEDIUM, "The key for `auth.type=hmac`.")
    hmac_secret_encoding: HmacKeyEncoding = prop("hmac.secret.encoding", OneOf(*HmacKeyEncoding), HmacKeyEncoding.TEXT, LOW,
        "Whether the key is the text of `hmac.secret` in UTF-8, or the bytes that it encodes.")
    hmac_algorithm: HmacAlgorithm = prop("hmac.algorithm", OneOf(*HmacAlgorithm), HmacAlgorithm.SHA256, MEDIUM,
        "What the signature is computed with.")
    hmac_template: str | None = prop("hmac.template", SIGNED_TEXT, None, MEDIUM,
        "What is signed: a text with `${method}`, `${url}`, `${host}`, `${path}`, `${query}`, `${target}` (path and query), `${body}`, "
        "`${bodySha256}` or another digest of the body, `${timestamp}` and `${nonce}`; `\\n` is a line break, `\\\\` a backslash, `$${` writes `${`.")
    hmac_encoding: HmacEncoding = prop("hmac.encoding", OneOf(*HmacEncoding), HmacEncoding.HEX, LOW, "How `${signature}` is written.")
    hmac_headers: str = prop("hmac.headers", SIGNED_TEXT, "X-Signature:${signature}", MEDIUM,
        "The headers that `auth.type=hmac` sends, as `Name:value` separated by `|`; besides `${signature}` a value may hold "
        "what `hmac.template` may, except the body, such as `${timestamp}` and `${nonce}`.")
    hmac_timestamp_format: TimestampFormat = prop("hmac.timestamp.format", OneOf(*TimestampFormat), TimestampFormat.SECONDS, LOW,
        "How `${timestamp}` is written: since 1970, as 2026-11-29T15:50:54Z, as 20261129T155054Z, or as in the header Date.")
    aws_access_key_id: str | None = prop("aws.access.key.id", STRING, None, MEDIUM,
        "The access key for `auth.type=aws_sigv4`; without it and its secret botocore finds credentials where AWS's own programs do: in the "
        "environment, in `~/.aws`, at the role of the container or machine.")
    aws_secret_access_key: Secret | None = prop("aws.secret.access.key", PASSWORD, None, MEDIUM, "The secret of the access key.")
    aws_session_token: Secret | None = prop("aws.session.token", PASSWORD, None, LOW,
        "The token that goes with temporary keys; it is not renewed, as those of a role are.")
    aws_region: str | None = prop("aws.region", STRING, None, MEDIUM, "The region that requests are signed for, such as `eu-central-1`.")
    aws_service: str = prop("aws.service", STRING, "execute-api", MEDIUM,
        "The service that requests are signed for: `execute-api` for API Gateway, `lambda` for function URLs, `es`, `appsync`, `s3`.")
