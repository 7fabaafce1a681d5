"""Takes a connector's secrets out of foreign text, such as an answer that echoes the key it was asked with."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_plus, unquote_plus

from http_source.config.findings import HIDDEN
from http_source.config.lists import parse_headers
from http_source.config.properties import ConnectorConfig
from http_source.config.types import Secret

_SHORTEST = 4
"""Replacing shorter values would hide every other word and protect nothing."""

_KEY_NAME = re.compile(
    r"(api|app|access|secret|private|subscription)[-_.]?(key|id|token)|passw|pwd|secret|auth|signature|credential|jwt"
    r"|^(key|token|sig|pass|code)$",
    re.IGNORECASE,
)
_NO_KEY = re.compile(r"[A-Za-z_.,: -]*|[0-9]{1,6}|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+Z?)?")
"""Words, small numbers and dates: keys that a machine made look otherwise."""

_VARIABLE = re.compile(r"\$\{[^}]*\}")
MEMBER = re.compile(r'("((?:[^"\\]|\\.)*)"\s*:\s*)"((?:[^"\\]|\\.)*)"')


def redactor(config: ConnectorConfig) -> Callable[[str], str]:
    """A function that replaces every secret by `[hidden]`: as it is, and in base64, URL-encoded and JSON-escaped.

    Besides passwords and tokens, the values of all headers count, and what may be a key in queries and the body.
    """
    forms = {form for value in _values(config) if len(value) >= _SHORTEST for form in _forms(value)}
    if not forms:
        return str
    pattern = re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)))
    return lambda text: pattern.sub(HIDDEN, text)


def _values(config: ConnectorConfig) -> Iterator[str]:
    auth, request = config.auth, config.request
    yield from map(_text, (auth.password, auth.bearer_token, config.kafka.api_key, config.kafka.api_secret))
    if auth.user and auth.password:
        yield f"{auth.user}:{auth.password.reveal()}"
    for headers in (request.headers, _text(request.sensitive_headers)):
        for _, value in parse_headers(headers or "", request.headers_separator):
            yield value
            yield value.rpartition(" ")[2]
    yield from _keys(config)
    host = request.url.partition("://")[2].partition("/")[0]
    provided = (each.reveal().strip() for each in config.provided)
    yield from (value for value in provided if may_be_key("", value) and value not in host)


def _keys(config: ConnectorConfig) -> Iterator[str]:
    """The keys that people put into queries and bodies."""
    options = config.request
    queries = [(options.url.partition("?")[2], "&"), ((config.offsets.initial or "").partition("?")[2], "&")]
    for query, separator in (*queries, (options.parameters or "", options.parameters_separator)):
        for name, _, value in (item.partition("=") for item in query.split(separator)):
            if may_be_key(name, value):
                yield from (value, unquote_plus(value))
    for _, name, value in MEMBER.findall(options.body or ""):
        if is_named_as_key(name, value):
            yield from (value, _unescaped(value))


def _unescaped(literal: str) -> str:
    """What a JSON string literal stands for; the text itself where it is none, as in a body that is no JSON."""
    try:
        return str(json.loads(f'"{literal}"'))
    except ValueError:
        return literal


def _text(secret: Secret | None) -> str:
    return secret.reveal() if secret else ""


def _forms(value: str) -> Iterator[str]:
    yield value
    yield base64.b64encode(value.encode()).decode()
    yield quote(value, safe="")
    yield quote_plus(value)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]


def may_be_key(name: str, value: str) -> bool:
    """Whether a fixed parameter may be a key, by its name or by how it looks."""
    return is_named_as_key(name, value) or not (_VARIABLE.search(value) or _NO_KEY.fullmatch(unquote_plus(value)))


def is_named_as_key(name: str, value: str) -> bool:
    """Whether a value stands under a name for keys."""
    return bool(_VARIABLE.sub("", value) and _KEY_NAME.search(name))
