"""What may be loss or repetition, as the report of a task holds it and people see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any

from http_source.entity import Doubted
from http_source.model import Lasts

_MOST = 20
"""Entities whose doubts are stored in words: the sensor's cursor has them, too, in each of its ticks."""

Doubts = Mapping[str, Mapping[str, Any]]
"""Entity, sentence → what `Doubted.to_json` gives."""


def write_doubts(known: Mapping[str, Mapping[str, Doubted]]) -> dict[str, dict[str, Any]]:
    """What is stored of the first of many entities."""
    return {entity: {sentence: doubted.to_json() for sentence, doubted in doubts.items()}
            for entity, doubts in islice(known.items(), _MOST)}


def mark_of(doubts: Mapping[str, Sequence[str]]) -> str:
    """A mark that changes with what is in doubt, and not with how often it came."""
    said = sorted((entity, sentence.rpartition(" (")[0]) for entity, sentences in doubts.items() for sentence in sentences)
    return blake2b(repr(said).encode(), digest_size=8).hexdigest()


def read_doubts(said: Doubts) -> dict[str, dict[str, Doubted]]:
    """What was stored."""
    return {entity: {sentence: Doubted.read(each) for sentence, each in doubts.items()} for entity, doubts in said.items()}


def told(said: Mapping[str, Any], epoch: int, now: float) -> list[str]:
    """What is in doubt of an entity that stands in that epoch, in sentences; `now` is in seconds since the epoch of clocks."""
    doubts = ((sentence, Doubted.read(each)) for sentence, each in said.items())
    return [f"{sentence}{_times(doubted)}" for sentence, doubted in doubts if doubted.counts(epoch, now)]


def _times(doubted: Doubted) -> str:
    at = f"{datetime.fromtimestamp(doubted.at).astimezone():%Y-%m-%d %H:%M:%S}"
    if doubted.lasts is not Lasts.A_DAY:
        return f" (Since {at}.)"
    return f" (At {at}.)" if doubted.count == 1 else f" ({doubted.count} times, the last at {at}.)"
