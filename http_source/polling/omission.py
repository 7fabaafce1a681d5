"""Leaves out of a request what would be nothing but an empty offset (`http.empty.offset.omit`)."""

import re
from dataclasses import replace

from http_source.config.json_body import JSON_STRING, fault_of_template, sends_json
from http_source.config.properties import RequestOptions
from http_source.config.types import Secret
from http_source.config.variables import OFFSET

_MEMBER = rf"{JSON_STRING}\s*:\s*(?:\$\{{offset\}}|\"\$\{{offset\}}\")\s*"
_WITH_ITS_COMMA = re.compile(rf"({_MEMBER},\s*)|{JSON_STRING}", re.DOTALL)
_LAST = re.compile(rf"((?:,\s*)?{_MEMBER}(?=\}}))|{JSON_STRING}", re.DOTALL)


def without_offset(options: RequestOptions) -> RequestOptions:
    """The request without the query parameters, headers and JSON members whose value is the offset and nothing else."""
    sensitive = options.sensitive_headers
    return replace(
        options,
        url=_without_in_query(options.url),
        parameters=_without(options.parameters or "", options.parameters_separator, "="),
        headers=_without(options.headers or "", options.headers_separator, ":"),
        sensitive_headers=sensitive and Secret(_without(sensitive.reveal(), options.headers_separator, ":")),
        body=options.body and _without_members(options.body, options),
    )


def _without_in_query(url: str) -> str:
    address, mark, query = url.partition("?")
    left = _without(query, "&", "=")
    return address + mark + left if left or not query else address


def _without(text: str, separator: str, inner: str) -> str:
    items = text.split(separator)
    return separator.join(item for item in items if item.partition(inner)[2].strip(" \t") != OFFSET)


def _without_members(body: str, options: RequestOptions) -> str:
    if not sends_json(options) or fault_of_template(body):
        return body
    for pattern in (_WITH_ITS_COMMA, _LAST):
        body = pattern.sub(lambda match: "" if match[1] else match[0], body)
    return body
