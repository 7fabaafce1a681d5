"""How `http-source preview` shows the schemas of a page."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from http_source.commands.differences import Difference, differences
from http_source.commands.masking import Mask
from http_source.commands.readonly import Prospect, ReadOnlyRegistry
from http_source.commands.rehearsal import Rehearsal
from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.format import Format
from http_source.connect.converters.json import JsonConverter

Fields = dict[str, Any]

_WIDTH = 100


def schema_fields(rehearsal: Rehearsal, mask: Mask) -> list[Fields]:
    """The schemas that a registry keeps, for machines."""
    return [
        _fields(registry, subject, prospect, mask)
        for registry in rehearsal.registries
        for subject, prospect in registry.prospects.items()
        if prospect.newest is not None or prospect.wanted is not None
    ]


def inline_fields(rehearsal: Rehearsal, options: ConverterOptions, mask: Mask) -> list[Fields]:
    """The schemas that records carry themselves, for machines: one as a rule, unless transforms make several."""
    records = (trace.last for trace in rehearsal.traces.values())
    schemas = dict.fromkeys(record.value_schema for record in records if record is not None and record.value_schema is not None)
    texts = [json.dumps(JsonConverter(options).described(schema), ensure_ascii=False) for schema in schemas]
    return [{"part": "value", "format": "JSON", "subject": None, "state": "inline", "schema": mask.text(text)} for text in texts]


def _fields(registry: ReadOnlyRegistry, subject: str, prospect: Prospect, mask: Mask) -> Fields:
    newest, written = prospect.newest, prospect.wanted or prospect.newest
    changes = _differences(registry.format, prospect)
    verdict = prospect.verdict
    return {
        "part": str(registry.part),
        "format": registry.format.registry_type,
        "subject": mask.text(subject),
        "state": _state(registry, prospect),
        "schema": mask.text(written.text) if written else None,
        "registered": newest and {"id": newest.id, "version": newest.version},
        "changes": [{"path": mask.text(each.path), "before": each.before, "after": each.after} for each in changes],
        "compatible": verdict and verdict.compatible,
        "messages": [mask.text(each) for each in verdict.messages] if verdict else [],
    }


def _state(registry: ReadOnlyRegistry, prospect: Prospect) -> str:
    if prospect.newest is not None:
        return "same" if prospect.wanted is None else "changed"
    if not registry.options.auto_register:
        return "missing"
    return "new" if registry.failure is None else "unknown"


def _differences(format_: Format, prospect: Prospect) -> Sequence[Difference]:
    if prospect.newest is None or prospect.wanted is None:
        return ()
    return list(differences(format_.read_schema(prospect.newest.text), format_.read_schema(prospect.wanted.text)))


def schema_lines(schemas: Iterable[Mapping[str, Any]]) -> list[str]:
    """The schemas for people."""
    return [line for each in schemas for line in ("", _heading(each), *_text(each), *_outlook(each))]


def _heading(fields: Mapping[str, Any]) -> str:
    if fields["state"] == "inline":
        return "schema that each record carries:"
    of = {"same": "registered", "changed": "of the registered one and this page"}.get(fields["state"], "of this page")
    return f"{fields['format']} schema for subject {fields['subject']}, {of}:"


def _text(fields: Mapping[str, Any]) -> Iterator[str]:
    """The schema with a line for each of its parts; a .proto file has them already."""
    try:
        text = _laid_out(json.loads(fields["schema"]), "")
    except ValueError:
        text = fields["schema"]
    return (f"  {line}" for line in text.rstrip().splitlines())


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
        case "changed":
            yield f"{_version(fields)} is registered; this page changes {'it:' if fields['changes'] else 'names or documentation in it'}"
            yield from (f"  {Difference(**each)}" for each in fields["changes"])
            yield from _verdict(fields)


def _version(fields: Mapping[str, Any]) -> str:
    registered = fields["registered"]
    return f"id {registered['id']}" if registered["version"] is None else f"version {registered['version']} (id {registered['id']})"


def _verdict(fields: Mapping[str, Any]) -> Iterator[str]:
    if fields["compatible"] is not None:
        yield "the registry would take the change" if fields["compatible"] else "the registry would refuse the change:"
    yield from ("  " + " ".join(message.split()) for message in fields["messages"])
