"""Rules about requests: an address, entities, headers, parameters and a body that can be sent, and their pace."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from math import ceil

from http_source.config.findings import did_you_mean, doubt, invalid, invalid_in_part, needed, shown, some
from http_source.config.header_lists import check_headers
from http_source.config.json_body import fault_of_template, sends_json
from http_source.config.lists import no_equals_sign, parse_parameters, without_equals_sign
from http_source.config.numbers import plain
from http_source.config.partly_shown import shown_offset, shown_parameters, shown_url
from http_source.config.placeholders import TOPIC, is_sent, templates_of
from http_source.config.properties import PROPERTIES, ConnectorConfig, OffsetMode, OffsetOptions
from http_source.config.rules.rule import Rule
from http_source.config.urls import fault_of
from http_source.config.variables import ENTITY, OFFSET, VARIABLES, WINDOW_END, WINDOW_START, filled, holds, like_variables
from http_source.errors import Finding

_MOST_TOLD = 5
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SHELL = re.compile(r"\$\{[A-Z][A-Z0-9_]*\}")
_MOST_UNKNOWN = 5
_TYPOGRAPHIC = re.compile("[\u201c\u201d\u201e\u201f\u2033]")


def check_url(config: ConnectorConfig) -> Iterator[Finding]:
    """The address as the first request has it."""
    url, initial = config.request.url, config.offsets.initial or ""
    reason = fault_of(filled(url, {OFFSET: initial, ENTITY: "entity", WINDOW_START: "0", WINDOW_END: "0"}))
    if reason and url.startswith(OFFSET):
        first = f"url starts with {OFFSET}, so this is the first address. {reason}"
        yield invalid_in_part("http.initial.offset", shown_offset(initial), first)
    elif reason:
        yield invalid_in_part("url", shown_url(url), reason)


def check_entity_names(config: ConnectorConfig) -> Iterator[Finding]:
    """Each entity is its own, and can be a partition key: Dagster refuses control characters and `...`."""
    names = config.request.entity_names
    if "" in names:
        yield invalid("entity.names", names, "A name is empty; remove the extra comma")
    if twice := [name for name, count in Counter(names).items() if count > 1 and name]:
        yield invalid("entity.names", names, f"Each entity is named once, but these are repeated: {some(twice)}")
    if unfit := [name for name in names if _CONTROL.search(name) or "..." in name]:
        yield invalid("entity.names", names, f"A name has no control characters and no three dots in a row: {some(unfit)}")


def _entity_names_are_there(config: ConnectorConfig) -> Iterator[Finding]:
    texts = {**templates_of(config.request), "topic.name.pattern": config.output.topic_name_pattern}
    users = [name for name, text in texts.items() if holds(text, ENTITY)]
    if users and not config.request.entity_names:
        yield needed("entity.names", f"the template variable {ENTITY} in {', '.join(users)}")


def _entities_differ(config: ConnectorConfig) -> Iterator[Finding]:
    if len(config.request.entity_names) > 1 and not is_sent(ENTITY, config.request):
        yield doubt("entity.names", f"{ENTITY} is not used in any request, so every entity sends the same and gets the same records.")


def _headers_have_a_separator(config: ConnectorConfig) -> Iterator[Finding]:
    if config.request.headers_separator in {"", ":"}:
        yield _no_separator("http.request.headers.separator", config.request.headers_separator, ":")


def _parameters_are_readable(config: ConnectorConfig) -> Iterator[Finding]:
    separator = config.request.parameters_separator
    if separator in {"", "="}:
        yield _no_separator("http.request.parameters.separator", separator, "=")
        return
    for number in without_equals_sign(config.request.parameters or "", separator)[:_MOST_TOLD]:
        yield doubt("http.request.parameters", no_equals_sign(number))
    try:
        parse_parameters(config.request.parameters or "", separator)
    except ValueError as error:
        yield invalid_in_part("http.request.parameters", shown_parameters(config.request.parameters or "", separator), str(error))


def _nothing_is_left_unsent(config: ConnectorConfig) -> Iterator[Finding]:
    if config.request.method == "GET" and config.request.body:
        yield doubt("http.request.body", "http.request.method=GET sends no body; set POST, or remove it.")
    if config.request.method == "POST" and config.request.parameters:
        yield doubt("http.request.parameters", "http.request.method=POST sends no parameters; put them into url, or remove them.")


def check_body(config: ConnectorConfig) -> Iterator[Finding]:
    """A body that is said to be JSON is JSON; it is sent all the same, since some servers take more."""
    request = config.request
    if request.method != "POST" or not request.body or not sends_json(request):
        return
    if fault := fault_of_template(request.body):
        quotes = " It has typographic quotation marks; JSON takes straight ones, U+0022." if _TYPOGRAPHIC.search(request.body) else ""
        yield doubt("http.request.body", f"It is not JSON, as its Content-Type says ({fault}), and is sent as it is.{quotes} "
                                         "Correct it, or set its Content-Type in http.request.headers.")


def check_placeholders(config: ConnectorConfig) -> Iterator[Finding]:
    """Every variable in a template is known there."""
    for name, text in templates_of(config.request).items():
        yield from _unknown(name, text, _variables(config.offsets))
    yield from _unknown(TOPIC, config.output.topic_name_pattern, (ENTITY,))


def _variables(options: OffsetOptions) -> tuple[str, ...]:
    if options.mode is not OffsetMode.TIME_WINDOW:
        return (OFFSET, ENTITY)
    return VARIABLES if options.window_mode else (ENTITY, WINDOW_START, WINDOW_END)


def _unknown(name: str, text: str, known: tuple[str, ...]) -> Iterator[Finding]:
    allowed = ", ".join(known[:-1]) + " and " * (len(known) > 1) + known[-1]
    found = dict.fromkeys(each for each in like_variables(text) if each not in known)
    for unknown in islice(found, _MOST_UNKNOWN):
        if unknown in VARIABLES:
            yield Finding(name, f"{unknown} is not replaced in it. It takes {allowed}.")
        else:
            what = "" if PROPERTIES[name].secret else f" {shown(unknown)}"
            meant = did_you_mean(unknown, known) or (f" Write {_as_reference(unknown)} for a variable of the environment." if what else "")
            yield Finding(name, f"There is an unknown template variable{what}.{meant} It takes {allowed}.")


def _as_reference(variable: str) -> str:
    return f"${{env:{shown(variable[2:-1])}}}" if _SHELL.fullmatch(variable) else "${env:NAME}"


def _catching_up_is_faster(config: ConnectorConfig) -> Iterator[Finding]:
    catchup, interval = config.pace.catchup_interval_ms, config.pace.request_interval_ms
    if catchup is not None and catchup > interval:
        yield invalid("catchup.interval.ms", catchup, f"Value must be no more than request.interval.ms, which is {interval}")


def _intervals_can_be_held(config: ConnectorConfig) -> Iterator[Finding]:
    """A budget below what the entities ask for stretches their interval."""
    budget, interval, count = config.pace.requests_per_second, config.pace.request_interval_ms, len(config.request.entities)
    if budget is not None and count / budget > interval / 1000:
        needs = f"{count} entities, each polled every {interval} ms, need" if count > 1 else f"One request every {interval} ms needs"
        asked, will_be = plain(count * 1000 / interval, 3), plain(count / budget, 3)
        yield doubt("http.requests.per.second", f"{needs} {asked} requests a second, and it allows {plain(budget)}: the interval will be "
                                                f"{will_be} s. Raise it, or set request.interval.ms to at least "
                                                f"{ceil(count / budget * 1000)}.")


def _no_separator(name: str, separator: str, inner: str) -> Finding:
    return invalid(name, separator, f"A separator has one character or more, none of them trimmed away, and is not {inner}")


RULES: tuple[Rule, ...] = (
    check_url,
    check_entity_names,
    _entity_names_are_there,
    _entities_differ,
    _headers_have_a_separator,
    check_headers,
    _parameters_are_readable,
    _nothing_is_left_unsent,
    check_body,
    check_placeholders,
    _catching_up_is_faster,
    _intervals_can_be_held,
)
"""In the order of the properties."""
