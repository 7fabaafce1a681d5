"""Where variables are replaced, and where one is a mistake. A secret's text never gets into a finding."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from http_source.config.findings import shown
from http_source.config.options.auth import SIGNED_TEXT
from http_source.config.properties import PROPERTIES, AuthOptions, ProxyOptions, RequestOptions, properties_of
from http_source.config.types import STRING, Secret, text_of
from http_source.config.variables import VARIABLES, closed_variables, escaped, escaped_but_variables, holds, literal
from http_source.errors import Finding

SENSITIVE = "http.request.sensitive.headers"
TOPIC = "topic.name.pattern"
TEMPLATES = ("url", "http.request.parameters", "http.request.body", "http.request.headers", SENSITIVE, TOPIC)
"""The properties in which variables are replaced."""

_CREDENTIALS = {known.name for group in (AuthOptions, ProxyOptions) for known in properties_of(group).values() if known.type is STRING}
PLAIN_TEXTS = tuple(name for name, known in PROPERTIES.items() if (known.secret or name in _CREDENTIALS) and name not in TEMPLATES)
"""Properties that are sent as they are, so that a variable in one was not meant."""

_SIGNED_TEXTS = tuple(name for name, known in PROPERTIES.items() if known.type is SIGNED_TEXT)
"""Properties with variables of their own, which whoever signs replaces."""

WRITTEN = {**dict.fromkeys(TEMPLATES, escaped_but_variables), **dict.fromkeys((*PLAIN_TEXTS, *_SIGNED_TEXTS), escaped)}
"""How what a config provider gives is written into the text of a property in which `$${` writes `${`."""

_SHELL = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_NOT_KNOWN = (
    "It holds a `${…}` that is neither a template variable nor a reference to a config provider. A reference is ${env:NAME}, "
    "${file:/path:key} or ${directory:/path:file}; write $${ where ${ itself is meant."
)


def spell_out(values: dict[str, Any]) -> Iterator[Finding]:
    """Put the texts that are sent as they are in the place of what was written for them, and find the variables in these."""
    for name in PLAIN_TEXTS:
        value = values.get(name)
        text = value.reveal() if isinstance(value, Secret) else value
        if isinstance(text, str) and "${" in text:
            values[name] = Secret(literal(text)) if isinstance(value, Secret) else literal(text)
            yield from _misplaced(name, text)


def templates_of(request: RequestOptions) -> Mapping[str, str]:
    """What may hold variables of a request, by the property."""
    return {
        "url": request.url,
        "http.request.headers": request.headers or "",
        SENSITIVE: text_of(request.sensitive_headers),
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


def _misplaced(name: str, text: str) -> Iterator[Finding]:
    known = {each if each in VARIABLES else "" for each in closed_variables(text)}
    for variable in sorted(known - {""}):
        yield Finding(name, f"{variable} is not replaced in it and would be sent as it is; remove it, or write ${variable} for this text.")
    if "" in known:
        # A text that is a variable and nothing else is not the secret itself.
        name_alone = _SHELL.fullmatch(text.strip())
        yield Finding(name, _shell_variable(name_alone[1]) if name_alone else _NOT_KNOWN)


def _shell_variable(name: str) -> str:
    return f"It is ${{{shown(name)}}}, which nothing replaces; write ${{env:{shown(name)}}} for the environment variable."
