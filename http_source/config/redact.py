"""Takes a connector's secrets out of foreign text, such as an answer that echoes the key it was asked with."""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote_plus

from http_source.config.findings import HIDDEN
from http_source.config.jaas import read_login
from http_source.config.likely_keys import is_named_as_key, may_be_key
from http_source.config.lists import parse_headers, parse_parameters
from http_source.config.properties import GROUPS, ConnectorConfig, properties_of
from http_source.config.types import Secret
from http_source.config.variables import VARIABLE, literal

_SHORTEST = 4
"""Replacing shorter values would hide every other word and protect nothing."""

_NEVER_REPEATED = frozenset({"https.ssl.keystorefile", "https.ssl.truststorefile", "https.ssl.truststore.certificates"})
"""Whole stores are sent nowhere, so nobody can repeat them, and they are long; certificates everybody may know."""

_MOST_LEARNED = 32
"""Tokens that late answers may repeat: a request lasts 30 s by default, and a token is renewed once a second at most."""

Pattern = re.Pattern[str]

MEMBER = re.compile(r'("((?:[^"\\]|\\.)*)"\s*:\s*)"((?:[^"\\]|\\.)*)"')


class Redactor:
    """Replaces every secret in a text by `[hidden]`: as it is, and in base64, URL-encoded and JSON-escaped."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._configured = _pattern(values)
        self._learned: tuple[Pattern, ...] = ()

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        for pattern in (self._configured, *self._learned):
            text = pattern.sub(HIDDEN, text)
        return text

    def learn(self, *values: str) -> None:
        """Hide these as well from now on, such as a token that was got at run time; of very many the newest are kept."""
        self._learned = (_pattern(values), *self._learned[: _MOST_LEARNED - 1])


def redactor(config: ConnectorConfig) -> Redactor:
    """What hides a connector's secrets.

    Besides passwords and tokens, the values of all headers count, and what may be a key in queries and the body.
    """
    return Redactor(_values(config))


def _pattern(values: Iterable[str]) -> Pattern:
    forms = {form for value in values if len(value) >= _SHORTEST for form in _forms(value)}
    # The longest first, since one secret may begin with another; without any, what matches nothing.
    return re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)) or r"(?!)", re.IGNORECASE)


def _values(config: ConnectorConfig) -> Iterator[str]:
    request, auth = config.request, config.auth
    for secret in _secrets(config):
        yield from _pieces(secret.reveal())
    yield from _pairs(config)
    yield from _header_values(request.headers, request.headers_separator)
    yield from _header_values(_text(request.sensitive_headers), request.headers_separator)
    yield from _header_values(_text(auth.token_headers), auth.token_headers_separator)
    yield from (value for _, value in parse_parameters(_text(auth.token_parameters), "&"))
    yield from read_login(config.producer.jaas.reveal()).secrets if config.producer.jaas else ()
    yield from _keys(config)
    host = request.url.partition("://")[2].partition("/")[0]
    provided = (each.reveal().strip() for each in config.provided)
    yield from (value for value in provided if may_be_key("", value) and value not in host)


def _secrets(config: ConnectorConfig) -> Iterator[Secret]:
    """The values of all properties that are secrets."""
    for field, group in GROUPS.items():
        for attribute, known in properties_of(group).items():
            value = getattr(getattr(config, field), attribute)
            if isinstance(value, Secret) and known.name not in _NEVER_REPEATED:
                yield value


def _pieces(secret: str) -> Iterable[str]:
    """The secret, or each line of a key as PEM: who repeats it may break lines in another way."""
    return (line.strip() for line in secret.splitlines() if "-----" not in line) if "-----BEGIN" in secret else (secret,)


def _pairs(config: ConnectorConfig) -> Iterator[str]:
    """User and password as Basic authorization joins them, at the token URL with both encoded first (RFC 6749 §2.3.1)."""
    auth, proxy = config.auth, config.proxy
    client = auth.client_id or "", _text(auth.client_secret)
    signatures = ((auth.user or "", _text(auth.password)), client, (quote_plus(client[0]), quote_plus(client[1])),
                  (proxy.user or "", _text(proxy.password)))
    return (f"{user}:{password}" for user, password in signatures if user and password)


def _header_values(headers: str | None, separator: str) -> Iterator[str]:
    for _, value in parse_headers(headers or "", separator):
        for fixed in _fixed(value):
            yield fixed
            yield fixed.rpartition(" ")[2]


def _fixed(value: str) -> Iterator[str]:
    """What stands around the variables of a value, as it is sent."""
    return (literal(piece).strip() for piece in VARIABLE.split(value)[::2])


def _keys(config: ConnectorConfig) -> Iterator[str]:
    """The keys that people put into queries and bodies."""
    options = config.request
    queries = [(options.url.partition("?")[2], "&"), ((config.offsets.initial or "").partition("?")[2], "&")]
    for query, separator in (*queries, (options.parameters or "", options.parameters_separator)):
        for name, _, value in (item.partition("=") for item in query.split(separator)):
            if may_be_key(name, value):
                yield from (literal(value), unquote_plus(literal(value)))
    for _, name, value in MEMBER.findall(options.body or ""):
        if is_named_as_key(name, value):
            yield from (literal(value), _unescaped(literal(value)))


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
    yield quote(value)
    yield quote_plus(value)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield json.dumps(value)[1:-1].replace("/", "\\/")
    yield html.escape(value)
    yield from (_escaped(value, letters) for letters in ("<>&", "<>&+'\"`"))


def _escaped(value: str, letters: str) -> str:
    return "".join(f"\\u{ord(each):04x}" if each in letters else each for each in value)
