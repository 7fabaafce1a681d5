"""A position as the sensor's cursor holds it: in few bytes, since each tick keeps a copy."""

import json
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from http_source.model import Position

_OF_A_PAGE = ("delivered", "digest", "boundary", "tied", "rough", "largest", "beside", "first", "until", "within", "gathered")
_LONGEST_OFFSET = 100
_SHOWN = 12


def shortened(offset: str | int) -> str | int:
    """An offset as it stands in the cursor: whole, or where it is long its beginning."""
    if len(str(offset)) <= _LONGEST_OFFSET:
        return offset
    return f"{str(offset)[:_SHOWN]}… ({len(str(offset))})"


def slim(position: Position) -> Position:
    """The position without many fingerprints: the event log, or the offsets topic, has it whole with the same epoch and sequence, and wins.

    Without both, the boundary is delivered once more, and the names of an answer are learned anew.
    """
    slimmer = replace(position, within=position.within and slim(position.within), beside="")
    if len(position.boundary) + len(position.gathered) <= _LONGEST_OFFSET:
        return slimmer
    # A page that is as it was is known by its digest, too.
    return replace(slimmer, boundary="", gathered="", delivered=position.delivered if position.digest else 0)


def place_of(position: Position, shown: str | int, mode: str, cut: bool) -> list[Any]:  # noqa: FBT001 - one of many facts
    """What there is to a position beside its offset, in few bytes: a thousand entities have it in each of thousands of ticks a day."""
    rest = replace(slim(position), epoch=0, sequence=0, mode="").to_json()
    del rest["offset"]
    if position.mode != mode:
        rest["mode"] = position.mode
    if cut:
        # Nobody goes on from it: only what decides whether the entity is polled counts.
        rest = {name: each for name, each in rest.items() if name not in _OF_A_PAGE}
    place = [position.epoch, position.sequence, fingerprint(shown), rest or 0, int(cut)]
    return place if cut else place[: 4 if rest else 3]


def read_place(place: Any, mode: str) -> tuple[int, int, str, dict[str, Any], bool]:
    """Epoch, sequence, fingerprint, the rest, and whether the offset was cut."""
    if isinstance(place, dict):
        # The version before wrote whole positions.
        return 0, 0, fingerprint(place["offset"]), place, False
    epoch, sequence, mark, *further = place
    rest, cut = (*further, 0, 0)[:2]
    return epoch, sequence, mark, {"mode": mode, **(rest or {})}, bool(cut)


def fingerprint(offset: object) -> str:
    """Tells whether a person has changed an offset."""
    return blake2b(json.dumps(offset, ensure_ascii=True).encode(), digest_size=2).hexdigest()
