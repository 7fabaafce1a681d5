"""Rules about variables: each that is there is one that its property takes. A secret's text never gets into a finding."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from http_source.config.findings import did_you_mean, shown
from http_source.config.properties import (
    PROPERTIES,
    AuthOptions,
    ConnectorConfig,
    OffsetMode,
    OffsetOptions,
    ProxyOptions,
    RequestOptions,
    properties_of,
)
from http_source.config.types import STRING, Secret
from http_source.config.variables import (
    ENTITY,
    OFFSET,
    VARIABLES,
    WINDOW_END,
    WINDOW_START,
    closed_variables,
    escaped,
    escaped_but_variables,
    holds,
    like_variables,
    literal,
)
from http_source.errors import Finding

SENSITIVE = "http.request.sensitive.headers"
TOPIC = "topic.name.pattern"
TEMPLATES = ("url", "http.request.parameters", "http.request.body", "http.request.headers", SENSITIVE, TOPIC)
"""The properties in which variables are replaced."""

_CREDENTIALS = {known.name for group in (AuthOptions, ProxyOptions) for known in properties_of(group).values() if known.type is STRING}
PLAIN_TEXTS = tuple(name for name, known in PROPERTIES.items() if (known.secret or name in _CREDENTIALS) and name not in TEMPLATES)
"""Properties that are sent as they are, so that a variable in one was not meant."""

WRITTEN = {**dict.fromkeys(TEMPLATES, escaped_but_variables), **dict.fromkeys(PLAIN_TEXTS, escaped)}
"""How what a config provider gives is written into the text of a property in which `$${` writes `${`."""

_MOST_UNKNOWN = 5
_NOT_KNOWN = (
    "It holds a `${…}` that is neither a template variable nor a reference to a config provider. A reference is ${env:NAME}, "
    "${file:/path:key} or ${directory:/path:file}; write $${ where ${ itself is meant."
)


def check_placeholders(config: ConnectorConfig) -> Iterator[Finding]:
    """Every variable in a template is known there."""
    for name, text in templates_of(config.request).items():
        yield from _unknown(name, text, _variables(config.offsets))
    yield from _unknown(TOPIC, config.output.topic_name_pattern, (ENTITY,))


def spell_out(values: dict[str, Any]) -> Iterator[Finding]:
    """Put the texts that are sent as they are in the place of what was written for them, and find the variables in these."""
    for name in PLAIN_TEXTS:
        value = values.get(name)
        text = value.reveal() if isinstance(value, Secret) else value
        if isinstance(text, str) and "${" in text:
            values[name] = Secret(literal(text)) if isinstance(value, Secret) else literal(text)
            yield from _misplaced(name, closed_variables(text))


def templates_of(request: RequestOptions) -> Mapping[str, str]:
    """What may hold variables of a request, by the property."""
    sensitive = request.sensitive_headers
    return {
        "url": request.url,
        "http.request.headers": request.headers or "",
        SENSITIVE: sensitive.reveal() if sensitive else "",
        "http.request.parameters": request.parameters or "",
        "http.request.body": request.body or "",
    }


def sent_of(request: RequestOptions) -> Mapping[str, str]:
    """The same without what the method does not send."""
    unsent = "http.request.body" if request.method == "GET" else "http.request.parameters"
    return {name: text for name, text in templates_of(request).items() if name != unsent}


def is_sent(variable: str, request: RequestOptions) -> bool:
    """Whether a request has the variable somewhere."""
    return any(holds(text, variable) for text in sent_of(request).values())


def _variables(options: OffsetOptions) -> tuple[str, ...]:
    if options.mode is not OffsetMode.TIME_WINDOW:
        return (OFFSET, ENTITY)
    return VARIABLES if options.window_mode else (ENTITY, WINDOW_START, WINDOW_END)


def _unknown(name: str, text: str, known: tuple[str, ...]) -> Iterator[Finding]:
    allowed = ", ".join(known[:-1]) + " and " * (len(known) > 1) + known[-1]
    found = dict.fromkeys(each for each in like_variables(text) if each not in known)
    for unknown in islice(found, _MOST_UNKNOWN):
        if unknown in VARIABLES:
            yield Finding(name, f"{unknown} is not replaced in it. It takes {allowed}.")
        else:
            what = "" if PROPERTIES[name].secret else f" {shown(unknown)}"
            yield Finding(name, f"There is an unknown template variable{what}.{did_you_mean(unknown, known)} It takes {allowed}.")


def _misplaced(name: str, found: Iterable[str]) -> Iterator[Finding]:
    known = {each if each in VARIABLES else "" for each in found}
    for variable in sorted(known - {""}):
        yield Finding(name, f"{variable} is not replaced in it and would be sent as it is; remove it, or write ${variable} for this text.")
    if "" in known:
        yield Finding(name, _NOT_KNOWN)

