"""How `http-source preview` shows the schemas of a page."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from http_source.commands.masking import Mask
from http_source.commands.readonly import Prospect, ReadOnlyRegistry
from http_source.commands.rehearsal import Rehearsal
from http_source.commands.traces import change_fields
from http_source.commands.ways import change_lines, cut, wrapped
from http_source.config.properties import ConnectorConfig
from http_source.connect.converters.format import ConversionRefused, Format
from http_source.connect.converters.json import JsonConverter
from http_source.connect.schema import Schema
from http_source.connect.subjects import Part
from http_source.foreign.text import escape
from http_source.polling.verdict import counted

Fields = dict[str, Any]

_WIDTH = 100
_MOST_LINES = 80
"""Lines of a schema that are shown."""


def schema_fields(rehearsal: Rehearsal, mask: Mask) -> list[Fields]:
    """The schemas that a registry keeps, for machines."""
    return [
        _fields(registry, subject, prospect, mask) | {"state": _state(registry, prospect, rehearsal)}
        for registry in rehearsal.registries
        for subject, prospect in registry.prospects.items()
        if prospect.newest is not None or prospect.wanted is not None
    ]


def inline_fields(rehearsal: Rehearsal, config: ConnectorConfig, mask: Mask) -> list[Fields]:
    """The schemas that records carry themselves, for machines: one for each topic that they go to."""
    shown = {Part.VALUE: config.converter.schemas_enable, Part.KEY: config.output.key_schemas_enable}
    described = JsonConverter(config.converter).described
    return [
        {
            "part": str(part), "format": "JSON", "subject": None, "topic": mask.text(topic), "state": "inline",
            "schema": mask.text(json.dumps(described(schema), ensure_ascii=False)),
        }
        for part, topic, schema in rehearsal.inline if shown[part]
    ]  # fmt: skip


def _fields(registry: ReadOnlyRegistry, subject: str, prospect: Prospect, mask: Mask) -> Fields:
    newest, written = prospect.newest, prospect.wanted or prospect.newest
    verdict = prospect.verdict
    return {
        "part": str(registry.part),
        "format": registry.format.registry_type,
        "subject": mask.text(subject),
        "schema": mask.text(written.text) if written else None,
        "registered": newest and {"id": newest.id, "version": newest.version},
        "changes": change_fields(*_schemas(registry.format, prospect), mask),
        "compatible": verdict and verdict.compatible,
        "messages": [mask.text(each) for each in verdict.messages] if verdict else [],
    }


def _state(registry: ReadOnlyRegistry, prospect: Prospect, rehearsal: Rehearsal) -> str:
    if prospect.newest is not None:
        return "changed" if prospect.wanted is not None else "registered" if rehearsal.failure is not None else "same"
    if not registry.options.auto_register:
        return "missing"
    return "new" if registry.failure is None else "unknown"


def _schemas(format_: Format, prospect: Prospect) -> tuple[Schema | None, Schema | None]:
    """The registered schema and that of the page, where the page changes it."""
    newest, wanted = prospect.newest, prospect.wanted
    if newest is None or wanted is None:
        return None, None
    try:
        return format_.read_schema(newest.text, newest.references), format_.read_schema(wanted.text, wanted.references)
    except ConversionRefused:
        # What cannot be read is refused for itself.
        return None, None


def schema_lines(schemas: Iterable[Mapping[str, Any]]) -> list[str]:
    """The schemas for people."""
    return [line for each in schemas for line in ("", _heading(each), *_text(each), *_outlook(each))]


def _heading(fields: Mapping[str, Any]) -> str:
    if fields["state"] == "inline":
        return f"schema that each {'record' if fields['part'] == 'value' else 'key'} in topic {escape(fields['topic'])} carries:"
    of = {"same": "registered", "registered": "registered", "changed": "of the registered one and this page"}
    return f"{fields['format']} schema for subject {escape(fields['subject'])}, {of.get(fields['state'], 'of this page')}:"


def _text(fields: Mapping[str, Any]) -> Iterator[str]:
    """The schema with a line for each of its parts; a .proto file has them already."""
    try:
        text = _laid_out(json.loads(fields["schema"]), "")
    except (ValueError, RecursionError):
        text = fields["schema"]
    lines = text.rstrip().expandtabs(4).splitlines()
    yield from (cut(f"  {escape(line)}") for line in lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"  … and {counted(len(lines) - _MOST_LINES, 'more line')}; --json shows all"


def _laid_out(value: Any, margin: str) -> str:
    """JSON in which only that is broken into lines which would be wide, so that a field stands on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(margin) + len(flat) <= _WIDTH or not isinstance(value, dict | list):
        return flat
    deeper = f"{margin}  "
    names = [f"{json.dumps(name, ensure_ascii=False)}: " for name in value] if isinstance(value, dict) else [""] * len(value)
    inner = value.values() if isinstance(value, dict) else value
    lines = ",\n".join(f"{deeper}{name}{_laid_out(each, deeper)}" for name, each in zip(names, inner, strict=True))
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{lines}\n{margin}{closing}"


def _outlook(fields: Mapping[str, Any]) -> Iterator[str]:
    match fields["state"]:
        case "new":
            yield "nothing is registered yet: a run registers this one"
        case "missing":
            yield "nothing is registered yet, and a run would not register it"
        case "same":
            yield f"{_version(fields)} is registered and holds this page: the same"
        case "registered":
            yield f"{_version(fields)} is registered, and this page fails"
        case "changed":
            yield f"{_version(fields)} is registered; this page changes {'it:' if fields['changes'] else 'names or documentation in it'}"
            yield from change_lines(fields["changes"], "  ")
            yield from _verdict(fields)


def _version(fields: Mapping[str, Any]) -> str:
    registered = fields["registered"]
    return f"id {registered['id']}" if registered["version"] is None else f"version {registered['version']} (id {registered['id']})"


def _verdict(fields: Mapping[str, Any]) -> Iterator[str]:
    if fields["compatible"] is not None:
        yield "the registry would take the change" if fields["compatible"] else "the registry would refuse the change:"
    for message in fields["messages"]:
        yield from wrapped(message, "  ")
