"""What a person wrote of offsets: `ENTITY=OFFSET`, or a document as Kafka Connect takes it (KIP-875)."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from http_source.config.findings import shown
from http_source.foreign.text import Foreign, readable

Read = tuple[dict[str, Any], list[str]]
"""Entity → offset, position or None; and every mistake, as a sentence."""

_FORM = '{"offsets": [{"partition": {"entity": "…"}, "offset": {"offset": …}}]}'


def read_assignments(texts: Sequence[str], entities: Sequence[str]) -> Read:
    """Offsets as `ENTITY=OFFSET`; an entity's name may hold `=`, too."""
    wanted: dict[str, Any] = {}
    mistakes = []
    for text in texts:
        entity, equals, offset = _split(text, entities)
        if not equals:
            mistakes.append(f"{shown(text)}: It is not ENTITY=OFFSET.")
        elif entity in wanted:
            mistakes.append(f"{shown(entity)}: It is given twice.")
        else:
            wanted[entity] = offset
    return wanted, mistakes


def _split(text: str, entities: Sequence[str]) -> tuple[str, str, str]:
    known = max((entity for entity in entities if text.startswith(f"{entity}=")), key=len, default="")
    return (known, "=", text[len(known) + 1 :]) if known else text.partition("=")


def read_document(text: str) -> Read:
    """Offsets as a JSON document in the form of KIP-875."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        return {}, [f"The document is not JSON: {readable(Foreign.of(error), str)}."]
    parts = document.get("offsets") if isinstance(document, dict) else None
    if not isinstance(parts, list):
        return {}, [f"The document has no list `offsets`; its form is {_FORM}."]
    return read_parts(parts)


def read_parts(parts: Sequence[Any]) -> Read:
    """The elements of `offsets` in such a document."""
    wanted: dict[str, Any] = {}
    mistakes = [f"offsets[{number}]: {mistake}" for number, part in enumerate(parts) for mistake in _take(part, wanted)]
    return wanted, mistakes


def _take(part: Any, wanted: dict[str, Any]) -> Iterator[str]:
    """Take one element in, or say what is wrong with it."""
    if not isinstance(part, dict) or set(part) != {"partition", "offset"}:
        yield 'It is not an object with "partition" and "offset".'
        return
    partition, offset = part["partition"], part["offset"]
    entity = partition.get("entity") if isinstance(partition, dict) and set(partition) == {"entity"} else None
    sound = offset is None or (isinstance(offset, dict) and "offset" in offset)
    if not isinstance(entity, str):
        yield 'Its partition is not {"entity": "…"}.'
    elif entity in wanted:
        yield f"The entity {shown(entity)} is given twice."
    elif sound:
        wanted[entity] = offset
    if not sound:
        yield 'Its offset is not {"offset": …}, and not null, which starts from http.initial.offset.'
