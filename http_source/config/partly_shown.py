"""Values in mistakes: as they are, but for the parts in which people put keys. What is shown depends on nothing but the value itself."""

import re

from http_source.config.likely_keys import is_plain
from http_source.config.variables import VARIABLE
from http_source.foreign.redactor import HIDDEN

_NUMBER = re.compile(r"[+-]?[0-9][0-9_., ]*")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]*)?|\[[0-9A-Fa-f:.]*\]?(:[0-9]*)?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,9}://")


def shown_url(url: str) -> str:
    """An address without user, password and the values of its query."""
    scheme = match[0] if (match := _SCHEME.match(url)) else ""
    address, mark, query = url[len(scheme) :].partition("?")
    user, at, address = address.rpartition("@")
    host, slash, path = address.partition("/")
    is_host = bool(scheme and _HOST.fullmatch(VARIABLE.sub("", host)))
    if ":" in host and ("@" in query or not is_host):
        return scheme + HIDDEN  # a user, and a password that holds what ends an address
    shown_host = host if is_host else _word(host)
    shown_path = "/".join(map(_word, path.split("/")))
    return scheme + (user and HIDDEN) + at + shown_host + slash + shown_path + mark + shown_parameters(query, "&")


def shown_offset(offset: str) -> str:
    """An offset: numbers, dates and words; of an address what `shown_url` shows."""
    is_address = _SCHEME.match(offset) or offset[:1] in {"/", "?"} or "@" in offset
    return shown_url(offset) if is_address else offset if _NUMBER.fullmatch(offset) else _word(offset)


def shown_parameters(text: str, separator: str) -> str:
    """Parameters without their values."""
    return _shown_items(text, separator, "=")


def shown_headers(text: str, separator: str) -> str:
    """Headers without their values."""
    return _shown_items(text, separator, ":")


def _shown_items(text: str, separator: str, inner: str) -> str:
    return separator.join(_shown_item(item, inner) for item in (text.split(separator) if separator else [text]))


def _shown_item(item: str, inner: str) -> str:
    """The name, where it can be one; a value is shown if it is a variable and nothing else."""
    name, mark, value = item.partition(inner)
    if not item.strip() or VARIABLE.fullmatch(item):
        return item
    if not mark or not is_plain(name) or not (inner == "=" or _TOKEN.fullmatch(name.strip())):
        return HIDDEN
    return name + mark + (value if not value.strip() or VARIABLE.fullmatch(value.strip()) else HIDDEN)


def _word(text: str) -> str:
    return text if is_plain(text) else HIDDEN
