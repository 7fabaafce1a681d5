"""What may be loss or repetition, as the report of a task holds it and people see it."""

from collections.abc import Mapping
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


def read_doubts(said: Doubts) -> dict[str, dict[str, Doubted]]:
    """What was stored."""
    return {entity: {sentence: Doubted.read(each) for sentence, each in doubts.items()} for entity, doubts in said.items()}


def after_an_edit(said: Doubts) -> dict[str, dict[str, Any]]:
    """What is still in doubt under another configuration: what happened, and not what held under the former one."""
    kept = {entity: {sentence: each for sentence, each in doubts.items() if Doubted.read(each).lasts is Lasts.A_DAY}
            for entity, doubts in said.items()}
    return {entity: doubts for entity, doubts in kept.items() if doubts}


def mark_of(doubts: Mapping[str, Mapping[str, Doubted]]) -> str:
    """A mark that changes with what is in doubt, and not with how often it came."""
    return blake2b(repr(sorted((entity, sorted(held)) for entity, held in doubts.items())).encode(), digest_size=8).hexdigest()


def sentences_of(doubts: Mapping[str, Doubted]) -> list[str]:
    """What is in doubt of an entity, with the times."""
    return [f"{sentence}{_times(doubted)}" for sentence, doubted in doubts.items()]


def _times(doubted: Doubted) -> str:
    at = f"{datetime.fromtimestamp(doubted.at).astimezone():%Y-%m-%d %H:%M:%S}"
    if doubted.lasts is not Lasts.A_DAY:
        return f" (Since {at}.)"
    return f" (At {at}.)" if doubted.count == 1 else f" ({doubted.count} times, the last at {at}.)"
