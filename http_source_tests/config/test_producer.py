"""What users set of the Kafka client: the connector by Java's names, the resource by librdkafka's; promises stay."""

import json
from collections.abc import Mapping

import dagster as dg
import pytest
from confluent_kafka import Producer

from http_source.assembly.redaction import redactor
from http_source.edges.kafka.librdkafka_settings import revealed
from http_source.errors import DeliveryFailed
from http_source.orchestration.resources import KafkaResource
from http_source_tests.certificates import STORES
from http_source_tests.config.effects import SERVICE_ACCOUNT
from http_source_tests.config.producer_effects import IDENTITY, JAAS, OAUTH_JAAS, PRODUCER
from http_source_tests.config.samples import findings, load, mistakes, warnings
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.servers import Api, Asked, Reply, api
from http_source_tests.tasks import entity_of, started, task_of
from http_source_tests.waiting import until

KEY_AND_CHAIN = {"ssl.key.pem", "ssl.certificate.pem"}
BECOMES: Mapping[str, Mapping[str, object]] = {
    "compression.gzip.level": {"compression.type": "gzip", "compression.level": 3},
    "compression.lz4.level": {"compression.type": "lz4", "compression.level": 4},
    "compression.zstd.level": {"compression.type": "zstd", "compression.level": 5},
    "max.request.size": {"message.max.bytes": 20_971_610},
    "buffer.memory": {"queue.buffering.max.kbytes": 32_768},
    "delivery.timeout.ms": {"message.timeout.ms": 30_000},
    "partitioner.ignore.keys": {"partitioner": "random"},
    "send.buffer.bytes": {"socket.send.buffer.bytes": 131_072},
    "receive.buffer.bytes": {"socket.receive.buffer.bytes": 0},
    "sasl.jaas.config": {"sasl.mechanism": "PLAIN", "sasl.username": "u", "sasl.password": 'pass"word'},
    "sasl.oauthbearer.token.endpoint.url": {
        "sasl.mechanism": "OAUTHBEARER", "sasl.oauthbearer.method": "oidc", "sasl.oauthbearer.client.id": "i",
        "sasl.oauthbearer.client.secret": "s3cret", "sasl.oauthbearer.scope": "kafka",
        "sasl.oauthbearer.extensions": "logicalCluster=lkc-1,identityPoolId=pool-1",
        "sasl.oauthbearer.token.endpoint.url": "https://id.example.com/token",
    },
    "ssl.keystore.key": {"ssl.key.pem": IDENTITY.key_pem, "ssl.certificate.pem": IDENTITY.chain_pem},
    "ssl.keystore.certificate.chain": {"ssl.key.pem": IDENTITY.key_pem, "ssl.certificate.pem": IDENTITY.chain_pem},
}
"""What is called otherwise by librdkafka → what it becomes. All others keep name and value."""


def overridden(**properties: object) -> dict[str, object]:
    """What a connector's client is made with; `a_b` in a keyword stands for `producer.override.a.b`."""
    return set_by({f"producer.override.{name.replace('_', '.')}": value for name, value in properties.items()})


def set_by(properties: dict[str, object], resource: KafkaResource | None = None) -> dict[str, object]:
    return revealed((resource or KafkaResource(bootstrap_servers="b:9092")).settings(load(properties).config, "test"))


def refused(resource: KafkaResource, properties: dict[str, object] | None = None) -> str:
    with pytest.raises(DeliveryFailed) as error:
        set_by(properties or {}, resource)
    return str(error.value)


@pytest.mark.parametrize("name", PRODUCER)
def test_b188_each_override_is_what_the_client_is_made_with(name: str) -> None:
    value, beside = PRODUCER[name]
    settings = set_by({**beside, f"producer.override.{name}": value})
    if name.startswith("ssl.key") and name not in BECOMES:
        assert settings.keys() >= KEY_AND_CHAIN
    elif name.startswith("ssl.trust"):
        assert "BEGIN CERTIFICATE" in str(settings["ssl.ca.pem"])
    else:
        assert settings.items() >= BECOMES.get(name, {name: value}).items()
    Producer({"log_level": 0, **settings})


# What is refused


@pytest.mark.parametrize(("name", "value", "reason"), [
    ("acks", "1", "Fewer acknowledgements would lose records"),
    ("enable.idempotence", "false", "Without it records would be repeated"),
    ("transactional.id", "mine", "so that exactly one run has it"),
    ("partitioner.class", "com.example.Mine", "no Java runs here"),
    ("ssl.endpoint.identification.algorithm", "", "always verifies host names"),
    ("sasl.login.class", "com.example.Mine", "which librdkafka does not have"),
    ("max.in.flight.requests.per.connection", 6, "Value must be no more than 5"),
])
def test_b188_what_would_break_a_promise_is_refused_by_name_with_the_reason(name: str, value: object, reason: str) -> None:
    (finding,) = findings({f"producer.override.{name}": value})
    assert finding.property == f"producer.override.{name}"
    assert reason in finding.message


def test_an_override_that_there_is_not_is_told_with_the_nearest() -> None:
    (finding,) = findings({"producer.override.linger": 5})
    assert "Did you mean producer.override.linger.ms?" in finding.message


@pytest.mark.parametrize("jaas", [
    "hidden", "com.example.LoginModule required;", JAAS.replace("username", "user"), JAAS.replace('word";', "word;"),
    JAAS.replace(' password="pass\\"word"', ""), JAAS.replace(";", ' serviceName="kafka";'),
])
def test_a_login_that_cannot_be_read_is_told_without_its_secret(jaas: str) -> None:
    (finding,) = findings({"producer.override.sasl.mechanism": "PLAIN", "producer.override.sasl.jaas.config": jaas})
    assert finding.message.startswith("Invalid value [hidden] for configuration producer.override.sasl.jaas.config: ")
    assert "pass" not in finding.message.replace("password", "")


def test_a_login_fits_its_mechanism_and_is_said_once() -> None:
    login: dict[str, object] = {"producer.override.sasl.jaas.config": JAAS}
    assert mistakes(login) == ["producer.override.sasl.mechanism"]
    assert mistakes({**login, "producer.override.sasl.mechanism": "SCRAM-SHA-512"}) == ["producer.override.sasl.mechanism"]
    assert mistakes({**login, "producer.override.sasl.mechanism": "PLAIN", "kafka.api.key": "k", "kafka.api.secret": "s"}) == [
        "producer.override.sasl.jaas.config"
    ]
    oauth: dict[str, object] = {"producer.override.sasl.jaas.config": OAUTH_JAAS, "producer.override.sasl.mechanism": "OAUTHBEARER"}
    assert mistakes(oauth) == ["producer.override.sasl.oauthbearer.token.endpoint.url"]


def test_a_store_that_cannot_be_used_is_told_by_the_producer_s_property() -> None:
    assert mistakes({"producer.override.ssl.truststore.location": "/nowhere"}) == ["producer.override.ssl.truststore.location"]
    assert mistakes({"producer.override.ssl.keystore.location": str(STORES / "client.jks")}) == ["producer.override.ssl.keystore.password"]
    assert mistakes({"producer.override.ssl.keystore.key": IDENTITY.key_pem}) == ["producer.override.ssl.keystore.certificate.chain"]
    both = {"ssl.truststore.location": str(STORES / "ca.pem"), "ssl.truststore.certificates": (STORES / "ca.pem").read_text()}
    assert mistakes({f"producer.override.{name}": value for name, value in both.items()}) == [
        "producer.override.ssl.truststore.certificates"
    ]


def test_a_level_of_another_compression_is_told() -> None:
    assert warnings({"producer.override.compression.gzip.level": 3}) == ["producer.override.compression.gzip.level"]


# What nobody may see


def test_a_login_s_secret_is_hidden() -> None:
    config = load({"producer.override.sasl.mechanism": "PLAIN", "producer.override.sasl.jaas.config": JAAS}).config
    assert redactor(config)('it is pass"word') == "it is [hidden]"
    assert "word" not in repr(config.producer.jaas)


def test_other_brokers_get_none_of_the_resource_s_credentials() -> None:
    resource = KafkaResource(
        bootstrap_servers="b:9092", security_protocol="SASL_SSL", sasl_username="u", sasl_password="p", ssl_ca_location="ca.pem",
        properties={"linger.ms": "7", "ssl.key.pem": "key"},
    )
    assert set_by({"producer.override.bootstrap.servers": "other:9092"}, resource) == {
        "client.id": "test", "bootstrap.servers": "other:9092", "ssl.ca.location": "ca.pem", "linger.ms": "7",
    }
    assert mistakes({"producer.override.bootstrap.servers": "other:9092", **SERVICE_ACCOUNT}) == ["producer.override.bootstrap.servers"]


def test_a_connector_s_stores_take_the_place_of_the_resource_s() -> None:
    resource = KafkaResource(ssl_ca_location="ca.pem", properties={"ssl.keystore.location": "client.p12", "ssl.key.password": "p"})
    stores = {"ssl.truststore.certificates": (STORES / "ca.pem").read_text(encoding="utf-8"), "ssl.keystore.key": IDENTITY.key_pem,
              "ssl.keystore.certificate.chain": IDENTITY.chain_pem}
    settings = set_by({f"producer.override.{name}": value for name, value in stores.items()}, resource)
    assert {name for name in settings if name.startswith("ssl.")} == {"ssl.ca.pem", *KEY_AND_CHAIN}


# The policy (KIP-458)


def test_the_resource_s_policy_says_what_connectors_may_set() -> None:
    signed: dict[str, object] = {"producer.override.sasl.mechanism": "PLAIN", "producer.override.sasl.jaas.config": JAAS}
    allowing = KafkaResource(connector_client_config_override_policy="Principal")
    assert set_by(signed, allowing)["sasl.username"] == "u"
    told = refused(allowing, {**signed, "producer.override.linger.ms": 1, "producer.override.retries": 9})
    assert told.startswith("The resource `kafka` lets no connector set producer.override.linger.ms, producer.override.retries, since")
    assert "producer.override.sasl.mechanism" in refused(KafkaResource(connector_client_config_override_policy="None"), signed)
    assert "Set All, None or Principal" in refused(KafkaResource(connector_client_config_override_policy="Some"))


# The resource's properties


def test_b188_the_resource_takes_any_property_and_they_win_over_its_fields() -> None:
    resource = KafkaResource(sasl_username="u", sasl_password="p", properties={
        "compression.codec": "zstd", "queue.buffering.max.ms": "20", "security.protocol": "SASL_SSL", "ssl.certificate.pem": "c",
    })
    assert set_by({}, resource) == {
        "client.id": "test", "bootstrap.servers": "localhost:9092", "security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN",
        "sasl.username": "u", "sasl.password": "p", "compression.type": "zstd", "linger.ms": "20", "ssl.certificate.pem": "c",
    }


def test_a_connector_s_own_wins_over_the_resource_s_properties() -> None:
    resource = KafkaResource(properties={"linger.ms": "20", "sasl.mechanism": "OAUTHBEARER"})
    settings = set_by({"producer.override.linger.ms": 1, "kafka.api.key": "k", "kafka.api.secret": "s"}, resource)
    assert (settings["linger.ms"], settings["sasl.mechanism"]) == (1, "PLAIN")


def test_b188_the_resource_s_properties_that_would_break_a_promise_are_told_all_at_once() -> None:
    told = refused(KafkaResource(properties={
        "acks": "1", "enable.idempotence": "false", "transactional.id": "t", "group.id": "g", "stats_cb": "f", "test.mock.num.brokers": "1",
        "compresion.type": "gzip", "request.required.acks": "-1",
    }))
    assert told.count("\n- ") == 6 + 1 - 1
    assert "- enable.idempotence: Without it, records would be repeated" in told
    assert '- compresion.type: No such configuration property: "compresion.type". Did you mean compression.type?' in told


def test_the_environment_brings_properties_and_no_value_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_PROPERTY_SASL_OAUTHBEARER_CLIENT_SECRET", "hidden-secret")
    monkeypatch.setenv("KAFKA_PROPERTY_LOG_LEVEL", "3")
    resource = KafkaResource.from_environment()
    assert set(resource.properties) == {"sasl.oauthbearer.client.secret", "log_level"}
    assert "hidden-secret" not in repr(resource)

    @dg.op(required_resource_keys={"kafka"})
    def look(context: dg.OpExecutionContext) -> None:
        assert dict(context.resources.kafka.properties) == {"sasl.oauthbearer.client.secret": "hidden-secret", "log_level": "3"}

    @dg.job(resource_defs={"kafka": resource})
    def job() -> None:
        look()

    assert job.execute_in_process().success


def test_b188_a_token_of_oauthbearer_is_got_with_the_connector_s_login() -> None:
    def grant(_: Asked) -> Reply:
        return Reply(json.dumps({"access_token": "no.jwt.here", "expires_in": 60}).encode())

    with api(grant) as server:
        client = Producer({"log_level": 0, **overridden(
            bootstrap_servers="127.0.0.1:1", security_protocol="SASL_PLAINTEXT", sasl_mechanism="OAUTHBEARER", sasl_jaas_config=OAUTH_JAAS,
            sasl_oauthbearer_token_endpoint_url=f"{server.url}/token",
        )})
        until(lambda: bool(server.asked))
        client.purge()
    assert b"grant_type=client_credentials" in server.asked[0].body
    assert b"scope=kafka" in server.asked[0].body


# What comes of it


def large(cluster: Cluster, server: Api, **client: object) -> str:
    """What became of a record of nine million bytes."""
    task = task_of(cluster, {"url": server.url + "/${offset}", "max.retries": 0}, once=True, kafka={"log_level": 0, **client})
    entity = entity_of(task)
    with started(task):
        until(lambda: bool(entity.failures or entity.acknowledged.position.sequence))
    return "refused" if entity.failures else "arrived"


def test_a_larger_record_is_produced_where_the_client_may_send_it() -> None:
    with kafka() as cluster, api(lambda _: b'["' + b"x" * 9_000_000 + b'"]') as server:
        assert large(cluster, server) == "refused"
        assert large(cluster, server, **{"message.max.bytes": overridden(max_request_size=20_971_610)["message.max.bytes"]}) == "arrived"
