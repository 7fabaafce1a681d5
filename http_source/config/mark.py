"""A mark of all that a configuration says: two that differ poll differently.

Of all secrets together it holds twelve bits: too little to guess one from, and enough to notice one change, but for one in 4,096.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from http_source.config.properties import ConnectorConfig
from http_source.config.types import Secret

_PUBLIC_DIGITS, _SECRET_DIGITS = 12, 3


def mark_of(config: ConnectorConfig, *others: str) -> str:
    """The mark of a configuration and of others that a run depends on, such as the version of the package that reads it.

    Resources of Dagster that are laid over it are none of them: their values are known in a run only.
    """
    provided = [each.reveal() for each in config.provided if each]
    said = [(text, secret or any(each in text for each in provided)) for text, secret in _told(config)]
    public = [*others, *(text for text, secret in said if not secret)]
    return _digest(public)[:_PUBLIC_DIGITS] + _digest([text for text, secret in said if secret])[:_SECRET_DIGITS]


def _digest(texts: list[str]) -> str:
    return hashlib.blake2b(repr(texts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _told(value: Any) -> Iterator[tuple[str, bool]]:
    """Every value with the name of its place before it, and whether it is a secret."""
    if isinstance(value, Secret):
        yield value.reveal(), True
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield each.name, False
            yield from _told(getattr(value, each.name))
    elif isinstance(value, dict):
        for name in sorted(value):
            yield str(name), False
            yield from _told(value[name])
    elif isinstance(value, list | tuple | set | frozenset):
        for each in sorted(value, key=repr) if isinstance(value, set | frozenset) else value:
            yield from _told(each)
    else:
        yield repr(value), False
