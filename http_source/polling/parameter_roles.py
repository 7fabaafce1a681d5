"""What a parameter of a URL is for, by the name and value that APIs give it."""

import re
from collections.abc import Callable
from enum import Enum, auto

from http_source.config.page_parameters import counts_pages
from http_source.polling.name_words import words_of

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].*)?")
INTEGER = re.compile(r"[0-9]{1,18}")
AFTER_WORDS = frozenset({"since", "after", "gt", "gte", "ge", "newer", "min"})
"""Words of parameters that ask for what comes after a value."""

BEGIN_WORDS = frozenset({"from", "start", "starting", "begin", "beginning"})
"""Words that do so before a date."""

_COUNT = re.compile("(page|result|record|item|row|list|sysparm)*(offset|skip|start(at|index|row|position)?|from(index)?|first(result|row))")
_SIZE = re.compile("(page|result|batch|list|max|sysparm|per)*(limit|size|page|count|top|take|rows|results|items|first|length|num)")
_TOKEN = re.compile("(next|start|page|continuation|pagination|sync|skip|scroll)*(token|cursor|marker|continuation|scrollid)")


class Role(Enum):
    """What a parameter is for."""

    SIZE = auto()
    """It says how many records a page holds."""

    PAGE = auto()
    """It counts pages."""

    COUNT = auto()
    """It counts records."""

    AFTER = auto()
    """It asks for what comes after a value."""

    TOKEN = auto()
    """It takes a token of an answer."""

    OTHER = auto()


def role_of(name: str, value: str) -> Role:
    """The first role that fits a name and a value, both decoded."""
    letters = re.sub(r"[^a-z]", "", name.lower())
    return next((role for role, fits in _FITS if fits(letters, name, value)), Role.OTHER)


def _is_number(value: str) -> bool:
    return not value or bool(INTEGER.fullmatch(value))


def _asks_after(_: str, name: str, value: str) -> bool:
    words = set(words_of(name))
    return bool(words & AFTER_WORDS) or (bool(words & BEGIN_WORDS) and bool(DATE.fullmatch(value)))


_FITS: tuple[tuple[Role, Callable[[str, str, str], bool]], ...] = (
    (Role.PAGE, lambda _, name, value: counts_pages(name) and _is_number(value)),
    (Role.SIZE, lambda letters, _, value: bool(_SIZE.fullmatch(letters)) and _is_number(value)),
    (Role.COUNT, lambda letters, _, value: bool(_COUNT.fullmatch(letters)) and _is_number(value)),
    (Role.TOKEN, lambda letters, _, __: bool(_TOKEN.fullmatch(letters))),
    (Role.AFTER, _asks_after),
)
