"""Integers as people write them: the one reader for properties, offsets and the command line."""

import re
import sys

_WRITTEN = re.compile(r"[+-]?[0-9]+")


def is_integer(text: str) -> bool:
    """Whether a text is an integer and nothing else: no blanks, no `1_000`, no digits of other scripts."""
    return bool(_WRITTEN.fullmatch(text))


def read_integer(text: str) -> int:
    """The integer, of as many digits as Python reads. Raises ValueError saying what would be accepted."""
    if not is_integer(text):
        raise ValueError("expected digits from 0 to 9 with or without a sign before them, and nothing else")
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"expected at most {sys.get_int_max_str_digits()} digits") from None


def no_integer(text: str, name: str) -> str:
    """Why a text that is not an integer of the type with that name is refused."""
    unit = "; write it without a unit" if re.fullmatch(r"[0-9]+ ?[A-Za-z]+", text) else ""
    return f"Not a number of type {name.upper()}{unit}"
