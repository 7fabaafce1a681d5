"""What properties demand of each other: each rule is a small function that yields findings."""

import re
from collections.abc import Callable, Iterable, Iterator

from http_source.config.address import check_url
from http_source.config.answers import check_conditional_requests, check_empty_statuses, check_renewing_statuses, check_required_data
from http_source.config.connection import check_connection
from http_source.config.converter import (
    check_context,
    check_converter,
    check_flags,
    check_keys,
    check_references,
    check_registration,
    check_registry_use,
    check_reporter,
    check_subjects,
)
from http_source.config.credentials import (
    check_auth_type,
    check_authorization,
    check_headers,
    check_key,
    check_key_is_sent_once,
    check_password,
    check_sensitive_names,
    check_token,
    check_user,
)
from http_source.config.delivery import check_boundary, check_offsets_topic
from http_source.config.findings import doubt, invalid, invalid_in_part, needed
from http_source.config.json_body import check_body
from http_source.config.kafka import check_kafka_key, check_service_account
from http_source.config.lists import no_equals_sign, parse_parameters, without_equals_sign
from http_source.config.naming import check_connector_name, check_entity_names, check_topics
from http_source.config.oauth import (
    check_client,
    check_scope,
    check_token_headers,
    check_token_parameters,
    check_token_property,
    check_token_url,
)
from http_source.config.page_parameters import check_page_parameters
from http_source.config.partly_shown import shown_parameters
from http_source.config.placeholders import check_placeholders, is_sent, templates_of
from http_source.config.producer import check_producer_brokers, check_producer_compression, check_producer_login, check_producer_stores
from http_source.config.properties import ConnectorConfig, OffsetMode, ResponseFormat
from http_source.config.tls import check_keystore, check_tls_use, check_tls_versions, check_truststore
from http_source.config.variables import ENTITY, OFFSET, holds
from http_source.errors import Finding

Rule = Callable[[ConnectorConfig], Iterable[Finding]]

_MOST_TOLD = 5
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def check(config: ConnectorConfig, *others: Rule, complete: bool) -> Iterator[Finding]:
    """What all rules find, those of other rooms included.

    When the configuration is not complete, faulty properties are unset; a rule that asks for one has nothing to add to what is
    known of it and ends there.
    """
    for rule in (*RULES, *others):
        try:
            yield from rule(config)
        except AttributeError:
            if complete:
                raise


def _allowed_hosts_are_hosts(config: ConnectorConfig) -> Iterator[Finding]:
    for host in config.offsets.allowed_hosts:
        if not _HOST.fullmatch(host):
            yield invalid("http.next.page.allowed.hosts", host, "Expected hosts, each as `host` or `host:port`, without scheme and path")


def _entity_names_are_there(config: ConnectorConfig) -> Iterator[Finding]:
    texts = {**templates_of(config.request), "topic.name.pattern": config.output.topic_name_pattern}
    users = [name for name, text in texts.items() if holds(text, ENTITY)]
    if users and not config.request.entity_names:
        yield needed("entity.names", f"the template variable {ENTITY} in {', '.join(users)}")


def _entities_differ(config: ConnectorConfig) -> Iterator[Finding]:
    if len(config.request.entity_names) > 1 and not is_sent(ENTITY, config.request):
        yield doubt("entity.names", f"{ENTITY} is in nothing that is sent, so every entity asks the same and gets the same records.")


def _lines_take_no_pointers(config: ConnectorConfig) -> Iterator[Finding]:
    """Each line is a record, and there is nothing beside them."""
    offsets = config.offsets
    given = {
        "http.response.data.json.pointer": offsets.data_pointer, "http.next.page.json.pointer": offsets.next_page_pointers,
        "http.response.error.json.pointer": offsets.error_pointer, "http.response.data.required": offsets.data_required,
    }
    if offsets.format is ResponseFormat.NDJSON:
        for name in (name for name, value in given.items() if value):
            yield Finding(name, "It is for http.response.format=JSON: an answer of lines holds records and nothing else. Remove it.")


def _offset_moves_on(config: ConnectorConfig) -> Iterator[Finding]:
    # Between windows of time the mode's own rule looks at what is sent.
    is_needed = config.offsets.mode is not OffsetMode.TIME_WINDOW or config.offsets.window_mode
    if is_needed and not is_sent(OFFSET, config.request) and not config.offsets.next_is_link:
        where = "http.request.parameters" if config.request.method == "GET" else "http.request.body"
        yield doubt("url", f"{OFFSET} is in nothing that is sent, so every request is the same; put it into url or {where}.")


def _nothing_is_left_unsent(config: ConnectorConfig) -> Iterator[Finding]:
    if config.request.method == "GET" and config.request.body:
        yield doubt("http.request.body", "http.request.method=GET sends no body; set POST, or remove it.")
    if config.request.method == "POST" and config.request.parameters:
        yield doubt("http.request.parameters", "http.request.method=POST sends no parameters; put them into url, or remove them.")


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


def _headers_have_a_separator(config: ConnectorConfig) -> Iterator[Finding]:
    if config.request.headers_separator in {"", ":"}:
        yield _no_separator("http.request.headers.separator", config.request.headers_separator, ":")


def _catching_up_is_faster(config: ConnectorConfig) -> Iterator[Finding]:
    catchup, interval = config.pace.catchup_interval_ms, config.pace.request_interval_ms
    if catchup is not None and catchup > interval:
        yield invalid("catchup.interval.ms", catchup, f"Value must be no more than request.interval.ms, which is {interval}")


def _no_separator(name: str, separator: str, inner: str) -> Finding:
    return invalid(name, separator, f"A separator has one character or more, none of them trimmed away, and is not {inner}")


RULES: tuple[Rule, ...] = (
    check_connector_name,
    check_kafka_key,
    check_service_account,
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
    check_sensitive_names,
    check_auth_type,
    check_user,
    check_password,
    check_token,
    check_token_url,
    check_client,
    check_token_property,
    check_scope,
    check_token_headers,
    check_token_parameters,
    check_renewing_statuses,
    check_key,
    check_key_is_sent_once,
    check_authorization,
    check_tls_use,
    check_keystore,
    check_truststore,
    check_tls_versions,
    check_connection,
    check_required_data,
    _lines_take_no_pointers,
    _allowed_hosts_are_hosts,
    _offset_moves_on,
    check_page_parameters,
    check_conditional_requests,
    _catching_up_is_faster,
    check_empty_statuses,
    check_topics,
    check_converter,
    check_flags,
    check_registration,
    check_subjects,
    check_references,
    check_keys,
    check_context,
    check_registry_use,
    check_reporter,
    check_boundary,
    check_offsets_topic,
    check_producer_compression,
    check_producer_brokers,
    check_producer_login,
    check_producer_stores,
)
"""In the order of the properties."""
