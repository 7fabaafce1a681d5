"""What is noticed of values while they are adapted to a schema."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from http_source.connect.record_refused import Path


@dataclass(slots=True)
class Noticed:
    """What is told of records, and what a decoder of the next pages can use.

    Attributes:
        omitted: the places that were left out since nothing tells their types, null, too → the name they are served under.
        names: the place of each field that is served under another name → that name.
        lossy: places, as they are served, where something other than null was left out.
        losses: how often that was.
        warnings: sentences for the user.
    """

    omitted: dict[Path, str] = field(default_factory=dict)
    names: dict[Path, str] = field(default_factory=dict)
    lossy: set[Path] = field(default_factory=set)
    losses: int = 0
    warnings: list[str] = field(default_factory=list)

    def add(self, other: "Noticed") -> None:
        """Keep what was noticed of one more record."""
        self.omitted |= other.omitted
        self.names |= other.names
        self.lossy |= other.lossy
        self.warnings += other.warnings

    def omit(self, place: Path, name: str, value: Any) -> None:
        """Leave out one value that tells no type."""
        self.omitted[place] = name
        if value is not None:
            self.lossy.add((*place[:-1], name))
            self.losses += 1


Adapt = Callable[[Any, Noticed], Any]
"""A value, null as None → the value of the schema; what was left out is told. Raises PlaceRefused."""
