"""Whether a body is JSON: as it is written, with its variables, and by its Content-Type."""

import json
import re

from http_source.config.header_lists import PLAIN, SENSITIVE, pairs_of
from http_source.config.properties import RequestOptions
from http_source.config.variables import VARIABLE

JSON_STRING = r'"(?:[^"\\]|\\.)*+(?:"|\Z)'
"""One that is not closed reaches to the end, so that a search through any text takes one pass."""

_STRING_OR_VARIABLE = re.compile(f"{JSON_STRING}|{VARIABLE.pattern}", re.DOTALL)
_JSON_TYPE = re.compile(r"\s*(?:(?:application|text)/json|[^/;]+/[^/;]+\+json)\s*(?:;.*)?", re.IGNORECASE)


def sends_json(request: RequestOptions) -> bool:
    """Whether the body's Content-Type is JSON, as it is without such a header."""
    given = {header.lower(): value for name in (PLAIN, SENSITIVE) for header, value in pairs_of(request, name)}
    return bool(_JSON_TYPE.fullmatch(given.get("content-type", "application/json")))


def fault_of_template(body: str) -> str | None:
    """Why a body cannot be JSON whatever its variables stand for, with the place; None when it can."""
    return fault_of_json(_STRING_OR_VARIABLE.sub(lambda match: match[0] if match[0][0] == '"' else "0".ljust(len(match[0])), body))


def has_variables_outside_strings(body: str) -> bool:
    """Whether what the variables stand for decides if a body is JSON: within its strings it is escaped."""
    return any(match[0][0] != '"' for match in _STRING_OR_VARIABLE.finditer(body))


def fault_of_json(text: str) -> str | None:
    """Why a text is not JSON, with the place; None when it is. Numbers may be of any length."""
    try:
        _DECODER.decode(text)
    except json.JSONDecodeError as error:
        return f"line {error.lineno}, column {error.colno}"
    except ValueError as error:
        return str(error)
    except RecursionError:
        return "nested too deeply"
    return None


def _refuse_constant(name: str) -> None:
    """NaN and the infinities, which Python reads (RFC 8259 §6)."""
    raise ValueError(f"{name} is not a JSON number")


_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_refuse_constant)
