"""What a connector is called where Dagster allows letters, digits and underscores only, and which names that uses up."""

import re

_SUFFIXES = ("", "_poll", "_poll_entities", "_poll_once", "_once", "_running", "_sensor", "_offsets", "_move_offsets")

UPKEEP = "http_source_upkeep"
RESERVED = frozenset({UPKEEP})
"""The name of what looks after a folder without connectors, which no connector can have."""


def slug(name: str) -> str:
    """The name in the letters Dagster allows for jobs, sensors and resources."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def names_of(name: str) -> frozenset[str]:
    """Every name in Dagster that a connector of this name uses up."""
    return frozenset(slug(name) + suffix for suffix in _SUFFIXES)


def is_reserved(name: str) -> bool:
    """Whether a connector of this name would take a reserved name."""
    return not names_of(name).isdisjoint(RESERVED)
