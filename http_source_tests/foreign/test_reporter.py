"""Errors of every edge, as an error reporter sends them that prints the variables of every frame: no secret is in any."""

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from requests.models import PreparedRequest

from http_source.assembly.api_client import build_fetcher
from http_source.assembly.loading import load_config, look_config
from http_source.assembly.redaction import redactor
from http_source.assembly.wiring import build_task
from http_source.config.types import Secret
from http_source.edges.auth.authentication import Unchanging
from http_source.edges.http.tls_context import build_context
from http_source.edges.kafka.brokers import Brokers
from http_source.edges.registry.address import RegistryAddress
from http_source.errors import HttpSourceError
from http_source.foreign.redactor import Redactor
from http_source.orchestration.http_resources import HttpAuthResource, configured
from http_source.orchestration.resources import KafkaResource
from http_source.polling.modes import mode_of
from http_source.polling.request import RequestBuilder
from http_source.polling.standing import initial_position
from http_source_tests.certificates import authority, issue, server_context, tls_api
from http_source_tests.config.producer_effects import IDENTITY
from http_source_tests.echoing_broker import echoing_broker
from http_source_tests.foreign.reporter import Reporter, shown_in_frames
from http_source_tests.registry import registry_options
from http_source_tests.servers import Asked, Reply, api
from http_source_tests.tasks import FAST

MARK = "c4n4ry+Qz7"
NAMES = ("password", "header", "query", "body", "token", "client", "kafka", "registry", "key", "proxy")
SECRETS = {name: f"{name}-{MARK}" for name in NAMES}
HEADERS: Mapping[str, object] = {
    **FAST,
    "http.request.headers": f"X-Open: {SECRETS['header']}",
    "http.request.sensitive.headers": f"X-Key: {SECRETS['key']}",
    "http.request.parameters": f"api_key={SECRETS['query']}&start=${{offset}}",
    "max.retries": 0,
}
BASIC: Mapping[str, object] = {**HEADERS, "auth.type": "basic", "connection.user": "me", "connection.password": SECRETS["password"]}
OAUTH: Mapping[str, object] = {**HEADERS, "auth.type": "oauth2", "oauth2.client.id": "me", "oauth2.client.secret": SECRETS["client"]}
POST: Mapping[str, object] = {**BASIC, "http.request.method": "POST", "http.request.body": f'{{"token": "{SECRETS["body"]}"}}'}
KAFKA = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.username": "me", "sasl.password": SECRETS["kafka"],
         "bootstrap.servers": "127.0.0.1:1"}


def raised(call: Callable[[], object]) -> BaseException:
    """What a call raises."""
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - whatever it is
        call()
    return caught.value


def assert_silent(error: BaseException) -> None:
    """No secret is in what a reporter sends, nor in any frame."""
    lines = [*Reporter().report(error), *shown_in_frames(error)]
    assert [f"{line[:80]} … {line[max(0, at - 60) : at + 20]}" for line in lines if (at := line.find("c4n4ry")) >= 0] == []


def polled(properties: Mapping[str, object]) -> BaseException:
    """What one turn of an entity raises."""
    config = load_config(properties).config
    task = build_task(config, config.request.entities, kafka=KAFKA, positions={})
    entity = task.entities[0]
    leave = task.asking.admission.enter(entity.crowd, 0, 0)
    try:
        return raised(lambda: task.poll(entity, leave))
    finally:
        task.asking.fetcher.close()


def echo(asked: Asked) -> Reply:
    """An answer that refuses, and repeats everything."""
    return Reply("\r\n\x1b".join([asked.target, asked.body.decode(), *asked.headers.values()]).encode(), status=401)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_the_reporter_prints_the_variables_of_frames() -> None:
    error = raised(lambda: json.loads(f'{{"password": "{SECRETS["password"]}"'))
    assert [each for each in Reporter().report(error) if each.startswith("json.") and MARK in each]
    assert [each for each in shown_in_frames(error) if MARK in each]


def test_b222_a_refused_connection() -> None:
    assert_silent(polled({**BASIC, "url": f"http://127.0.0.1:{closed_port()}/items"}))


def test_b222_a_request_with_a_body_that_is_cut_off() -> None:
    with api(lambda _: Reply(headers={"Content-Length": "1000"})) as server:
        assert_silent(polled({**POST, "url": f"{server.url}/items", "http.request.timeout.ms": 1_000}))


def test_b222_a_failure_of_tls(tmp_path: Path) -> None:
    with tls_api(server_context(tmp_path, issue(authority(), "localhost", ["localhost"]))) as server:
        assert_silent(polled({**BASIC, "url": server.url}))


@pytest.mark.parametrize("properties", [BASIC, POST, {**HEADERS, "auth.type": "bearer", "bearer.token": SECRETS["token"]}],
                         ids=["basic", "post", "bearer"])
def test_b222_an_api_that_refuses_and_echoes(properties: Mapping[str, object]) -> None:
    with api(echo) as server:
        assert_silent(polled({**properties, "url": f"{server.url}/items"}))


def test_b222_a_proxy_that_refuses_and_echoes() -> None:
    with api(echo) as server:
        proxy = {"http.proxy.host": "127.0.0.1", "http.proxy.port": server.url.rpartition(":")[2], "http.proxy.user": "me",
                 "http.proxy.password": SECRETS["proxy"]}
        assert_silent(polled({**BASIC, **proxy, "url": "https://api.example.invalid/items"}))


@pytest.mark.parametrize("more", [
    {}, {"oauth2.client.mode": "url"}, {"oauth2.grant.type": "refresh_token", "oauth2.refresh.token": SECRETS["token"]},
    {"oauth2.client.mode": "jwt", "oauth2.client.secret": None, "oauth2.jwt.private.key": IDENTITY.key_pem},
    {"oauth2.grant.type": "jwt-bearer", "oauth2.jwt.private.key": IDENTITY.key_pem},
])
def test_b222_a_token_server_that_refuses_and_echoes(more: Mapping[str, object]) -> None:
    with api(echo) as server:
        assert_silent(polled({**OAUTH, **more, "url": f"{server.url}/items", "oauth2.token.url": f"{server.url}/token"}))


@pytest.mark.parametrize("properties", [
    {"auth.type": "digest", "connection.user": "me", "connection.password": SECRETS["password"]},
    {"auth.type": "hmac", "hmac.secret": SECRETS["password"], "hmac.template": "${method}"},
    {"auth.type": "aws_sigv4", "aws.region": "r", "aws.access.key.id": "k", "aws.secret.access.key": SECRETS["password"],
     "aws.session.token": SECRETS["token"]},
])
def test_b222_an_api_that_refuses_whatever_is_signed_with_and_echoes(properties: Mapping[str, object]) -> None:
    with api(echo) as server:
        assert_silent(polled({**HEADERS, **properties, "url": f"{server.url}/items"}))


def test_b222_an_api_that_refuses_a_token_and_echoes() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(json.dumps({"access_token": SECRETS["token"]}).encode()) if asked.target == "/token" else echo(asked)

    with api(answer) as server:
        assert_silent(polled({**OAUTH, "url": f"{server.url}/items", "oauth2.token.url": f"{server.url}/token"}))


class Faulty(Unchanging):
    """Signs, and then fails as nobody expects."""

    def __init__(self, credentials: Any) -> None:
        self._credentials = credentials

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        signed = self._credentials(request)
        raise AttributeError(f"cannot sign {signed.url} with {dict(signed.headers)}")


def test_b222_an_unexpected_exception_in_the_middle_of_a_request() -> None:
    config = load_config({**BASIC, "url": "http://127.0.0.1:1/items"}).config
    position, redact = initial_position(config.offsets), redactor(config)
    request = RequestBuilder(config.request, "default", mode_of(config.offsets)).at(position)
    with build_fetcher(config, config.auth, build_context(config.tls), redact, connections=1, wrap=Faulty) as fetcher:
        error = raised(lambda: fetcher.fetch(request, lambda _: None))
    assert isinstance(error, HttpSourceError)
    assert "AttributeError: cannot sign http://127.0.0.1:1/items?" in str(error)
    assert_silent(error)


@pytest.fixture
def kafka_that_refuses() -> Iterator[Mapping[str, object]]:
    with echoing_broker() as broker:
        yield {**KAFKA, "bootstrap.servers": broker.bootstrap}
        assert any(SECRETS["kafka"].encode() in signed for signed in broker.signed)


@pytest.mark.parametrize("support", [None, "required"])
def test_b222_a_kafka_that_refuses_and_echoes(kafka_that_refuses: Mapping[str, object], support: str | None) -> None:
    config = load_config({**BASIC, "url": "http://127.0.0.1:1/items", **({"exactly.once.support": support} if support else {})}).config
    task = build_task(config, config.request.entities, kafka=kafka_that_refuses, positions={})
    error = raised(lambda: task.open(patience=1.0))
    assert "Nobody is called" in str(error)
    assert str(error).isprintable()
    assert_silent(error)


@pytest.mark.parametrize("make", ["producer", "consumer", "admin"])
def test_b222_kafka_settings_that_are_refused(make: str) -> None:
    brokers = Brokers({**KAFKA, "sasl.mechanism": "no-such\x1b"}, Redactor())
    calls: Mapping[str, Callable[[], object]] = {
        "producer": lambda: brokers.producer({}, {}), "consumer": lambda: brokers.consumer({"group.id": "g"}), "admin": brokers.admin,
    }
    error = raised(calls[make])
    assert isinstance(error, HttpSourceError)
    assert_silent(error)


def test_b222_a_resource_with_a_property_that_is_refused() -> None:
    config = load_config({**FAST, "url": "http://127.0.0.1:1/items", "kafka.api.key": "k", "kafka.api.secret": SECRETS["kafka"]}).config
    resource = KafkaResource(sasl_password=SECRETS["kafka"], properties={"enable.idempotence": "false", "ssl.key.password": SECRETS["key"]},
                             security_protocol="SASL_SSL")
    assert_silent(raised(lambda: resource.settings(config, "client")))


def test_b221_a_registry_that_refuses_and_echoes_is_told_on_one_line() -> None:
    from http_source.edges.registry.registry import Registry  # noqa: PLC0415 - takes a while

    def answer(asked: Asked) -> Reply:
        words = "\r\n\x1b[31m".join([asked.headers["Authorization"], SECRETS["registry"], SECRETS["registry"][:-4]])
        return Reply(json.dumps({"error_code": 40301, "message": words}).encode(), 403, {"Content-Type": "application/json"})

    with api(answer) as server, ExitStack() as open_:
        url = server.url.replace("://", f"://me:{SECRETS['password']}@")
        address = RegistryAddress(url=url, user="me", password=Secret(SECRETS["registry"]))
        registry = Registry(address, registry_options(), "AVRO", Redactor())
        open_.callback(registry.close)
        error = raised(lambda: registry.newest("orders-value"))
    assert ": Basic [hidden] \\x1b[31m[hidden] \\x1b[31m[hidden]" in str(error)
    assert str(error).isprintable()
    assert_silent(error)


def test_b222_a_registry_that_closes_the_connection() -> None:
    from http_source.edges.registry.registry import Registry  # noqa: PLC0415 - takes a while

    address = RegistryAddress(url=f"http://127.0.0.1:{closed_port()}", user="me", password=Secret(SECRETS["registry"]))
    registry = Registry(address, registry_options(), "AVRO", Redactor())
    assert_silent(raised(lambda: registry.newest("orders-value")))
    registry.close()


@pytest.mark.parametrize("load", [load_config, look_config])
def test_b222_a_wrong_configuration_with_secrets(tmp_path: Path, load: Callable[..., object]) -> None:
    (tmp_path / "secrets.properties").write_text(f"password={SECRETS['password']}\nquery={SECRETS['query']}\n")
    properties = {
        **POST, "url": f"ftp://me:{SECRETS['query']}@host", "connection.password": f"${{file:{tmp_path}/secrets.properties:password}}",
        "http.request.sensitive.headers": "Host: ${env:KEY}", "max.retries": "${env:KEY}", "oauth2.client.secret": SECRETS["client"],
        "transforms": "a", "transforms.a.type": "${env:KEY}", "no.such.property": SECRETS["token"],
    }
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(properties))
    for source in (properties, file):
        assert_silent(raised(lambda source=source: load(source, environment={"KEY": SECRETS["key"]})))  # type: ignore[misc]


def test_b222_resources_with_mistakes() -> None:
    config = load_config({**BASIC, "url": "http://127.0.0.1:1/items"}).config
    wrong = HttpAuthResource(connection_user="with:colon", connection_password=SECRETS["password"], bearer_token=SECRETS["token"])
    error = raised(lambda: configured(config, {"auth": wrong}))
    assert "auth.connection_user" in str(error)
    assert_silent(error)


def test_b222_a_file_that_is_not_json(tmp_path: Path) -> None:
    (tmp_path / "wrong.json").write_text(f'{{"connection.password": "{SECRETS["password"]}", oops')
    assert_silent(raised(lambda: load_config(tmp_path / "wrong.json")))


def test_b222_a_configuration_in_a_frame() -> None:
    config = load_config({**POST, **OAUTH, "url": f"https://api.example.com/?k={SECRETS['query']}",
                          "http.request.method": "POST", "oauth2.token.url": "https://id.example.com/token"}).config

    assert "c4n4ry" not in repr(config)
