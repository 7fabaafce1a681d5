"""llofberg's kafka-connect-rest: one request again and again, without an offset."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from http_source.config.findings import shown
from http_source.config.options.output import OutputFormat
from http_source.migration.configuration_draft import ConfigurationDraft
from http_source.migration.framework import move_format, move_the_rest

_SETTINGS = {
    "name": "name", "rest.source.url": "url", "rest.source.method": "http.request.method", "rest.source.data": "http.request.body",
    "rest.source.body": "http.request.body", "rest.source.poll.interval.ms": "request.interval.ms",
    "rest.http.connection.connection.timeout": "http.connect.timeout.ms", "rest.http.connection.read.timeout": "http.request.timeout.ms",
}
_POLL_INTERVAL_MS = "60000"
"""Where the old configuration says nothing."""

_TOPICS = "rest.source.destination.topics"


def migrate(properties: Mapping[str, str]) -> Iterable[ConfigurationDraft]:
    """One configuration."""
    draft = ConfigurationDraft(dict(properties))
    draft.left.pop("connector.class", None)
    move_format(draft, OutputFormat.JSON, enveloped=False)
    draft.rename(_SETTINGS)
    draft.properties.setdefault("request.interval.ms", _POLL_INTERVAL_MS)
    draft.properties |= {"http.offset.mode": "SIMPLE_INCREMENTING", "http.initial.offset": "0"}
    _move_lists(draft)
    _move_topic(draft)
    draft.remark("rest.source.url", "kafka-connect-rest writes an answer as one value. Here the elements of an array are records of their "
                 "own, and http.response.data.json.pointer says where they are.")
    move_the_rest(draft)
    return (draft,)


def _move_lists(draft: ConfigurationDraft) -> None:
    items = [*draft.take_list("rest.source.headers"), *draft.take_list("rest.source.properties")]
    for name in (name.strip() for name, _, value in (item.partition(":") for item in items) if value.startswith(":")):
        draft.leave_open("http.request.headers", f"{shown(name)} has two colons, so its value begins with one; write {shown(name)}: value.")
    if items:
        draft.properties["http.request.headers"] = "|".join(items)
    pairs = [(name, draft.take(f"rest.source.param.{name}.value") or "") for name in draft.take_list("rest.source.param.names")]
    if pairs:
        url = draft.properties.get("url", "")
        draft.properties["url"] = f"{url}{'&' if '?' in url else '?'}{urlencode(pairs)}"


def _move_topic(draft: ConfigurationDraft) -> None:
    topics = draft.take_list(_TOPICS)
    if topics:
        draft.properties["topic.name.pattern"] = topics[0]
    if len(topics) > 1:
        draft.remark(_TOPICS, f"A connector writes to one topic, {topics[0]}; the others are left out.")
