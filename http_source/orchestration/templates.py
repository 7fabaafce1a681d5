"""Fills in the `{{ … }}` of a component's attributes, exactly.

Dagster's own way reads a text that looks like Python as Python, which turns the token `1_000` into 1000 and a JSON body into
something else, and it makes an unset variable the word None.
"""

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError, UndefinedError

from http_source.errors import Finding
from http_source.foreign.text import Foreign, readable

_TEMPLATE = re.compile(r"\{[{%]")


def fill_in(properties: Mapping[str, object], scope: Mapping[str, Any]) -> tuple[dict[str, object], list[Finding]]:
    """The properties with their templates filled in from the scope, and a finding for each that cannot be and is left out."""
    filled, unfilled = {}, []
    for name, value in properties.items():
        try:
            filled[name] = [_text(each, scope) for each in value] if isinstance(value, list) else _text(value, scope)
        except TemplateError as error:
            unfilled.append(Finding(name, f"Its template cannot be filled in: {readable(Foreign(error.message), str)}."))
    return filled, unfilled


def _text(value: object, scope: Mapping[str, Any]) -> object:
    if isinstance(value, str) and _TEMPLATE.search(value):
        return _ENVIRONMENT.from_string(value).render(scope)
    return value


def _given(value: object) -> object:
    """A list as Connect writes one; nothing is refused, since it would be written as the word None."""
    if value is None:
        raise UndefinedError("a variable of the environment that it names is not set; set it, or write {{ env('NAME', 'default') }}")
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else value


_ENVIRONMENT = Environment(
    undefined=StrictUndefined,
    finalize=_given,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 - nothing here is HTML
)
