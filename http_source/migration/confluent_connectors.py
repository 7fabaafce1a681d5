"""Confluent's HTTP Source connector, managed or self-managed: the same properties, but for what a worker and a license add."""

from collections.abc import Iterable, Mapping

from http_source.config.options.output import OutputFormat
from http_source.migration.configuration_draft import ConfigurationDraft
from http_source.migration.framework import move_format, move_the_rest


def migrate(properties: Mapping[str, str]) -> Iterable[ConfigurationDraft]:
    """One configuration."""
    draft = ConfigurationDraft(dict(properties))
    draft.rename({"name": "name"})
    move_format(draft, OutputFormat.JSON, enveloped=True)
    _one_topic(draft)
    draft.left.pop("connector.class", None)
    _follow_links(draft)
    move_the_rest(draft)
    return (draft,)


def _follow_links(draft: ConfigurationDraft) -> None:
    """Not a property of the connector, but of a page about it that is much copied."""
    if draft.left.get("http.pagination.type", "").upper() == "LINK_HEADER" and "http.offset.mode" not in draft.left:
        del draft.left["http.pagination.type"]
        draft.properties |= {"http.offset.mode": "CURSOR_PAGINATION", "http.next.page.header": "Link"}


def _one_topic(draft: ConfigurationDraft) -> None:
    """Some configurations name the topic twice, of which the managed connector reads one."""
    topic = draft.left.get("topic.name.pattern")
    if topic and draft.take("kafka.topic") not in {None, topic}:
        draft.remark("kafka.topic", "Left out: the connector writes to topic.name.pattern.")
