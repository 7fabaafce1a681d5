"""How `http-source preview` shows a record's key and schema, what each transform makes of them, and what of it would be refused."""

from collections.abc import Iterator
from typing import Any

import msgspec

from http_source.commands.differences import differences
from http_source.commands.masking import Mask
from http_source.commands.tracer import Trace
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json import json_bytes
from http_source.connect.record import Record
from http_source.connect.record_refused import pointer
from http_source.connect.schema import Schema
from http_source.connect.served import Digits
from http_source.connect.subjects import Part
from http_source.conversion.skipping import Skipped

Fields = dict[str, Any]


def trace_fields(trace: Trace, refused: Skipped | None, mask: Mask) -> Fields:
    """A record's way, for machines."""
    first, befores = trace.first, [trace.first, *(after for _, after in trace.steps)]
    steps = zip(befores, trace.steps, strict=False)
    return {
        "key": None if first is None else mask.excerpt(_text(first.key)),
        "key_places": None if first is None else _places(first.key_schema, mask),
        "places": None if first is None else _places(first.value_schema, mask),
        "transforms": [_step(alias, before, after, mask) for before, (alias, after) in steps if before is not None],
        "key_left_out": [mask.text(pointer(path)) for path in trace.omitted(Part.KEY)],
        "left_out": [mask.text(pointer(path)) for path in trace.omitted(Part.VALUE)],
        "refused": refused and _refusal_fields(refused, mask),
    }


def _refusal_fields(refused: Skipped, mask: Mask) -> Fields:
    """Why a record is refused."""
    path, reason = mask.text(refused.path), mask.text(refused.cause)
    return {"stage": str(refused.stage), "transform": refused.culprit or None, "path": path, "reason": reason}


def change_fields(before: Schema | None, after: Schema | None, mask: Mask) -> list[Fields]:
    """What differs between two schemas, place by place."""
    told = differences(before, after)
    return [{"path": mask.text(each.path), "before": _masked(each.before, mask), "after": _masked(each.after, mask)} for each in told]


def _masked(text: str | None, mask: Mask) -> str | None:
    return None if text is None else mask.text(text)


def _places(schema: Schema | None, mask: Mask) -> list[Fields] | None:
    if schema is None:
        return None
    return [{"path": mask.text(each.path), "type": _masked(each.after, mask)} for each in differences(None, schema)]


def _step(alias: str, before: Record, after: Record | None, mask: Mask) -> Fields:
    """What a transform changed."""
    step: Fields = {"transform": alias, "dropped": after is None}
    if after is None:
        return step
    if after.topic != before.topic:
        step["topic"] = mask.text(after.topic)
    if after.headers != before.headers:
        step["headers"] = mask.excerpt(_text({header.key: header.value for header in after.headers}))
    for name in ("partition", "timestamp"):
        if (value := getattr(after, name)) != getattr(before, name):
            step[name] = value
    return step | dict(_parts(before, after, mask))


def _parts(before: Record, after: Record, mask: Mask) -> Iterator[tuple[str, Any]]:
    """What became of key and value, and of their schemas."""
    for part, prefix in (("key", "key_"), ("value", "")):
        text = _text(getattr(after, part))
        if text != _text(getattr(before, part)):
            yield part, mask.excerpt(text)
        was, becomes = getattr(before, f"{part}_schema"), getattr(after, f"{part}_schema")
        if changes := change_fields(was, becomes, mask):
            yield f"{prefix}changes", changes
        if becomes is not None and becomes.name and (was is None or was.name != becomes.name):
            yield f"{prefix}schema", mask.text(becomes.name)


def _text(value: Any) -> bytes:
    """A value as JSON, numbers as they were served, as far as it is JSON."""
    try:
        return json_bytes(_as_served(value))
    except ConversionRefused:
        return str(value).encode("utf-8", "backslashreplace")


def _as_served(value: Any) -> Any:
    match value:
        case dict():
            return {name: _as_served(each) for name, each in value.items()}
        case list():
            return [_as_served(each) for each in value]
        case Digits():
            return msgspec.Raw(value.text.encode())
    return value
