"""What of a configuration others must not be able to repeat, such as by an answer that echoes the key it was asked with."""

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_plus

from http_source.config.jaas import read_login
from http_source.config.likely_keys import is_named_as_key, may_be_key
from http_source.config.lists import parse_headers
from http_source.config.properties import ConnectorConfig, RequestOptions
from http_source.config.types import Secret, text_of
from http_source.config.variables import VARIABLE, literal
from http_source.foreign.redactor import Redactor

_NEVER_REPEATED = frozenset({"https.ssl.keystorefile", "https.ssl.truststorefile", "https.ssl.truststore.certificates"})
"""Whole stores are sent nowhere, so nobody can repeat them, and they are long; certificates everybody may know."""

_CUSTOMARY = frozenset({"accept", "accept-encoding", "accept-language", "cache-control", "content-type", "user-agent"})
"""Headers whose values are made of everybody's words: they are hidden as a whole only."""

MEMBER = re.compile(r'("((?:[^"\\]|\\.)*)"\s*:\s*)"((?:[^"\\]|\\.)*)"')


def redactor(config: ConnectorConfig, others: Iterable[str]) -> Redactor:
    """What hides a connector's secrets, and what others know of.

    Besides passwords and tokens, the values of all headers count, and what may be a key in queries and the body.
    """
    return Redactor((*_values(config), *others), shown_in_part=_customary(config.request))


def _values(config: ConnectorConfig) -> Iterator[str]:
    request, proxy = config.request, config.proxy
    secrets = [(known.name, value) for known, value in config.values() if isinstance(value, Secret)]
    for name, secret in secrets:
        yield from pieces_of(secret.reveal()) if name not in _NEVER_REPEATED else ()
    yield from header_values(request.headers, request.headers_separator)
    yield from header_values(text_of(request.sensitive_headers), request.headers_separator)
    if proxy.user and proxy.password:
        yield f"{proxy.user}:{proxy.password.reveal()}"  # as Basic authorization joins them
    yield from read_login(config.producer.jaas.reveal()).secrets if config.producer.jaas else ()
    yield from _keys(config)
    host = request.url.partition("://")[2].partition("/")[0]
    stores = [_without_blanks(secret.reveal()) for name, secret in secrets if name in _NEVER_REPEATED]
    provided = (each.reveal().strip() for each in config.provided)
    yield from (value for value in provided if may_be_key("", value) and value not in host and not _holds(value, stores))


def _holds(value: str, stores: Iterable[str]) -> bool:
    """Whether it is a store, as a data URI or bare."""
    bare = _without_blanks(value)
    return any(store in bare for store in stores)


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def pieces_of(secret: str) -> Iterable[str]:
    """A secret, or each line of a key as PEM: who repeats it may break lines in another way."""
    return (line.strip() for line in secret.splitlines() if "-----" not in line) if "-----BEGIN" in secret else (secret,)


def _customary(request: RequestOptions) -> Iterator[str]:
    pairs = parse_headers(request.headers or "", request.headers_separator)
    return (fixed for name, value in pairs if name.lower() in _CUSTOMARY for fixed in _fixed(value))


def header_values(headers: str | None, separator: str) -> Iterator[str]:
    """What may be a secret in a header list: each value, and what follows a word such as Bearer in it."""
    for value in (value for name, value in parse_headers(headers or "", separator) if name.lower() not in _CUSTOMARY):
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
