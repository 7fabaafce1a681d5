"""What a connector is called where Dagster allows letters, digits and underscores only, and which names that uses up."""

import re

_SUFFIXES = ("", "_poll", "_poll_entities", "_poll_once", "_running", "_sensor", "_offsets", "_move_offsets")

UPKEEP = "http_source_upkeep"
REMOVE_OLD_RUNS = "http_source_remove_old_runs"
UPKEEP_SCHEDULE = "http_source_upkeep_schedule"
RESERVED = frozenset({UPKEEP, REMOVE_OLD_RUNS, UPKEEP_SCHEDULE})
"""Names of the daily upkeep, which no connector can have."""


def slug(name: str) -> str:
    """The name in the letters Dagster allows for jobs, sensors and resources."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def names_of(name: str) -> frozenset[str]:
    """Every name in Dagster that a connector of this name uses up."""
    return frozenset(slug(name) + suffix for suffix in _SUFFIXES)


def is_reserved(name: str) -> bool:
    """Whether a connector of this name would take a name of the daily upkeep."""
    return not names_of(name).isdisjoint(RESERVED)
