"""Credentials and TLS as Dagster resources: what is set in one wins over the file, whoever sets it."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from http_source import ConfigurationError, HttpAuthResource, KafkaResource, TlsResource, build_http_source, load_connectors
from http_source.config.properties import AuthOptions, AuthType, Property, TlsOptions, properties_of
from http_source.errors import Finding
from http_source.orchestration.http_resources import configured
from http_source_tests.certificates import LOCAL, authority, issue, server_context, stored, tls_api
from http_source_tests.config.effects import ATTRIBUTES, EFFECTS
from http_source_tests.config.samples import load
from http_source_tests.orchestration.stand import configuration, message_of
from http_source_tests.servers import Api, Asked, Reply, api

FILE: dict[str, object] = {"auth.type": "basic", "connection.user": "u", "connection.password": "of the file"}
Run = Callable[..., dg.ExecuteInProcessResult]
FIELDS: Mapping[str, tuple[type[HttpAuthResource | TlsResource], Property]] = {
    known.name: (kind, known)
    for kind, group in ((HttpAuthResource, AuthOptions), (TlsResource, TlsOptions)) for known in properties_of(group).values()
}


def field_of(name: str) -> str:
    """The field of a property."""
    return name.removeprefix("https.ssl.").replace(".", "_")


@pytest.fixture
def server() -> Iterator[Api]:
    with api(lambda _: b'{"items": []}') as server:
        yield server


@pytest.fixture
def run(instance: dg.DagsterInstance, server: Api, brokers: str) -> Run:
    """One poll of a connector with resources, and a launchpad's configuration of them."""

    def run(
        file: dict[str, object], resources: dict[str, object] | None = None, launchpad: dict[str, object] | None = None
    ) -> dg.ExecuteInProcessResult:
        properties = {**configuration(server.url), "url": f"{server.url}/${{entityName}}", **file}
        defs = dg.Definitions.merge(
            build_http_source(properties, resources={"kafka": KafkaResource(bootstrap_servers=brokers), **(resources or {})})
        )
        config = {"resources": {key: {"config": value} for key, value in (launchpad or {}).items()}}
        return defs.resolve_job_def("orders_poll").execute_in_process(instance=instance, run_config=config, raise_on_error=False)

    return run


def signed(server: Api) -> set[str | None]:
    return {asked.headers.get("Authorization") for asked in server.asked}


@pytest.mark.parametrize("field", FIELDS)
def test_b187_each_property_is_a_field_that_is_described_and_hidden_as_the_property_is(field: str) -> None:
    kind, known = FIELDS[field]
    described = kind.model_fields[field_of(field)]
    assert (described.get_default(call_default_factory=True), described.repr) == (None, not known.secret)
    assert (described.description or "").startswith(f"{known.name}: {known.doc}")
    assert bool(described.json_schema_extra) == known.secret


@pytest.mark.parametrize("field", FIELDS)
def test_b187_each_field_acts(field: str) -> None:
    """As the property does, whose effect is in the table of effects."""
    kind, known = FIELDS[field]
    effect = EFFECTS[known.name]
    given: dict[str, Any] = {field_of(name): value for name, value in {**effect.beside, known.name: effect.value}.items()}
    if known.name == "auth.type":
        given |= {"bearer_token": "t"}
    changed = configured(load({"url": "https://example.com/${offset}"}).config, {"r": kind(**given)})
    group, attribute = ATTRIBUTES[known.name]
    assert getattr(getattr(changed, group), attribute) == known.type.parse(effect.value)


def test_b187_a_resource_of_one_s_own_wins_over_the_file(run: Run, server: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_TOKEN", "of-the-resource")
    own = HttpAuthResource(auth_type="bearer", bearer_token=dg.EnvVar("ORDERS_TOKEN"))
    assert run(FILE, {"auth_orders": own}).success
    assert signed(server) == {"Bearer of-the-resource"}


def test_b187_a_launchpad_s_field_acts(run: Run, server: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_TOKEN", "of-the-launchpad")
    assert run(FILE, launchpad={"auth_orders": {"auth_type": "bearer", "bearer_token": {"env": "ORDERS_TOKEN"}}}).success
    assert signed(server) == {"Bearer of-the-launchpad"}


def test_a_text_may_refer_to_a_config_provider_as_in_a_file(run: Run, server: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_TOKEN", "provided")
    assert run(FILE, launchpad={"auth_orders": {"auth_type": "bearer", "bearer_token": "${env:ORDERS_TOKEN}"}}).success
    assert signed(server) == {"Bearer provided"}


def test_b187_without_a_field_that_is_set_the_file_counts_and_the_resource_holds_nothing_of_it(run: Run, server: Api) -> None:
    assert run(FILE).success
    assert signed(server) == {"Basic dTpvZiB0aGUgZmlsZQ=="}
    kept = build_http_source({**configuration(), **FILE}).resources or {}
    assert (repr(kept["auth_orders"]), kept["auth_orders"].bearer_token) == (repr(HttpAuthResource()), None)


def test_every_mistake_of_the_resources_is_told_before_the_first_request(run: Run, server: Api) -> None:
    own = {"auth_orders": HttpAuthResource(auth_type="bearer", bearer_token="two words"), "tls_orders": TlsResource(protocol="SSL")}
    failed = run(FILE, own)
    assert not failed.success
    assert "2 mistakes" in message_of(failed)
    assert "auth_orders.bearer_token: Invalid value [hidden] for configuration bearer.token: Expected printable" in message_of(failed)
    assert "tls_orders.protocol: Invalid value SSL for configuration https.ssl.protocol: SSL is broken" in message_of(failed)
    assert server.asked == []


def test_what_a_resource_lacks_is_told_by_the_property(run: Run) -> None:
    assert "bearer.token: It must be set, since auth.type=bearer needs it" in message_of(
        run({}, {"auth_orders": HttpAuthResource(auth_type="bearer")})
    )


def test_a_secret_of_a_resource_is_hidden_in_what_the_api_repeats(instance: dg.DagsterInstance, brokers: str) -> None:
    def echo(asked: Asked) -> Reply:
        return Reply((asked.headers["Authorization"] or "").encode(), status=403)

    with api(echo) as server:
        defs = build_http_source(configuration(server.url), resources={
            "kafka": KafkaResource(bootstrap_servers=brokers),
            "auth_orders": HttpAuthResource(auth_type="bearer", bearer_token="hidden-token"),
        })
        failed = defs.resolve_job_def("orders_poll").execute_in_process(instance=instance, raise_on_error=False)
    assert "[hidden]" in message_of(failed)
    assert "hidden-token" not in "".join(map(repr, instance.all_logs(failed.run_id)))


def test_b187_a_trust_store_of_a_resource_takes_the_place_of_the_file_s(instance: dg.DagsterInstance, brokers: str, tmp_path: Path) -> None:
    trusted = authority()
    file = {"https.ssl.truststorefile": stored("trust.p12"), "https.ssl.truststore.password": "storepw"}
    with tls_api(server_context(tmp_path, issue(trusted, "server", LOCAL)), lambda _: b'{"items": []}') as server:
        defs = build_http_source({**configuration(server.url), **file}, resources={
            "kafka": KafkaResource(bootstrap_servers=brokers), "tls_orders": TlsResource(truststore_certificates=trusted.pem),
        })
        job = defs.resolve_job_def("orders_poll")
        assert job.execute_in_process(instance=instance, raise_on_error=False).success
        assert {asked.target.partition("?")[0] for asked in server.asked} == {"/a", "/b"}


# Where they are given


def refused(**resources: object) -> tuple[Finding, ...]:
    with pytest.raises(ConfigurationError) as refusal:
        build_http_source(configuration(), resources=resources)
    return refusal.value.findings


def test_a_key_that_no_connector_has_is_told_with_the_nearest() -> None:
    (finding,) = refused(auth_order=HttpAuthResource())
    assert str(finding) == (
        "auth_order: No connector has a resource of this key. Did you mean auth_orders? Their keys: auth_orders, kafka, tls_orders."
    )


@pytest.mark.parametrize("wrong", [TlsResource(), None, "token"])
def test_a_resource_of_another_kind_is_refused(wrong: object) -> None:
    (finding,) = refused(auth_orders=wrong)
    assert finding.message == f"Expected HttpAuthResource, but it is {type(wrong).__name__}."


def test_a_resource_may_be_configured_at_launch(run: Run, server: Api) -> None:
    own = {"auth_orders": HttpAuthResource.configure_at_launch()}
    assert run(FILE, own, launchpad={"auth_orders": {"connection_user": "other"}}).success
    assert signed(server) == {"Basic b3RoZXI6b2YgdGhlIGZpbGU="}


def test_a_folder_takes_resources_for_its_connectors(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "orders.json").write_text(json.dumps(configuration()), encoding="utf-8")
    own = {"auth_orders": HttpAuthResource(auth_type="none"), "kafka": KafkaResource(), "auth_gone": HttpAuthResource()}
    loaded = load_connectors(tmp_path, resources=own)
    assert {key: (loaded.resources or {})[key] for key in ("auth_orders", "kafka")} == {key: own[key] for key in ("auth_orders", "kafka")}
    assert "auth_gone: No connector has a resource of this key" in caplog.text


def test_the_kind_of_authentication_may_come_from_the_resource_alone() -> None:
    config = configured(load({}).config, {"auth_orders": HttpAuthResource(auth_type="API_KEY", api_key_value="k")})
    assert config.auth.type is AuthType.API_KEY
