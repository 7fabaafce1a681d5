"""How a request proves who sends it."""

from dataclasses import dataclass
from enum import StrEnum

from http_source.config.property import HIGH, LOW, MEDIUM, prop
from http_source.config.types import NO_STATUS, PASSWORD, STATUS_RANGES, STRING, OneOf, Secret, StatusRanges


class AuthType(StrEnum):
    """How requests prove who sends them."""

    NONE = "none"
    BASIC = "basic"
    OAUTH2 = "oauth2"
    BEARER = "bearer"
    API_KEY = "api_key"


class ClientMode(StrEnum):
    """Where a token request carries the client's credentials."""

    HEADER = "header"
    URL = "url"


class KeyLocation(StrEnum):
    """Where a request carries an API key."""

    HEADER = "HEADER"
    QUERY = "QUERY"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthOptions:
    """Authentication: how a request proves who sends it."""

    type: AuthType = prop("auth.type", OneOf(*AuthType), AuthType.NONE, HIGH, "Chooses the credentials that go with every request.")
    user: str | None = prop("connection.user", STRING, None, MEDIUM, "User name for `auth.type=basic`.")
    password: Secret | None = prop("connection.password", PASSWORD, None, MEDIUM, "Password for `auth.type=basic`.")
    bearer_token: Secret | None = prop("bearer.token", PASSWORD, None, MEDIUM,
        "Token for `auth.type=bearer`; it is not renewed, so an expired one fails the entities with 401.")
    token_url: str | None = prop("oauth2.token.url", STRING, None, MEDIUM,
        "Where `auth.type=oauth2` gets its tokens, with the client credentials grant (RFC 6749 §4.4).")
    client_id: str | None = prop("oauth2.client.id", STRING, None, MEDIUM, "The client's name at the token URL.")
    client_secret: Secret | None = prop("oauth2.client.secret", PASSWORD, None, MEDIUM, "The client's secret at the token URL.")
    token_property: str = prop("oauth2.token.property", STRING, "access_token", MEDIUM,
        "The member of the token URL's answer that holds the token.")
    scope: str = prop("oauth2.client.scope", STRING, "any", MEDIUM,
        "The scope asked for; an empty one sends no scope, for servers that refuse `any`.")
    client_mode: ClientMode = prop("oauth2.client.mode", OneOf(*ClientMode), ClientMode.HEADER, MEDIUM,
        "`header` sends id and secret as Basic authorization, `url` in the form of the token request.", aliases=("oauth2.client.auth.mode",))
    token_headers: Secret | None = prop("oauth2.client.headers", PASSWORD, None, LOW,
        "Further headers of the token request as `Name:value`, split by their separator.")
    token_headers_separator: str = prop("oauth2.client.header.separator", STRING, "|", LOW,
        "Stands between two headers of the token request; taken literally.")
    token_parameters: Secret | None = prop("oauth2.token.parameters", PASSWORD, None, LOW,
        "Further members of the token request's form as `name=value`, split by `&`, such as an `audience` or `resource`.")
    renew_on_status_codes: StatusRanges = prop("oauth2.renew.on.status.codes", STATUS_RANGES, NO_STATUS, LOW,
        "Status codes and ranges besides 401 after which a request is sent once more with a new token, where an API says so "
        "of a token whose time is over, such as 403.")
    key_location: KeyLocation = prop("api.key.location", OneOf(*KeyLocation), KeyLocation.HEADER, MEDIUM,
        "Whether `auth.type=api_key` sends the key in a header or in the query.")
    key_name: str = prop("api.key.name", STRING, "X-API-KEY", MEDIUM, "The header or query parameter that carries the key.")
    key_value: Secret | None = prop("api.key.value", PASSWORD, None, HIGH, "The key for `auth.type=api_key`.")
