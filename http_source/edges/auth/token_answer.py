"""The answer to a token request (RFC 6749 §5): the token in it, or a sentence about what to fix. Secrets and tokens are never quoted."""

import json
import math
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NoReturn

from http_source.config.properties import AuthOptions, ClientMode, GrantType
from http_source.errors import RequestFailed
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import Foreign, readable
from http_source.model import Response

_TOKEN = re.compile(r"[\x21-\x7e]+")
"""More than b64token (RFC 6750 §2.1), which some servers do not keep to; nothing that ends or splits a header."""

_OF_A_KEY = frozenset({"mac", "dpop", "pop"})
"""Types of tokens that serve nobody without a key (RFC 6749 §7.1, RFC 9449 §5); what else servers write, they mean a bearer's."""

_LONGEST_LIFE_S = 365 * 86_400
_MOST_MEMBERS = 10
_CLIENT = "Check `oauth2.client.id`, `oauth2.client.secret`, and whether the server expects them as `oauth2.client.mode` says."
_GRANT = "Let the authorization server allow the client of `oauth2.client.id` the grant that `oauth2.grant.type` names."
_GIVEN = {
    GrantType.REFRESH_TOKEN: "Set `oauth2.refresh.token` to a new one. If the server takes each only once, as many do, set "
                             "`oauth2.refresh.token.file` as well.",
    GrantType.JWT_BEARER: "Check the claims in `oauth2.jwt.claimset` (iss, sub, aud), whether the server knows the key that signs, and the "
                          "clock.",
}
_GIVEN_WITH_FILE = (
    "Set `oauth2.refresh.token` to a new one, which also starts a new file at `oauth2.refresh.token.file`; and let nothing else use it."
)
_SIGNED = "Check whether the server knows the key that signs (`oauth2.jwt.key.id`), and the claims of `oauth2.jwt.claimset` (sub, aud)."
_EXTRAS = "Check `oauth2.client.mode`, and `oauth2.token.parameters` for what else the server requires."
_ADVICE_ON_ERRORS = {
    "invalid_client": _CLIENT,
    "unauthorized_client": _GRANT,
    "unsupported_grant_type": _GRANT,
    "invalid_scope": "Set `oauth2.client.scope` to what this client may ask for, or to an empty text to ask for none.",
    "invalid_request": _EXTRAS,
    "invalid_target": _EXTRAS,
}
_ADVICE_ON_STATUSES = {400: _EXTRAS, 401: _CLIENT, 403: _CLIENT}


def refuses_client(response: Response) -> bool:
    """Whether the server does not accept who is asking (RFC 6749 §5.2); some find nothing but a faulty request in a header they misread."""
    if response.status == HTTPStatus.BAD_REQUEST:
        return _members(response).get("error") in ("invalid_client", "invalid_request")
    return response.status == HTTPStatus.UNAUTHORIZED


def read_token(response: Response, options: AuthOptions, redact: Redactor) -> dict[str, str | int]:
    """The answer as RFC 6749 §5.1 has it: `access_token`, `token_type`, `refresh_token`, and `expires_in` in seconds, if it makes sense.

    Raises RequestFailed when there is no token that can be sent.
    """
    members = _members(response)
    token = members.get(options.token_property)
    if not _is_success(response) or not isinstance(token, str):
        _refuse(response, members, options, redact)
    if str(members.get("token_type")).lower() in _OF_A_KEY:
        raise _failure(response, options, f" with a token of the type {members['token_type']}, whose requests must be signed with a key. "
                                          "Only bearer tokens are sent: let the authorization server give the client those.")
    if not _TOKEN.fullmatch(token):
        raise _failure(response, options, ", but its token is empty or holds blanks, control characters or non-ASCII text. "
                                          "Check `oauth2.token.property`.")
    life = _life(members.get("expires_in"))
    refresh, given = members.get("refresh_token"), {"access_token": token, "token_type": "Bearer"}
    more = {"refresh_token": refresh} if isinstance(refresh, str) and refresh else {}
    return {**given, **more, **({} if life is None else {"expires_in": life})}


def address(options: AuthOptions) -> str:
    """The token URL as it may be shown: without its query."""
    return (options.token_url or "").partition("?")[0]


def _refuse(response: Response, members: Mapping[str, Any], options: AuthOptions, redact: Redactor) -> NoReturn:
    if isinstance(error := members.get("error"), str) and error:
        described = members.get("error_description")
        description = f": {_quoted(described, redact)}" if isinstance(described, str) and described else ""
        advice = _advice(error, options) or _advice_on(response.status)
        raise _failure(response, options, f" with the error {_quoted(error, redact)}{description}. {advice}")
    if _is_success(response):
        raise _failure(response, options, _without_token(members, options, redact))
    if HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST:
        target = next((value for name, value in response.headers.items() if name.lower() == "location"), "").partition("?")[0]
        raise _failure(response, options, f", a redirect to {_quoted(target, redact)}. Set `oauth2.token.url` to where it leads.")
    start = readable(Foreign(response.body), redact)
    raise _failure(response, options, f". {_advice_on(response.status)}" + (f' The answer starts with "{start}".' if start else ""))


def _advice(error: str, options: AuthOptions) -> str:
    """What to do about an error that RFC 6749 §5.2 or RFC 8707 §2 defines; empty for any other."""
    if error == "invalid_grant" and options.grant_type is GrantType.REFRESH_TOKEN and options.refresh_token_file:
        return _GIVEN_WITH_FILE
    if error == "invalid_grant":
        return _GIVEN.get(options.grant_type, _GRANT)
    if error in {"invalid_client", "invalid_request"} and options.client_mode is ClientMode.JWT:
        return _SIGNED
    return _ADVICE_ON_ERRORS.get(error, "")


def _without_token(members: Mapping[str, Any], options: AuthOptions, redact: Redactor) -> str:
    if not members:
        return ", but not with a JSON object. Check `oauth2.token.url`: it may be the address of a page for people."
    there = ", ".join(_quoted(name, redact) for name in list(members)[:_MOST_MEMBERS])
    return (f", but the member {_quoted(options.token_property, redact)} is missing or is not a text; the members are {there}. "
            "Set `oauth2.token.property` to the one that holds the token.")


def _failure(response: Response, options: AuthOptions, rest: str) -> RequestFailed:
    return RequestFailed(f"The OAuth token request POST {address(options)} was answered {response.status}{rest}")


def _advice_on(status: int) -> str:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return "The server is busy or faulty; if that lasts, check `oauth2.token.url`."
    return _ADVICE_ON_STATUSES.get(status, "Check `oauth2.token.url`.")


def _is_success(response: Response) -> bool:
    return HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES


def _members(response: Response) -> Mapping[str, Any]:
    """The members of the JSON object that the answer is; none of anything else."""
    try:
        document = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _life(said: object) -> int | None:
    """Whole seconds from one to a year; None for what is not a number, which some servers send (RFC 6749 §5.1 asks for one)."""
    try:
        seconds = float(said) if isinstance(said, str | int | float) and not isinstance(said, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return int(min(max(seconds, 1.0), _LONGEST_LIFE_S)) if math.isfinite(seconds) else None


def _quoted(foreign: str, redact: Redactor) -> str:
    return f'"{readable(Foreign(foreign), redact)}"'
