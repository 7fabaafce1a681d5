"""How `http-source preview` shows a record's key and what each transform makes of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from http_source.commands.masking import Mask
from http_source.commands.rehearsal import Trace
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json import json_bytes
from http_source.connect.record import Record

Fields = dict[str, Any]


def trace_fields(trace: Trace | None, mask: Mask) -> Fields | None:
    """A record's way, for machines; None for a record that could not be read."""
    if trace is None:
        return None
    befores: list[Record | None] = [trace.first, *(after for _, after in trace.steps)]
    steps = [_step(alias, before, after, mask) for before, (alias, after) in zip(befores, trace.steps, strict=False) if before is not None]
    return {"key": _shown(trace.first.key, mask), "transforms": steps}


def trace_lines(fields: Mapping[str, Any] | None, *, keyed: bool) -> Iterator[str]:
    """A record's way, for people; its key only where the connector gives it one."""
    if fields is None:
        yield "    left out"
        return
    if keyed:
        yield f"    key: {fields['key']}"
    for step in fields["transforms"]:
        changes = [f"{name} {text}" for name, text in step.items() if name not in ("transform", "dropped")]
        yield f"    {step['transform']}: {'dropped' if step['dropped'] else ', '.join(changes) or 'unchanged'}"


def _step(alias: str, before: Record, after: Record | None, mask: Mask) -> Fields:
    """What a transform changed."""
    step: Fields = {"transform": alias, "dropped": after is None}
    if after is None:
        return step
    if after.topic != before.topic:
        step["topic"] = mask.text(after.topic)
    if after.headers != before.headers:
        step["headers"] = _shown({header.key: header.value for header in after.headers}, mask)
    for name in ("partition", "timestamp"):
        if (value := getattr(after, name)) != getattr(before, name):
            step[name] = value
    return step | dict(_parts(before, after, mask))


def _parts(before: Record, after: Record, mask: Mask) -> Iterator[tuple[str, str]]:
    """The key and the value, or their schemas' names where nothing else changed."""
    if after.key != before.key:
        yield "key", _shown(after.key, mask)
    if after.value != before.value:
        yield "value", _shown(after.value, mask)
    elif after.value_schema != before.value_schema and after.value_schema is not None:
        yield "schema", mask.text(after.value_schema.name or str(after.value_schema.type))


def _shown(value: Any, mask: Mask) -> str:
    """A value as JSON, as far as it is one."""
    try:
        return mask.excerpt(json_bytes(value))
    except ConversionRefused:
        return mask.excerpt(str(value).encode())
