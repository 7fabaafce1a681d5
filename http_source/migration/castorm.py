"""castorm's kafka-connect-http and its forks: offsets with names, FreeMarker templates, and an envelope around each record."""

import re
from collections.abc import Iterable, Mapping

from http_source.config.options.auth import AuthType
from http_source.config.options.output import OutputFormat
from http_source.config.variables import ENTITY
from http_source.migration.castorm_offsets import NamedOffsets, move_offsets
from http_source.migration.castorm_values import move_values
from http_source.migration.configuration_draft import ConfigurationDraft
from http_source.migration.framework import move_format, move_the_rest

_OLD = {
    "http.response.items.pointer": "http.response.list.pointer",
    "http.response.item.key.pointer": "http.response.record.key.pointer",
    "http.response.item.value.pointer": "http.response.record.pointer",
    "http.response.item.timestamp.pointer": "http.response.record.timestamp.pointer",
    "http.response.filter.factory": "http.record.filter.factory",
    "http.throttle.interval.millis": "http.timer.interval.millis",
    "http.throttler.interval.millis": "http.timer.interval.millis",
    "http.throttler.catchup.interval.millis": "http.timer.catchup.interval.millis",
    "http.throttler": "http.timer",
}
"""Names of earlier versions → those of the last one."""

_SETTINGS = {
    "http.request.url": "url", "http.request.method": "http.request.method", "http.request.body": "http.request.body",
    "kafka.topic": "topic.name.pattern", "http.client.proxy.host": "http.proxy.host", "http.client.proxy.port": "http.proxy.port",
    "http.client.proxy.username": "http.proxy.user", "http.client.proxy.password": "http.proxy.password",
    "http.client.keystore": "https.ssl.keystore.location", "http.client.keystore.password": "https.ssl.keystore.password",
}
_TIMEOUTS = {
    "http.client.connection.timeout.millis": "http.connect.timeout.ms", "http.client.read.timeout.millis": "http.request.timeout.ms",
}
_TEMPLATES = ("url", "http.request.parameters", "http.request.body", "http.request.headers")
_ENDPOINT = re.compile(r"\$\{\s*(offset\.)?endpoint\s*\}")
_RANGE = re.compile(r"\s*([0-9]+)\s*(?:\.\.\s*([0-9]+))?\s*")
_SHORTEST_MS = 100


def migrate(properties: Mapping[str, str]) -> Iterable[ConfigurationDraft]:
    """One configuration."""
    draft = ConfigurationDraft({_OLD.get(name, name): value for name, value in properties.items()})
    draft.left.pop("connector.class", None)
    draft.rename({"name": "name"})
    move_format(draft, OutputFormat.JSON, enveloped=False)
    draft.rename(_SETTINGS)
    _move_credentials(draft)
    _move_timeouts(draft)
    _move_lists(draft)
    _move_endpoints(draft)
    _move_pace(draft)
    _move_answers(draft)
    move_offsets(draft, NamedOffsets(draft))
    move_values(draft)
    move_the_rest(draft)
    return (draft,)


def _move_credentials(draft: ConfigurationDraft) -> None:
    kind, user, password = (draft.take(f"http.auth.{name}") or "" for name in ("type", "user", "password"))
    if kind.lower() == "basic":
        draft.properties |= {"auth.type": "basic", "connection.user": user, "connection.password": password}
    elif kind.lower() not in {"", "none"}:
        *others, last = AuthType
        draft.leave_open("http.auth.type", f"Unknown type: set auth.type to {', '.join(others)} or {last}.")


def _move_timeouts(draft: ConfigurationDraft) -> None:
    for old, new in _TIMEOUTS.items():
        value = draft.take(old)
        if value == "0":
            draft.remark(old, f"0 means no limit there; {new} is always one, and 30000 when it is not set.")
        elif value:
            draft.properties[new] = value


def _move_lists(draft: ConfigurationDraft) -> None:
    """Headers have a comma between them there, and `|` here; blanks around parameters are trimmed."""
    items = draft.take_list("http.request.headers")
    if headers := [item for item in items if ":" in item]:
        draft.properties["http.request.headers"] = "|".join(headers)
    if len(headers) < len(items):
        draft.remark("http.request.headers", "A line without a colon is not a header, neither there nor here, and is left out; "
                                             "write Name: value.")
    if parameters := draft.take("http.request.params"):
        pairs = (item.partition("=") for item in parameters.split("&") if item.strip())
        draft.properties["http.request.parameters"] = "&".join(f"{name.strip()}{mark}{value.strip()}" for name, mark, value in pairs)


def _move_endpoints(draft: ConfigurationDraft) -> None:
    """Several endpoints, each with its topic, are entities here."""
    endpoints, is_template = draft.take("endpoint.include.list"), (draft.take("kafka.topic.template") or "").lower() == "true"
    if endpoints is None:
        return
    draft.properties["entity.names"] = endpoints
    for name in (name for name in _TEMPLATES if name in draft.properties):
        draft.properties[name] = _ENDPOINT.sub(lambda _: ENTITY, draft.properties[name])
    if is_template:
        draft.properties["topic.name.pattern"] = f"{draft.properties.get('topic.name.pattern', '')}{ENTITY}"
    if not any(ENTITY in draft.properties.get(name, "") for name in _TEMPLATES):
        draft.leave_open("endpoint.include.list", f"The endpoints are entity.names here: put {ENTITY} where the URL has the endpoint.")


def _move_pace(draft: ConfigurationDraft) -> None:
    """The shortest interval is 100 ms; catching up is never slower."""
    interval = draft.take("http.timer.interval.millis") or "60000"
    catchup = draft.take("http.timer.catchup.interval.millis") or "30000"
    is_fixed = "Fixed" in (draft.take("http.timer") or "")
    if interval.isdecimal() and int(interval) < _SHORTEST_MS:
        draft.remark("http.timer.interval.millis", f"The shortest request.interval.ms is {_SHORTEST_MS}.")
        interval = str(_SHORTEST_MS)
    draft.properties["request.interval.ms"] = interval
    if not is_fixed and catchup.isdecimal() and interval.isdecimal() and int(catchup) < int(interval):
        draft.properties["catchup.interval.ms"] = catchup


def _move_answers(draft: ConfigurationDraft) -> None:
    """Where the records are, and which answers hold none. A single slash is the whole document there."""
    pointer = draft.take("http.response.list.pointer") or "/"
    if pointer != "/":
        draft.properties["http.response.data.json.pointer"] = pointer
    ranges = [_RANGE.fullmatch(item) for item in draft.take_list("http.response.policy.codes.skip")]
    codes = [f"{match[1]}-{match[2]}" if match[2] else match[1] for match in ranges if match]
    if codes:
        draft.properties["http.response.empty.status.codes"] = ",".join(codes)
