"""`${offset}` and the other variables in the URL, a query parameter, a header or the body.

Each place writes a value in its own way, so that it arrives as the one value it is. A value put in is never looked through again.
`$${` in a text writes `${`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from http_source.config.json_body import fault_of_json
from http_source.config.variables import ENTITY, OFFSET, VARIABLE, literal
from http_source.model import Offset

Write = Callable[[str], str]
"""Writes a value the way its place needs it."""

Known = Mapping[str, str]
"""What each variable but `${offset}` stands for."""

_AUTHORITY = re.compile(r"https?://[^/?#\\\s\x00-\x20\x7f]*", re.IGNORECASE)
_OFFSET, _ENTITY = OFFSET[2:-1], ENTITY[2:-1]
_JSON_ESCAPE = re.compile(r"\\.", re.DOTALL)
_PERCENT_ENCODED = re.compile(r"(%[0-9A-Fa-f]{2})")
_URL_STARTS = ("http://", "https://", "/", "?")

# RFC 3986 §3.3 and §3.4 allow more: `+`, `&` and `;`, but servers read them as a blank or the end of the value.
_PATH_VALUE = "=:@,!$'()*"
_QUERY_VALUE = _PATH_VALUE + "/?"
_WRITTEN_PARAMETER = _QUERY_VALUE + "+;"
_WRITTEN_URL = _WRITTEN_PARAMETER + "&#[]"


@dataclass(frozen=True, slots=True)
class Template:
    """A text with gaps for the offset, made by `url_template`, `parameter_template`, `header_template` or `body_template`.

    Attributes:
        texts: what stands around the gaps, ready to be sent; one more than there are gaps.
        gaps: how the offset is written into each gap.
    """

    texts: tuple[str, ...]
    gaps: tuple[Write, ...]

    def render(self, offset: Offset) -> str:
        """The text with the offset in every gap."""
        if not self.gaps:
            return self.texts[0]
        value = str(offset)
        return self.texts[0] + "".join(write(value) + text for write, text in zip(self.gaps, self.texts[1:], strict=True))


def url_template(text: str, known: Known) -> Template:
    """A template of `url`.

    Before the query, a value that is a URL or a fragment of one (it starts with `http://`, `https://`, `/` or `?`) goes in as it is and
    any other is encoded; an entity's name keeps its slashes, since the configuration chose it. Behind the `?` all are query values.
    An offset at the very beginning can be nothing but a URL, or one relative to the first (`orders?$skiptoken=20`).
    """
    return _template(text, known, _written_url, _url_place)


def parameter_template(text: str, known: Known) -> Template:
    """A template of one `name=value` of the query; what the user wrote stays as it is where a query can hold it (RFC 3986 §3.4)."""
    return _template(text, known, lambda written: _encode(written, _WRITTEN_PARAMETER), lambda _before, _variable: _query_value)


def header_template(text: str, known: Known) -> Template:
    """A template of a header's value; what is put in goes in as it is, and whether that can be sent is for `request_headers.py` to say."""
    return _template(text, known, str, lambda _before, _variable: str)


def body_template(text: str, known: Known, *, typed: bool = False) -> Template:
    """A template of the body: within a JSON string a value is escaped, elsewhere it goes in as it is.

    Of `typed` offsets one that is no JSON is a text, which gets its quotes there.
    """
    bare = {OFFSET[2:-1]: _json_value} if typed else {}
    return _template(text, known, str, lambda before, variable: _json_text if _within_json_string(before) else bare.get(variable, str))


def _template(text: str, known: Known, write_fixed: Write, place: Callable[[str, str], Write]) -> Template:
    """Cut at the variables; `place` says from the user's text before it and the variable's name how a value is written."""
    before, *pieces = map(literal, VARIABLE.split(text))
    texts, gaps = [write_fixed(before)], list[Write]()
    for variable, following in zip(pieces[::2], pieces[1::2], strict=True):
        write = place(before, variable)
        if variable == _OFFSET:
            gaps.append(write)
            texts.append("")
        else:
            name = f"${{{variable}}}"
            # One that the mode does not know is a mistake, which its rule tells.
            texts[-1] += write(known.get(name, name))
        texts[-1] += write_fixed(following)
        before += following
    return Template(tuple(texts), tuple(gaps))


def _url_place(before: str, variable: str) -> Write:
    if "?" in before:
        return _query_value
    if not before and variable == _OFFSET:
        return _written_url
    return _url_value(_PATH_VALUE + "/") if variable == _ENTITY else _url_value(_PATH_VALUE)


def _url_value(safe: str) -> Write:
    return lambda value: _written_url(value) if value.lower().startswith(_URL_STARTS) else quote(value, safe=safe)


def _query_value(value: str) -> str:
    return quote(value, safe=_QUERY_VALUE)


def _json_text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _json_value(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if value and fault_of_json(value) else value


def _within_json_string(before: str) -> bool:
    return _JSON_ESCAPE.sub("", before).count('"') % 2 == 1


def _written_url(text: str) -> str:
    """A URL somebody else wrote: what no URL can hold is encoded; the host is left to the parser, which knows its encoding (IDNA)."""
    authority = _AUTHORITY.match(text)
    end = authority.end() if authority else 0
    return text[:end] + _encode(text[end:], _WRITTEN_URL)


def _encode(written: str, safe: str) -> str:
    """Percent-encode all but the safe characters and what is encoded already."""
    return "".join(part if _PERCENT_ENCODED.fullmatch(part) else quote(part, safe=safe) for part in _PERCENT_ENCODED.split(written))
