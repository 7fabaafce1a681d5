"""Confluent's HTTP Source V2: each of its APIs becomes a configuration of its own."""

import re
from collections.abc import Mapping, Sequence

from http_source.config.options.output import OutputFormat
from http_source.migration.configuration_draft import ConfigurationDraft
from http_source.migration.framework import move_format, move_the_rest
from http_source.migration.generic_paging import move_paging

_GROUP = re.compile(r"api([0-9]+)\.(.+)")
_CONSUMED = {"connector.class", "apis.num", "http.api.base.url", "name"}
_DEFAULTS = {
    "request.interval.ms": "60000", "max.retries": "5", "retry.backoff.policy": "EXPONENTIAL_WITH_JITTER",
}
"""What V2 does without these properties, and this connector does not."""

_LEFT_OUT = {
    "test.api": "`http-source preview` sends one request to the API; it is left out.",
    "should.add.start.delay": "The first request is sent at once; it is left out.",
    "http.response.schema": "The schema is inferred from the records; it is left out.",
    "http.response.schema.enforce": "The schema is inferred from the records and grows with them (docs/formats.md); it is left out.",
}
_UNREMARKABLE = {
    "test.api": {"true", "false"}, "should.add.start.delay": {"false"}, "http.response.schema.enforce": {"NONE", "EVOLVE"},
}


def migrate(properties: Mapping[str, str]) -> Sequence[ConfigurationDraft]:
    """One configuration for each API."""
    groups: dict[int, dict[str, str]] = {}
    shared = {}
    for name, value in properties.items():
        if match := _GROUP.fullmatch(name):
            groups.setdefault(int(match[1]), {})[match[2]] = value
        else:
            shared[name] = value
    count = int(shared["apis.num"]) if shared.get("apis.num", "").isdecimal() else 1
    drafts = [_migrate(number, group, shared, alone=count == 1) for number, group in sorted(groups.items()) if number <= count]
    for number in (number for number in sorted(groups) if number > count and drafts):
        drafts[-1].remark(f"api{number}", f"Left out: apis.num={count} leaves it out in HTTP Source V2, too.")
    return drafts


def _migrate(number: int, group: Mapping[str, str], shared: Mapping[str, str], *, alone: bool) -> ConfigurationDraft:
    draft = ConfigurationDraft({name: value for name, value in shared.items() if name not in _CONSUMED})
    name = shared.get("name", "")
    draft.properties["name"] = name if alone or not name else f"{name}-api{number}"
    draft.left |= group
    for property_, value in _DEFAULTS.items():
        draft.default(property_, value)
    is_managed = shared.get("connector.class", "").strip().lower() == "httpsourcev2"
    move_format(draft, OutputFormat.JSON_SR if is_managed else OutputFormat.JSON, enveloped=True)
    _refuse_chains(draft, number)
    draft.properties["url"] = shared.get("http.api.base.url", "").strip() + _path(draft)
    draft.rename({"topics": "topic.name.pattern"})
    move_paging(draft)
    _leave_out(draft)
    _ignore_errors(draft)
    move_the_rest(draft)
    return draft


def _refuse_chains(draft: ConfigurationDraft, number: int) -> None:
    """A child asks once for each record of its parent, which nothing here does."""
    pairs = (draft.take("api.chaining.parent.child.relationship") or "").split(",")
    parents = [parent for parent, _, child in (pair.strip().partition("::") for pair in pairs) if child.strip() == f"api{number}"]
    if parents:
        draft.unmoved = (f"It sends a request for each record of {parents[0].strip()}, which this connector does not do: use entity.names, "
                         "or do it downstream.")


def _path(draft: ConfigurationDraft) -> str:
    """The path, with the values of its parameters in their places."""
    if "http.api.path" not in draft.left:
        draft.leave_open("http.api.path", "HTTP Source V2 needs it, and it is missing: complete url.")
    path, separator = draft.take("http.api.path") or "", draft.take("http.path.parameters.separator") or "|"
    for item in (draft.take("http.path.parameters") or "").split(separator):
        name, colon, value = item.partition(":")
        if colon:
            path = path.replace(f"${{{name.strip()}}}", value.strip()).replace(f"{{{name.strip()}}}", value.strip())
    return path


def _leave_out(draft: ConfigurationDraft) -> None:
    for name, reason in _LEFT_OUT.items():
        value = draft.take(name)
        if value is not None and value not in _UNREMARKABLE.get(name, set()):
            draft.remark(name, reason)


def _ignore_errors(draft: ConfigurationDraft) -> None:
    if draft.left.get("behavior.on.error", "").upper() == "IGNORE":
        draft.remark("behavior.on.error", "In HTTP Source V2 it passes over requests that fail, too. Here it leaves out records that "
                     "cannot be converted, and an entity whose request fails starts again after a pause (auto.restart.on.user.error).")
