"""No property is read and ignored: each changes the typed result, and a test shows what comes of that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Semaphore

import dagster as dg
import pytest

from http_source.config.properties import GROUPS, PROPERTIES, properties_of
from http_source.entity import Entity, Mark
from http_source.model import Position
from http_source.orchestration.checkpoints import Checkpoints
from http_source.orchestration.resources import KafkaResource
from http_source_tests.config.samples import VALID, load, mistakes
from http_source_tests.kafka import kafka
from http_source_tests.servers import Asked, api
from http_source_tests.tasks import started, task_of, until

TESTS = Path(__file__).parents[1]
ATTRIBUTES = {known.name: (field, attribute) for field, group in GROUPS.items() for attribute, known in properties_of(group).items()}


@dataclass(frozen=True)
class Effect:
    """A value other than the default, what else must be set for it, and the test that shows what comes of it."""

    value: object
    test: str
    beside: Mapping[str, object] = field(default_factory=dict)


HERE = "config/test_effects.py"
REQUEST, TASK, RUN = "polling/test_request.py", "test_task.py", "orchestration/test_run.py"
CHAINING = {"http.offset.mode": "CHAINING", "http.offset.json.pointer": "/id"}
CURSOR = {"http.offset.mode": "CURSOR_PAGINATION", "http.next.page.json.pointer": "/next"}

EFFECTS = {
    "name": Effect("other", "test_definitions.py::test_a_connector_may_be_called_what_its_user_likes"),
    "connector.class": Effect("io.confluent.connect.http.HttpSourceConnector", f"{HERE}::test_words_with_one_meaning_are_checked"),
    "tasks.max": Effect(2, "orchestration/test_sensor.py::test_the_first_tick_requests_a_run_for_each_task"),
    "kafka.auth.mode": Effect("KAFKA_API_KEY", f"{HERE}::test_words_with_one_meaning_are_checked"),
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
    "auth.type": Effect("bearer", "edges/test_fetch.py::test_signs_with_a_bearer_token", {"bearer.token": "t"}),
    "connection.user": Effect("u", "edges/test_fetch.py::test_signs_with_basic_in_utf_8"),
    "connection.password": Effect("p", "edges/test_fetch.py::test_signs_with_basic_in_utf_8"),
    "bearer.token": Effect("t", "edges/test_fetch.py::test_signs_with_a_bearer_token"),
    "http.connect.timeout.ms": Effect(1, "edges/test_broken_answers.py::test_a_connection_that_takes_too_long_names_its_property"),
    "http.request.timeout.ms": Effect(
        1, "edges/test_broken_answers.py::test_an_answer_that_drips_is_cut_when_its_time_is_over_and_never_taken_for_whole"
    ),
    "http.response.max.bytes": Effect(1, "edges/test_fetch.py::test_refuses_an_answer_above_the_limit"),
    "http.response.data.json.pointer": Effect("/a", "polling/test_cut.py::test_b69_a_pointer_leads_through_objects_arrays_and_odd_names"),
    "http.offset.mode": Effect("CHAINING", f"{TASK}::test_chaining_searches_elasticsearch_as_the_specification_prints_it", CHAINING),
    "http.initial.offset": Effect("7", "polling/test_offsets.py::test_an_entity_starts_at_the_initial_offset"),
    "http.offset.json.pointer": Effect(
        "/id", "polling/test_offsets.py::test_chaining_takes_the_last_record_s_value_digit_for_digit", CHAINING
    ),
    "use.http.offset.json.pointer.as.string": Effect(
        False, "polling/test_offsets.py::test_chaining_takes_the_last_record_s_value_digit_for_digit"  # noqa: FBT003
    ),
    "http.next.page.json.pointer": Effect("/next", "polling/test_offsets.py::test_a_token_moves_to_the_next_page", CURSOR),
    "http.cursor.end": Effect("stop", "polling/test_offsets.py::test_stop_is_done_after_the_last_page", CURSOR),
    "http.next.page.allowed.hosts": Effect(
        "a.example", "polling/test_origin.py::test_b22_an_allowed_host_passes_at_its_port_and_never_gives_up_https"
    ),
    "request.interval.ms": Effect(
        100, f"{TASK}::test_the_interval_passes_between_the_end_of_a_request_and_the_start_of_the_next"
    ),
    "catchup.interval.ms": Effect(0, f"{TASK}::test_a_backlog_is_drained_at_the_catch_up_interval_and_then_the_other_holds"),
    "max.in.flight.requests": Effect(1, f"{HERE}::test_no_more_requests_are_on_their_way_than_may_be"),
    "max.retries": Effect(0, "polling/test_policy.py::test_a_request_is_sent_again_as_often_as_max_retries_says"),
    "retry.backoff.ms": Effect(100, "polling/test_policy.py::test_b32_a_longer_retry_after_wins_over_the_backoff"),
    "retry.on.status.codes": Effect("500-", "polling/test_policy.py::test_b27_a_status_that_is_not_listed_fails_at_once"),
    "auto.restart.on.user.error": Effect(
        False, "test_task_failures.py::test_without_auto_restart_it_waits_for_a_person"  # noqa: FBT003
    ),
    "topic.name.pattern": Effect("other", "config/test_rules.py::test_every_entitys_topic_is_one_kafka_takes"),
    "output.data.format": Effect("JSON", f"{HERE}::test_words_with_one_meaning_are_checked"),
    "offset.flush.interval.ms": Effect(0, f"{HERE}::test_a_checkpoint_waits_for_its_interval"),
    "run.max.seconds": Effect(0, f"{RUN}::test_a_run_of_zero_seconds_asks_once_per_entity"),
    "run.linger.ms": Effect(0, f"{RUN}::test_a_run_that_has_nothing_due_for_long_ends"),
}
ONE_MEANING = {"connector.class", "kafka.auth.mode", "output.data.format"}
"""Words of which this version takes one, in one or two spellings: refusing all others is their effect."""


def test_every_property_is_in_the_table() -> None:
    assert set(EFFECTS) == set(PROPERTIES)


@pytest.mark.parametrize("name", sorted(set(EFFECTS) - ONE_MEANING))
def test_a_property_changes_its_own_field(name: str) -> None:
    effect = EFFECTS[name]
    group, attribute = ATTRIBUTES[name]
    changed = getattr(getattr(load({**effect.beside, name: effect.value}).config, group), attribute)
    assert changed != getattr(getattr(load({}).config, group), attribute)
    assert changed == PROPERTIES[name].type.parse(effect.value)


@pytest.mark.parametrize("name", sorted(ONE_MEANING))
def test_words_with_one_meaning_are_checked(name: str) -> None:
    assert load({name: EFFECTS[name].value}).warnings == ()
    assert mistakes({name: "another"}) == [name]


@pytest.mark.parametrize("name", EFFECTS)
def test_the_test_of_an_effect_exists(name: str) -> None:
    file, _, test = EFFECTS[name].test.partition("::")
    assert f"def {test}(" in (TESTS / file).read_text(encoding="utf-8")


def test_a_kafka_key_signs_the_producer_in() -> None:
    options = load({"kafka.api.key": "k", "kafka.api.secret": "s"}).config.kafka
    settings = KafkaResource(bootstrap_servers="b:9092", security_protocol="SSL").settings(options, "test")
    assert {name: settings[name] for name in ("security.protocol", "sasl.mechanism", "sasl.username", "sasl.password")} == {
        "security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.username": "k", "sasl.password": "s",
    }


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_requests_are_on_their_way_than_may_be(most: int) -> None:
    """With as many answers withheld as may be on their way, nobody else asks; each answer lets one more in."""
    answers = Semaphore(0)

    def answer(_: Asked) -> bytes:
        answers.acquire()
        return b"[]"

    properties = {"entity.names": "a,b,c,d,e,f", "max.in.flight.requests": most}
    with kafka() as cluster, api(answer) as server:
        task = task_of(cluster, {"url": server.url + "/${entityName}/${offset}", **properties}, once=True)
        with started(task):
            try:
                for answered in range(6 - most):
                    until(lambda asked=answered + most: len(server.asked) >= asked)  # type: ignore[misc]
                    assert len(server.asked) == answered + most
                    answers.release()
            finally:
                answers.release(6)
            until(lambda: len(server.asked) == 6)


@pytest.mark.parametrize(("interval", "stored"), [(0, 2), (3_600_000, 1)])
def test_a_checkpoint_waits_for_its_interval(interval: int, stored: int) -> None:
    config = load({"offset.flush.interval.ms": interval}).config
    written: list[dg.AssetMaterialization] = []
    with kafka() as cluster:
        entities = list(task_of(cluster, VALID).entities)
    checkpoints = Checkpoints(dg.AssetKey("a"), entities, config.run.flush_interval_ms, written.append)
    for offset in (1, 2):
        move(entities[0], offset)
        checkpoints.store(entities[0].name) if offset == 1 else checkpoints.store_due()
    assert len(written) == stored


def move(entity: Entity, offset: int) -> None:
    """Let the entity stand at an offset, acknowledged."""
    entity.acknowledged = Mark(Position(offset, sequence=offset))
