"""What every connector's configuration has from Kafka Connect: formats and converters, and the names that only a worker knows."""

import re

from http_source.config.formats import format_of
from http_source.config.load import PLUGINS
from http_source.config.meant import pointer_of
from http_source.config.options.output import JSON_CONVERTER, STRING_CONVERTER, OutputFormat
from http_source.config.properties import NAMES
from http_source.config.refusal import Refusal
from http_source.config.refused import refusal_of
from http_source.migration.configuration_draft import ConfigurationDraft

_SCHEMAS = "value.converter.schemas.enable"
_ANY_CONVERTER = "value.converter."
_BETWEEN_HEADERS = re.compile(r",\s*(?=[A-Za-z][A-Za-z0-9-]*:)")
_ABOUT_PAGES = re.compile(r"pag|cursor|offset|record|response|pointer|endpoint")
_ADVICE = re.compile(r"[;.,] ?(remove it|it is left out|Remove it)\.$")


def move_format(draft: ConfigurationDraft, default: OutputFormat, *, enveloped: bool) -> None:
    """Say the format where the old configuration says it by its converter, or leaves it to its worker.

    `enveloped`: whether JsonConverter shows a schema around each value unless told otherwise, as for connectors whose values have schemas.
    """
    converter = draft.take("value.converter")
    if draft.left.keys() & {"output.data.format", "data.format"}:
        return
    if converter is None:
        draft.properties["output.data.format"] = default
        if enveloped:
            draft.remark("output.data.format", f"The worker's value.converter decides, which is not in this file: {default} is written.")
        return
    found = format_of(converter)
    draft.properties["output.data.format"] = found or default
    if found is None:
        draft.remark("value.converter", f"{converter} has no equivalent here; output.data.format={default} is written.")
    if converter.strip() == STRING_CONVERTER and enveloped:
        draft.remark("value.converter", "StringConverter becomes output.data.format=JSON: each value is the record as JSON, where the old "
                     "one is Java's text of it, {field=value}.")
    if converter.strip() == JSON_CONVERTER and enveloped and _SCHEMAS not in draft.left:
        draft.properties[_SCHEMAS] = "true"
        draft.remark(_SCHEMAS, "Connect's default is true, and wraps each value as {\"schema\": …, \"payload\": …}; set false for the "
                     "records alone.")
    if found is OutputFormat.JSON:
        _drop_registry(draft)


def _drop_registry(draft: ConfigurationDraft) -> None:
    """Settings of a registry do nothing for JSON."""
    for name, _ in list(draft.take_all(f"{_ANY_CONVERTER}schema.registry.")):
        draft.remark(name, "output.data.format=JSON has no Schema Registry; it is left out.")


def move_the_rest(draft: ConfigurationDraft) -> None:
    """Keep what this connector has as well, rename what it has under another name, and say why the others are left out."""
    said_once: set[str] = set()
    for name, value in list(draft.left.items()):
        del draft.left[name]
        refusal, overriding = refusal_of(name), f"producer.override.{name.removeprefix('producer.')}"
        if name in NAMES or (name.startswith(PLUGINS) and refusal is None):
            draft.properties.setdefault(NAMES.get(name, name), value)
        elif name.startswith("producer.") and overriding in NAMES:
            draft.properties.setdefault(overriding, value)
        elif refusal is None:
            say = draft.leave_open if _ABOUT_PAGES.search(name) else draft.remark
            say(name, "Left out: unknown property.")
        elif refusal.instead and refusal.instead not in draft.properties:
            draft.properties[refusal.instead] = _fitted(refusal.instead, value)
        elif refusal.instead and draft.properties[refusal.instead] == value:
            continue
        elif not refusal.accepts(value) and refusal.reason not in said_once:
            draft.remark(name, _left_out(refusal))
            said_once |= {refusal.reason} if refusal.once else set()


def _fitted(name: str, value: str) -> str:
    """The value as the property that it is now has it."""
    if name == "http.request.headers" and "|" not in value:
        return _BETWEEN_HEADERS.sub("|", value)
    if name.endswith("json.pointer") and not value.startswith("/"):
        return "" if value.removesuffix("[*]") == "$" else pointer_of(value)
    return value


def _left_out(refusal: Refusal) -> str:
    if refusal.instead:
        return f"Left out, since {refusal.instead} is set."
    return f"Left out. {_ADVICE.sub('.', refusal.reason)}"
