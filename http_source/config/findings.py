"""The sentences of a configuration's mistakes, in Kafka Connect's words. A secret's value never gets into one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from http_source.config.properties import PROPERTIES
from http_source.config.property import MAY_HOLD_SECRETS
from http_source.errors import Finding
from http_source.foreign.redactor import HIDDEN
from http_source.foreign.text import escape

LONGEST_SHOWN = 80
_EMPTY = '""'


def invalid(name: str, value: object, reason: str) -> Finding:
    """Connect's sentence about a value that is not accepted."""
    return invalid_in_part(name, _value_of(name, value), reason)


def invalid_in_part(name: str, value: str, reason: str) -> Finding:
    """The same about a value of which this much may be shown (`partly_shown.py`)."""
    end = "" if reason.endswith("?") else "."
    return Finding(name, f"Invalid value {shown(value) or _EMPTY} for configuration {name}: {reason}{end}")


def with_hidden_value(finding: Finding) -> Finding:
    """The same finding without the value; one that shows none stays."""
    value, mark, reason = finding.message.partition(f" for configuration {finding.property}: ")
    return replace(finding, message=f"Invalid value {HIDDEN}{mark}{reason}") if mark and value.startswith("Invalid value ") else finding


def missing(name: str) -> Finding:
    """Connect's sentence about a required property that is not there."""
    return Finding(name, f'Missing required configuration "{name}" which has no default value.')


def needed(name: str, because: str) -> Finding:
    """A property without which another one cannot work."""
    return Finding(name, f"It must be set, since {because} needs it.")


def doubt(name: str, message: str) -> Finding:
    """A finding with which the connector may start all the same."""
    return Finding(name, message, warning=True)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """The question after an unknown word, with a leading blank; empty when nothing is near."""
    spelled = {each.lower(): each for each in words}
    near = get_close_matches(word.strip().lower()[:LONGEST_SHOWN], spelled, n=1)
    return f" Did you mean {spelled[near[0]]}?" if near else ""


def some(words: Sequence[str]) -> str:
    """The first three of many, and how many there are beyond."""
    first = ", ".join(shown(word) for word in words[:3])
    return first if len(words) <= 3 else f"{first} and {len(words) - 3} more"  # noqa: PLR2004


def shown(text: str) -> str:
    """The text on one line, cut when it is long."""
    return escape(text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…")


def _value_of(name: str, value: object) -> str:
    known = PROPERTIES.get(name)
    if known is None or known.secret or (name in MAY_HOLD_SECRETS and not isinstance(value, bool)):
        return HIDDEN
    if isinstance(value, tuple):
        return some(value)
    if isinstance(value, str | bool | float) or (isinstance(value, int) and value.bit_length() <= LONGEST_SHOWN):
        return value if isinstance(value, str) else str(value).lower()
    return f"of type {type(value).__name__}"
