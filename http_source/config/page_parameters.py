"""Parameters that count pages, by their names."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

from http_source.config.json_body import JSON_STRING
from http_source.config.placeholders import sent_of
from http_source.config.properties import RequestOptions
from http_source.config.variables import OFFSET, holds

_PAGE = re.compile(r"(current|start|first)?(p|pg|page)(no|nr|num|number|index|idx)?")
_MEMBER = re.compile(rf'({JSON_STRING})\s*:\s*(?:\$\{{offset\}}|"\$\{{offset\}}")|{JSON_STRING}', re.DOTALL)


def counts_pages(parameter: str) -> bool:
    """Whether a parameter counts pages by its name."""
    return bool(_PAGE.fullmatch(re.sub(r"[^a-z]", "", parameter.lower())))


def counting(request: RequestOptions) -> Iterator[tuple[str, str]]:
    """The parameters that hold the offset, each with its property."""
    sent = sent_of(request)
    body = sent.get("http.request.body", "")
    queries = (
        ("url", sent["url"].partition("?")[2], "&"),
        ("http.request.parameters", sent.get("http.request.parameters", ""), request.parameters_separator or "&"),
        ("http.request.body", body, "&"),  # a form
    )
    for name, query, separator in queries:
        for parameter, _, value in (item.partition("=") for item in query.split(separator)):
            if holds(value, OFFSET):
                yield name, unquote_plus(parameter)
    yield from (("http.request.body", match[1][1:-1]) for match in _MEMBER.finditer(body) if match[1])
