"""What shows the effect of each property: a value other than the default, what it needs beside it, and the test."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from http_source.config.options.output import CONVERTERS, SIMPLE_CONVERTERS, STRING_CONVERTER, OutputFormat
from http_source.config.properties import GROUPS, properties_of
from http_source_tests.certificates import STORES, stored
from http_source_tests.config.producer_effects import IDENTITY, PRODUCER


@dataclass(frozen=True)
class Effect:
    """A value other than the default, what else must be set for it, and the test that shows what comes of it."""

    value: object
    test: str
    beside: Mapping[str, object] = field(default_factory=dict)


HERE = "config/test_effects.py"
AUTH, OAUTH, RULES = "edges/test_auth.py", "edges/test_oauth.py", "config/test_credentials.py"
PROXY, ADDRESSES, STORED, TLS_RULES, TLS = (
    "edges/test_proxy.py", "edges/test_addresses.py", "config/test_stores.py", "config/test_tls_rules.py", "edges/test_tls.py"
)
PAGING, LINKED = "polling/test_paging.py", {"http.offset.mode": "CURSOR_PAGINATION"}
PAGE, RETRIES = "polling/test_page.py", "polling/test_retries.py"
REQUEST, TASK, RUN = "polling/test_request.py", "test_task.py", "orchestration/test_run.py"
CLIENT = {
    "auth.type": "oauth2", "oauth2.token.url": "https://id.example.com/t", "oauth2.client.id": "i", "oauth2.client.secret": "s",
}
TOKENS = f"{OAUTH}::test_a_client_in_the_header_signs_as_curl_does"
FURTHER = f"{OAUTH}::test_further_headers_and_parameters_go_along_as_they_are_written"
KEY = {"auth.type": "api_key", "api.key.value": "v"}
JWTS, REFRESHED = "edges/test_jwt.py", "edges/test_refresh_tokens.py"
PRIVATE_KEY = IDENTITY.key_pem
REFRESHING = {
    "auth.type": "oauth2", "oauth2.token.url": "https://id.example.com/t", "oauth2.client.id": "i", "oauth2.grant.type": "refresh_token",
}
HMAC, HMAC_KEY = "edges/test_hmac.py", {"auth.type": "hmac", "hmac.secret": "s", "hmac.template": "${target}"}
AWS, AWS_KEY = "edges/test_aws_sigv4.py", {"auth.type": "aws_sigv4", "aws.region": "eu-central-1"}
BEHIND = {"http.proxy.host": "proxy", "http.proxy.port": 3128, "http.proxy.user": "u", "http.proxy.password": "p"}
FORWARDED = f"{PROXY}::test_http_is_forwarded_with_the_whole_url_and_the_proxy_s_credentials"
REFUSED_ADDRESS = f"{ADDRESSES}::test_an_address_is_refused_by_its_property"
SERVICE_ACCOUNT: dict[str, object] = {"kafka.auth.mode": "SERVICE_ACCOUNT", "kafka.service.account.id": "sa-1"}
KEYSTORE = {
    "https.ssl.keystorefile": stored("client.jks"), "https.ssl.keystore.password": "storepw", "https.ssl.key.password": "keypw1",
}
IN_FILES = {"https.ssl.keystore.location": str(STORES / "client.jks"), **{name: KEYSTORE[name] for name in list(KEYSTORE)[1:]}}
TRUSTSTORE = {"https.ssl.truststorefile": stored("trust.p12"), "https.ssl.truststore.password": "storepw"}
INLINE = {"https.ssl.keystore.key": IDENTITY.key_pem, "https.ssl.keystore.certificate.chain": IDENTITY.chain_pem}
JAVA_KEY = f"{STORED}::test_a_java_store_gives_key_and_chain_by_two_passwords"
FORMATS, OPTIONS, KEPT = "conversion/test_formats.py", "conversion/test_options.py", "conversion/test_registration.py"
PATIENCE = "conversion/test_patience.py"
CONVERTED = "connect/converters/test"
AVRO, PROTOBUF, REGISTRY = f"{CONVERTED}_avro", f"{CONVERTED}_protobuf", "edges/test_registry"
CHOSEN = {"output.data.format": "AVRO", "value.converter.auto.register.schemas": False}
TRANSFORM = {"transforms.t.type": "org.apache.kafka.connect.transforms.DropHeaders", "transforms.t.headers": "h"}
PREDICATE = {
    **TRANSFORM, "transforms": "t", "transforms.t.predicate": "p",
    "predicates.p.type": "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone",
}
TOPICS, BROKER = "connect/test_topic_creation.py", "real_servers/test_kafka_broker.py"
CREATED = {"topic.creation.default.partitions": 3, "topic.creation.default.replication.factor": 1}
ONCE, TRANSACTIONS = "test_exactly_once.py", "real_servers/test_exactly_once.py"
REQUIRED_ONCE = {"exactly.once.support": "required"}
HEADER_IDS = "io.confluent.kafka.serializers.schema.id.HeaderSchemaIdSerializer"
CHAINING = {"http.offset.mode": "CHAINING", "http.offset.json.pointer": "/id"}
CURSOR = {"http.offset.mode": "CURSOR_PAGINATION", "http.next.page.json.pointer": "/next"}
WINDOWS, WINDOW = "polling/test_time_windows.py", {
    "http.offset.mode": "TIME_WINDOW", "http.window.start": 0, "http.window.offset.mode": "SIMPLE_INCREMENTING",
}
OVERRIDES, RATES = "config/test_producer.py", "test_rates.py"

EFFECTS = {
    "name": Effect("other", "test_definitions.py::test_a_connector_may_be_called_what_its_user_likes"),
    "connector.class": Effect("io.confluent.connect.http.HttpSourceConnector", f"{HERE}::test_words_with_one_meaning_are_checked"),
    "tasks.max": Effect(2, "orchestration/test_sensor.py::test_the_first_tick_requests_a_run_for_each_task"),
    "kafka.auth.mode": Effect("SERVICE_ACCOUNT", f"{HERE}::test_a_service_account_signs_in_with_its_key", SERVICE_ACCOUNT),
    "kafka.service.account.id": Effect("sa-1", f"{HERE}::test_a_service_account_signs_in_with_its_key", SERVICE_ACCOUNT),
    "kafka.api.key": Effect("k", f"{HERE}::test_a_kafka_key_signs_the_producer_in", {"kafka.api.secret": "s"}),
    "kafka.api.secret": Effect("s", f"{HERE}::test_a_kafka_key_signs_the_producer_in", {"kafka.api.key": "k"}),
    "url": Effect("https://example.com/other", "edges/test_fetch.py::test_sends_the_url_and_the_body_exactly_as_they_are_given"),
    "entity.names": Effect("a,b", f"{RUN}::test_a_run_of_zero_seconds_asks_once_per_entity"),
    "http.request.method": Effect("POST", f"{REQUEST}::test_get_sends_no_body_and_post_sends_no_parameters"),
    "http.request.headers": Effect(
        "X-A: b", f"{REQUEST}::test_sensitive_headers_win_over_plain_ones_and_those_over_the_defaults_in_any_case"
    ),
    "http.request.headers.separator": Effect(";", "config/test_lists.py::test_separators_are_taken_literally"),
    "http.request.sensitive.headers": Effect(
        "X-A: b", f"{REQUEST}::test_sensitive_headers_win_over_plain_ones_and_those_over_the_defaults_in_any_case"
    ),
    "http.request.parameters": Effect("a=${offset}", f"{REQUEST}::test_the_query_of_the_url_and_the_parameters_are_merged"),
    "http.request.parameters.separator": Effect(
        ";", f"{REQUEST}::test_a_separator_is_taken_literally_so_a_value_may_hold_the_ampersand"
    ),
    "http.request.body": Effect("{}", f"{REQUEST}::test_chaining_asks_elasticsearch_as_the_specification_prints"),
    "auth.type": Effect("bearer", "edges/test_auth.py::test_signs_with_a_bearer_token", {"bearer.token": "t"}),
    "connection.user": Effect("u", "edges/test_auth.py::test_signs_with_basic_in_utf_8"),
    "connection.password": Effect("p", "edges/test_auth.py::test_signs_with_basic_in_utf_8"),
    "bearer.token": Effect("t", "edges/test_auth.py::test_signs_with_a_bearer_token"),
    "sensitive.headers.list": Effect("x-key", f"{RULES}::test_the_names_of_sensitive_headers_are_configurable"),
    "sensitive.headers.validation.enabled": Effect(
        False, f"{RULES}::test_sensitive_headers_are_allowed_in_the_open_with_a_warning"
    ),
    "oauth2.token.url": Effect("https://id.example.com/token", TOKENS, CLIENT),
    "oauth2.client.id": Effect("shop", TOKENS, CLIENT),
    "oauth2.client.secret": Effect("other", TOKENS, CLIENT),
    "oauth2.token.property": Effect("token", "edges/test_oauth_answers.py::test_a_token_may_stand_in_another_member", CLIENT),
    "oauth2.client.scope": Effect("read", f"{OAUTH}::test_a_scope_is_asked_for_unless_it_is_empty", CLIENT),
    "oauth2.client.mode": Effect("url", f"{OAUTH}::test_a_client_in_the_form_is_not_in_the_query", CLIENT),
    "oauth2.client.headers": Effect("X-A:b", FURTHER, CLIENT),
    "oauth2.client.header.separator": Effect(";", FURTHER, CLIENT),
    "oauth2.grant.type": Effect("jwt-bearer", f"{JWTS}::test_a_jwt_is_the_grant", {"auth.type": "oauth2", "oauth2.token.url": "https://id.example.com/t", "oauth2.client.id": "i", "oauth2.jwt.private.key": PRIVATE_KEY}),
    "oauth2.refresh.token": Effect("r", f"{REFRESHED}::test_a_refresh_token_is_used_as_it_is_configured", REFRESHING),
    "oauth2.refresh.token.file": Effect("/tmp/refresh-token", f"{REFRESHED}::test_the_newest_refresh_token_is_kept_in_a_file", {**REFRESHING, "oauth2.refresh.token": "r"}),
    "oauth2.jwt.enabled": Effect(True, f"{JWTS}::test_a_jwt_goes_along_as_v2_sends_it", {**CLIENT, "oauth2.jwt.private.key": PRIVATE_KEY}),
    "oauth2.jwt.keystore.path": Effect(str(STORES / "client.jks"), f"{JWTS}::test_a_key_may_be_in_a_store", {**CLIENT, "oauth2.client.mode": "jwt", "oauth2.jwt.keystore.type": "JKS", "oauth2.jwt.keystore.password": "storepw", "oauth2.jwt.key.password": "keypw1"}),
    "oauth2.jwt.key.password": Effect("p", f"{JWTS}::test_an_encrypted_key_needs_its_password", {**CLIENT, "oauth2.client.mode": "jwt", "oauth2.jwt.private.key": PRIVATE_KEY}),
    "oauth2.jwt.keystore.password": Effect("p", f"{JWTS}::test_a_key_may_be_in_a_store", {**CLIENT, "oauth2.client.mode": "jwt", "oauth2.jwt.private.key": PRIVATE_KEY}),
    "oauth2.jwt.keystore.type": Effect("PKCS12", f"{JWTS}::test_a_key_may_be_in_a_store", {**CLIENT, "oauth2.client.mode": "jwt", "oauth2.jwt.private.key": PRIVATE_KEY}),
    "oauth2.jwt.private.key": Effect(PRIVATE_KEY, f"{JWTS}::test_a_jwt_is_the_grant", {**CLIENT, "oauth2.client.mode": "jwt"}),
    "oauth2.jwt.claimset": Effect('{"sub": "me"}', f"{JWTS}::test_configured_claims_win", {**CLIENT, "oauth2.client.mode": "jwt", "oauth2.jwt.private.key": PRIVATE_KEY}),
    "oauth2.jwt.algorithm": Effect("ES256", f"{JWTS}::test_each_kind_of_key_signs", {**CLIENT, "oauth2.client.mode": "jwt", "oauth2.jwt.private.key": PRIVATE_KEY}),
    "oauth2.jwt.key.id": Effect("k1", f"{JWTS}::test_the_header_names_the_key", {**CLIENT, "oauth2.client.mode": "jwt", "oauth2.jwt.private.key": PRIVATE_KEY}),
    "oauth2.jwt.lifetime.seconds": Effect(60, f"{JWTS}::test_a_jwt_is_the_grant", {**CLIENT, "oauth2.client.mode": "jwt", "oauth2.jwt.private.key": PRIVATE_KEY}),
    "oauth2.token.parameters": Effect("audience=a", FURTHER, CLIENT),
    "oauth2.renew.on.status.codes": Effect("403", f"{OAUTH}::test_b200_an_answer_that_says_so_brings_one_forced_renewal", CLIENT),
    "api.key.location": Effect("QUERY", f"{AUTH}::test_signs_with_a_key_in_the_query_once", KEY),
    "api.key.name": Effect("X-Key", f"{AUTH}::test_signs_with_a_key_in_a_header", KEY),
    "api.key.value": Effect("k", f"{AUTH}::test_signs_with_a_key_in_a_header", KEY),
    "hmac.secret": Effect("k", f"{HMAC}::test_a_request_is_signed_as_its_template_says", HMAC_KEY),
    "hmac.secret.encoding": Effect("hex", f"{HMAC}::test_the_key_is_read_as_it_is_written", {**HMAC_KEY, "hmac.secret": "00ff"}),
    "hmac.algorithm": Effect("SHA512", f"{HMAC}::test_each_algorithm_and_encoding", HMAC_KEY),
    "hmac.template": Effect("${path}", f"{HMAC}::test_a_request_is_signed_as_its_template_says", HMAC_KEY),
    "hmac.encoding": Effect("base64", f"{HMAC}::test_each_algorithm_and_encoding", HMAC_KEY),
    "hmac.headers": Effect("Authorization:HMAC ${signature}", f"{HMAC}::test_a_request_is_signed_as_its_template_says", HMAC_KEY),
    "hmac.timestamp.format": Effect("http", f"{HMAC}::test_the_time_is_written_in_each_format", HMAC_KEY),
    "aws.access.key.id": Effect("AKID", f"{AWS}::test_what_is_signed_follows_the_options", {**AWS_KEY, "aws.secret.access.key": "s"}),
    "aws.secret.access.key": Effect("s", f"{AWS}::test_what_is_signed_follows_the_options", {**AWS_KEY, "aws.access.key.id": "AKID"}),
    "aws.session.token": Effect("t", f"{AWS}::test_what_is_signed_follows_the_options", {**AWS_KEY, "aws.access.key.id": "AKID", "aws.secret.access.key": "s"}),
    "aws.region": Effect("eu-west-1", f"{AWS}::test_what_is_signed_follows_the_options", AWS_KEY),
    "aws.service": Effect("s3", f"{AWS}::test_what_is_signed_follows_the_options", AWS_KEY),
    "http.response.compression.enabled": Effect(
        False, "edges/test_fetch.py::test_a_compressed_answer_is_asked_for_unless_it_is_switched_off"
    ),
    "https.ssl.enabled": Effect(True, f"{TLS_RULES}::test_tls_for_an_http_address_is_refused"),
    "https.ssl.keystorefile": Effect(stored("client.jks"), JAVA_KEY, KEYSTORE),
    "https.ssl.keystore.location": Effect(
        str(STORES / "client.jks"), f"{STORED}::test_a_store_can_be_a_file_of_a_declared_type", IN_FILES
    ),
    "https.ssl.keystore.type": Effect("JKS", f"{TLS_RULES}::test_another_type_than_the_store_has", KEYSTORE),
    "https.ssl.keystore.password": Effect("storepw", JAVA_KEY, KEYSTORE),
    "https.ssl.key.password": Effect("keypw1", JAVA_KEY, KEYSTORE),
    "https.ssl.keystore.key": Effect(IDENTITY.key_pem, f"{STORED}::test_key_and_chain_can_be_texts", INLINE),
    "https.ssl.keystore.certificate.chain": Effect(IDENTITY.chain_pem, f"{STORED}::test_key_and_chain_can_be_texts", INLINE),
    "https.ssl.truststorefile": Effect(stored("trust.p12"), f"{STORED}::test_a_trust_store_gives_its_certificates", TRUSTSTORE),
    "https.ssl.truststore.location": Effect(str(STORES / "trust.jks"), f"{TLS}::test_an_authority_made_with_keytool_works_on_both_sides"),
    "https.ssl.truststore.type": Effect("PKCS12", f"{TLS_RULES}::test_another_type_than_the_store_has", TRUSTSTORE),
    "https.ssl.truststore.password": Effect("storepw", f"{STORED}::test_a_trust_store_gives_its_certificates", TRUSTSTORE),
    "https.ssl.truststore.certificates": Effect(
        (STORES / "ca.pem").read_text(encoding="utf-8"), f"{STORED}::test_trusted_certificates_can_be_a_text"
    ),
    "https.ssl.protocol": Effect("TLSv1.2", f"{TLS}::test_tls_1_2_alone_refuses_a_server_that_speaks_tls_1_3_only"),
    "https.ssl.enabled.protocols": Effect("TLSv1.3", f"{TLS}::test_b44_tls_1_3_alone_refuses_it"),
    "http.proxy.host": Effect("other", FORWARDED, BEHIND),
    "http.proxy.port": Effect(8080, FORWARDED, BEHIND),
    "http.proxy.user": Effect("other", FORWARDED, BEHIND),
    "http.proxy.password": Effect("other", FORWARDED, BEHIND),
    "connection.disallow.local.ips": Effect(True, REFUSED_ADDRESS),
    "connection.disallow.private.ips": Effect(True, REFUSED_ADDRESS),
    "connection.disallow.class.e.ips": Effect(True, REFUSED_ADDRESS),
    "connection.disallow.cidr.ranges": Effect("10.0.0.0/8", REFUSED_ADDRESS),
    "connection.allow.cidr.ranges": Effect("10.0.0.0/8", f"{ADDRESSES}::test_what_is_allowed_wins"),
    "retry.backoff.policy": Effect(
        "EXPONENTIAL_WITH_JITTER", "polling/test_policy.py::test_the_exponential_policy_doubles_the_wait_up_to_five_minutes"
    ),
    "http.connect.timeout.ms": Effect(1, "edges/test_connection.py::test_b3_connecting_ends_with_the_connect_time_out"),
    "http.request.timeout.ms": Effect(
        1, "edges/test_broken_answers.py::test_b5_an_answer_that_drips_is_cut_when_its_time_is_over_and_never_taken_for_whole"
    ),
    "http.response.max.bytes": Effect(1, "edges/test_fetch.py::test_b11_b12_refuses_an_answer_above_the_limit"),
    "http.response.format": Effect("NDJSON", "polling/test_lines.py::test_a_line_is_a_record_as_it_is_served"),
    "http.response.data.json.pointer": Effect("/a", "polling/test_cut.py::test_b69_a_pointer_leads_through_objects_arrays_and_odd_names"),
    "http.offset.mode": Effect("CHAINING", f"{TASK}::test_chaining_searches_elasticsearch_as_the_specification_prints_it", CHAINING),
    "http.initial.offset": Effect("7", "polling/test_offsets.py::test_an_entity_starts_at_the_initial_offset"),
    "http.offset.json.pointer": Effect(
        "/id", "polling/test_offsets.py::test_chaining_takes_the_last_record_s_value_digit_for_digit", CHAINING
    ),
    "use.http.offset.json.pointer.as.string": Effect(
        False, "polling/test_offsets.py::test_chaining_takes_the_last_record_s_value_digit_for_digit"
    ),
    "http.chaining.order": Effect("DESCENDING", "polling/test_chain_order.py::test_b194_newest_first_is_handled_where_that_is_said", CHAINING),
    "http.page.size": Effect(
        100, "polling/test_page_numbers.py::test_a_full_page_is_left_at_once_where_its_size_is_known",
        {"http.offset.mode": "PAGE_NUMBER", "http.initial.offset": "1"},
    ),
    "http.window.start": Effect(0, f"{WINDOWS}::test_each_window_is_paged_through_before_the_next_begins", WINDOW),
    "http.window.length.ms": Effect(1000, f"{WINDOWS}::test_a_window_that_was_begun_is_finished_as_it_was", WINDOW),
    "http.window.format": Effect("epoch-s", f"{WINDOWS}::test_borders_are_written_as_the_api_wants_them", WINDOW),
    "http.window.offset.mode": Effect("PAGE_NUMBER", f"{WINDOWS}::test_each_window_is_paged_through_before_the_next_begins", WINDOW),
    "http.window.lag.ms": Effect(1000, f"{WINDOWS}::test_a_window_is_not_asked_for_before_it_is_over_by_the_lag", WINDOW),
    "http.response.data.required": Effect(True, f"{PAGE}::test_b191_a_missing_array_is_a_failure_where_it_is_required_and_the_keys_are_named"),
    "http.response.error.json.pointer": Effect("/error", f"{PAGE}::test_b191_anything_else_fails_the_page_with_its_text"),
    "http.next.page.json.pointer": Effect("/next", "polling/test_offsets.py::test_a_token_moves_to_the_next_page", CURSOR),
    "http.next.page.header": Effect("Link", f"{PAGING}::test_b198_links_are_followed_to_the_last_page_through_redirects", LINKED),
    "http.cursor.end": Effect("stop", "polling/test_offsets.py::test_stop_is_done_after_the_last_page", CURSOR),
    "http.page.max": Effect(3, "polling/test_paging.py::test_pages_beyond_the_most_fail_the_entity_until_a_person_acts_with_all_before_delivered"),
    "http.conditional.requests": Effect(True, "polling/test_tags.py::test_an_unchanged_last_page_is_not_sent_again_and_what_it_gains_is_delivered"),
    "http.next.page.allowed.hosts": Effect(
        "a.example", "polling/test_origin.py::test_b22_an_allowed_host_passes_at_its_port_and_never_gives_up_https"
    ),
    "http.empty.offset.omit": Effect(True, "polling/test_omission.py::test_b197_a_parameter_that_is_just_the_offset_is_left_out"),
    "request.interval.ms": Effect(
        100, f"{TASK}::test_the_interval_passes_between_the_end_of_a_request_and_the_start_of_the_next"
    ),
    "catchup.interval.ms": Effect(0, f"{TASK}::test_a_backlog_is_drained_at_the_catch_up_interval_and_then_the_other_holds"),
    "http.requests.per.second": Effect(0.9, f"{RATES}::test_a_budget_below_one_spaces_the_requests_of_all"),
    "http.rate.limit.headers": Effect(False, f"{RATES}::test_with_the_headers_switched_off_nobody_waits"),
    "max.in.flight.requests": Effect(1, f"{HERE}::test_no_more_requests_are_on_their_way_than_may_be"),
    "max.retries": Effect(0, "polling/test_policy.py::test_a_request_is_sent_again_as_often_as_max_retries_says"),
    "retry.backoff.ms": Effect(100, "polling/test_policy.py::test_b32_a_longer_retry_after_wins_over_the_backoff"),
    "retry.on.status.codes": Effect("500-", "polling/test_policy.py::test_b27_a_status_that_is_not_listed_fails_at_once"),
    "http.response.empty.status.codes": Effect("404", f"{RETRIES}::test_b200_an_api_that_answers_404_for_no_more_records_is_caught_up"),
    "auto.restart.on.user.error": Effect(
        False, "test_task_failures.py::test_without_auto_restart_it_waits_for_a_person"
    ),
    "topic.name.pattern": Effect("other", "config/test_rules.py::test_every_entitys_topic_is_one_kafka_takes"),
    "output.data.format": Effect("AVRO", f"{FORMATS}::test_confluents_deserializers_read_a_task_s_records"),
    "value.converter": Effect(CONVERTERS[OutputFormat.JSON], "config/test_converter.py::test_a_converter_that_contradicts_the_format_is_refused"),
    "record.key.json.pointer": Effect("/id", f"{OPTIONS}::test_a_key_is_the_value_at_its_pointer"),
    "output.data.mixed.scalars": Effect("string", "conversion/test_outcomes.py::test_b208_in_a_field_the_property_decides"),
    "key.converter": Effect(f"{SIMPLE_CONVERTERS}LongConverter", f"{OPTIONS}::test_a_key_is_written_by_its_converter"),
    "key.converter.schemas.enable": Effect(False, f"{OPTIONS}::test_a_key_in_json_has_its_schema_before_it_unless_it_is_switched_off"),
    "header.converter": Effect(STRING_CONVERTER, f"{OPTIONS}::test_a_header_is_written_by_its_converter"),
    "transforms": Effect("t", f"{OPTIONS}::test_transforms_are_applied_in_their_order", TRANSFORM),
    "predicates": Effect("p", f"{OPTIONS}::test_a_predicate_says_which_records_are_transformed", PREDICATE),
    "value.converter.schemas.enable": Effect(True, f"{OPTIONS}::test_json_has_its_schema_before_it"),
    "value.converter.decimal.format": Effect("NUMERIC", f"{CONVERTED}_json.py::test_decimals_may_be_numbers_with_all_digits_of_their_scale"),
    "value.converter.replace.null.with.default": Effect(False, f"{CONVERTED}_json.py::test_a_default_stands_for_null_unless_it_is_told_not_to"),
    "value.converter.ignore.default.for.nullables": Effect(True, f"{AVRO}_encoder.py::test_a_default_stands_for_null_unless_null_is_to_stay"),
    "value.converter.connect.meta.data": Effect(False, f"{AVRO}_schema.py::test_without_connects_marks_only_logical_types_are_marked"),
    "value.converter.scrub.invalid.names": Effect(True, f"{AVRO}_schema.py::test_b114_illegal_names_become_what_confluent_makes_of_them"),
    "value.converter.enhanced.avro.schema.support": Effect(True, f"{AVRO}_schema.py::test_an_enum_is_one_only_with_the_enhanced_support"),
    "value.converter.allow.optional.map.keys": Effect(True, f"{AVRO}_schema.py::test_a_map_whose_keys_may_be_null_is_a_map_when_it_is_allowed"),
    "value.converter.flatten.singleton.unions": Effect(True, f"{AVRO}_reader.py::test_a_union_of_one_type_is_that_type_when_it_is_flattened"),
    "value.converter.discard.type.doc.default": Effect(True, f"{AVRO}_schema.py::test_docs_of_fields_are_kept_instead_of_those_of_types"),
    "value.converter.enhanced.protobuf.schema.support": Effect(True, f"{PROTOBUF}_reader.py::test_enhanced_support_keeps_the_package"),
    "value.converter.generate.index.for.unions": Effect(False, f"{PROTOBUF}_reader.py::test_reads_a_oneof_as_a_struct_of_its_members_or_flat"),
    "value.converter.int.for.enums": Effect(True, f"{PROTOBUF}_reader.py::test_reads_enums_as_strings_with_their_symbols_or_as_integers"),
    "value.converter.optional.for.nullables": Effect(True, f"{PROTOBUF}_schema.py::test_optional_for_nullables_marks_optional_fields"),
    "value.converter.wrapper.for.nullables": Effect(True, f"{PROTOBUF}_schema.py::test_wrapper_for_nullables_wraps_optional_fields"),
    "value.converter.wrapper.for.raw.primitives": Effect(False, f"{PROTOBUF}_reader.py::test_without_wrapper_for_raw_primitives_a_wrapper_is_a_struct_like_any_other"),
    "value.converter.flatten.unions": Effect(True, f"{PROTOBUF}_reader.py::test_reads_a_oneof_as_a_struct_of_its_members_or_flat"),
    "value.converter.object.additional.properties": Effect(False, f"{CONVERTED}_json_schema.py::test_says_that_an_object_is_closed_only_when_it_is"),
    "value.converter.use.optional.for.nonrequired": Effect(True, f"{CONVERTED}_json_schema_reader.py::test_what_is_not_required_is_optional_only_when_the_option_says_so"),
    "value.converter.generalized.sum.type.support": Effect(True, f"{AVRO}_reader.py::test_a_union_of_several_types_is_a_struct_with_a_field_for_each"),
    "schema.context.name": Effect("shop", "connect/test_subjects.py::test_a_context_stands_before_the_subject"),
    "value.converter.schema.registry.url": Effect("http://r", f"{REGISTRY}_failures.py::test_the_resources_credentials_are_not_sent_to_a_connectors_own_registry"),
    "value.converter.basic.auth.user.info": Effect("u:p", f"{REGISTRY}_failures.py::test_b105_a_connectors_own_credentials_are_named_by_their_property"),
    "value.converter.auto.register.schemas": Effect(False, f"{KEPT}::test_a_schema_that_must_be_there_is_looked_up_and_not_registered"),
    "value.converter.use.latest.version": Effect(True, f"{KEPT}::test_the_newest_version_writes_records_that_fit_it", CHOSEN),
    "value.converter.latest.compatibility.strict": Effect(False, f"{KEPT}::test_the_newest_version_leaves_out_what_it_lacks_when_it_need_not_be_compatible"),
    "value.converter.use.schema.id": Effect(7, f"{KEPT}::test_a_schema_is_chosen_by_its_id_for_values_and_not_for_keys", CHOSEN),
    "value.converter.id.compatibility.strict": Effect(False, f"{KEPT}::test_a_chosen_id_leaves_out_what_it_lacks_when_it_need_not_be_compatible"),
    "value.converter.normalize.schemas": Effect(True, f"{REGISTRY}.py::test_normalization_is_asked_for_with_each_schema"),
    "value.converter.value.subject.name.strategy": Effect("RecordNameStrategy", "connect/test_subjects.py::test_the_strategy_names_the_subject"),
    "key.converter.key.subject.name.strategy": Effect("RecordNameStrategy", "connect/test_subjects.py::test_the_strategy_names_the_subject"),
    "value.converter.value.schema.id.serializer": Effect(HEADER_IDS, "connect/test_framing.py::test_a_header_is_a_one_and_the_guid_and_the_payload_stays_bare"),
    "key.converter.key.schema.id.serializer": Effect(HEADER_IDS, "connect/test_framing.py::test_a_header_is_a_one_and_the_guid_and_the_payload_stays_bare"),
    "errors.tolerance": Effect("all", f"{OPTIONS}::test_a_record_that_fails_is_left_out_and_the_others_go_on"),
    "behavior.on.error": Effect("IGNORE", f"{OPTIONS}::test_a_record_that_fails_is_left_out_and_the_others_go_on"),
    "errors.retry.timeout": Effect(1, f"{PATIENCE}::test_b104_a_page_is_asked_for_once_while_the_registry_is_down_and_arrives_when_it_is_back"),
    "errors.retry.delay.max.ms": Effect(1, "polling/test_policy.py::test_pauses_between_conversions_double_up_to_the_longest_one"),
    "reporter.error.topic.name": Effect("errors", f"{OPTIONS}::test_a_record_that_is_left_out_is_reported_as_it_was_served"),
    "errors.log.enable": Effect(False, f"{OPTIONS}::test_the_log_tells_what_was_left_out_unless_it_is_switched_off"),
    "errors.log.include.messages": Effect(True, f"{OPTIONS}::test_the_log_tells_what_was_left_out_unless_it_is_switched_off"),
    "topic.creation.groups": Effect("g", f"{TOPICS}::test_the_order_of_the_list_decides", {**CREATED, "topic.creation.g.include": ".*"}),
    "topic.creation.default.partitions": Effect(1, f"{BROKER}::test_a_topic_is_created_with_what_was_asked_for_and_gets_the_records", CREATED),
    "topic.creation.default.replication.factor": Effect(-1, f"{BROKER}::test_minus_one_leaves_partitions_and_copies_to_the_broker", CREATED),
    "exactly.once.support": Effect("required", f"{ONCE}::test_the_position_is_stored_beside_the_records_and_the_next_run_goes_on_from_there"),
    "transaction.boundary": Effect("interval", f"{TRANSACTIONS}::test_the_interval_gathers_pages_and_commits_them_at_once", REQUIRED_ONCE),
    "transaction.boundary.interval.ms": Effect(
        5, f"{TRANSACTIONS}::test_the_interval_gathers_pages_and_commits_them_at_once", {**REQUIRED_ONCE, "transaction.boundary": "interval"}
    ),
    "offsets.storage.topic": Effect("o", f"{TRANSACTIONS}::test_connectors_may_share_a_topic_and_read_their_own_positions_only", REQUIRED_ONCE),
    "offset.flush.interval.ms": Effect(0, f"{HERE}::test_a_checkpoint_waits_for_its_interval"),
    "run.max.seconds": Effect(0, f"{RUN}::test_a_run_of_zero_seconds_asks_once_per_entity"),
    "run.linger.ms": Effect(0, f"{RUN}::test_a_run_that_has_nothing_due_for_long_ends"),
    **{f"producer.override.{name}": Effect(value, f"{OVERRIDES}::test_b188_each_override_is_what_the_client_is_made_with", beside)
       for name, (value, beside) in PRODUCER.items()},
}
ONE_MEANING = {"connector.class"}
"""Words of which this version takes one, in one or two spellings: refusing all others is their effect."""

ATTRIBUTES = {known.name: (field, attribute) for field, group in GROUPS.items() for attribute, known in properties_of(group).items()}
"""Property → its group in a configuration, and its field there."""
