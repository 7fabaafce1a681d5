"""`${offset}` and the other variables: how they are found in a text, and how a text is written that only looks like one.

`$${` writes `${`. What a config provider gives is written so where it is put in, since nobody who wrote it thought of variables.
"""

import re
from collections.abc import Iterator, Mapping

OFFSET, ENTITY, WINDOW_START, WINDOW_END = "${offset}", "${entityName}", "${windowStart}", "${windowEnd}"
VARIABLES = (OFFSET, ENTITY, WINDOW_START, WINDOW_END)
"""Each variable; which of them a property takes, its rule says."""

_NAMES = "|".join(variable[2:-1] for variable in VARIABLES)
VARIABLE = re.compile(rf"(?<!\$)\$\{{({_NAMES})\}}")
OPENING = re.compile(r"(?<!\$)\$\{")
"""What begins a variable, or a reference to a config provider, where `$${` writes `${`."""

_TOKEN = re.compile(rf"\$\$\{{|\$\{{({_NAMES})\}}")
_LIKE_ONE = re.compile(r"(?<!\$)\$\{[\w .:-]{0,40}\}?")
_CLOSED = re.compile(r"(?<!\$)\$\{[^{}]*\}")
_NO_VARIABLE = re.compile(rf"(?<=\$)\$\{{|\$\{{(?!(?:{_NAMES})\}})")


def holds(text: str, variable: str) -> bool:
    """Whether the variable is in the text, to be replaced."""
    return any(match[0] == variable for match in VARIABLE.finditer(text))


def like_variables(text: str) -> Iterator[str]:
    """Whatever begins as a variable does, known or not."""
    return (match[0] for match in _LIKE_ONE.finditer(text))


def closed_variables(text: str) -> Iterator[str]:
    """The same where a text may have a `${` of its own, as a password may: only what ends as well."""
    return (match[0] for match in _CLOSED.finditer(text))


def literal(text: str) -> str:
    """A text without variables as it is sent."""
    return text.replace("$${", "${")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text as it is sent, each variable replaced by its value; one without a value stays."""
    return _TOKEN.sub(lambda match: values.get(match[0], match[0]) if match[1] else "${", text)


def escaped(text: str) -> str:
    """What is sent as this text."""
    return text.replace("${", "$${")


def escaped_but_variables(text: str) -> str:
    """The same, but variables stay: as in Connect, a whole body may come from a file."""
    return _NO_VARIABLE.sub("$${", text)
