"""A public configuration, moved here and at work: each record arrives once and in order, over a restart and growth.

Where each of its requests asks for everything, everything arrives with each answer.
"""

import ssl
from collections.abc import Mapping
from pathlib import Path

import pytest

from http_source.migration.configuration_draft import ConfigurationDraft
from http_source.migration.documents import read_properties
from http_source.migration.move import migrate
from http_source_tests.certificates import STORES
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.publics import apis
from http_source_tests.publics.reading import Place, read_once, read_twice, topics_of
from http_source_tests.publics.said import ENVIRONMENT, FOLDER
from http_source_tests.publics.scene import Arrival, Scene
from http_source_tests.registry import Stand, registry


def original(name: str) -> str:
    """The text as its owner has it."""
    return (FOLDER / name).read_text(encoding="utf-8")


def drafts_of(name: str, text: str) -> list[ConfigurationDraft]:
    """What becomes of a file with that text and can be written."""
    drafts = migrate(read_properties(text.encode(), name), Path(name).stem)[1]
    return [draft for draft in drafts if not draft.unmoved]


def variables_of(drafts: list[ConfigurationDraft]) -> dict[str, str]:
    """What the environment has to hold for them."""
    return {variable: value.reveal() for draft in drafts for variable, value in draft.variables.items()} | ENVIRONMENT


def assert_brings(name: str, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Move the configuration, and read everything that the scene has."""
    monkeypatch.setenv("SSL_CERT_FILE", str(STORES / "ca.pem"))
    with apis.serve(scene.behavior, _context(scene)) as running, kafka() as cluster, registry() as stand:
        drafts = drafts_of(name, _here(original(name), scene, running.server.url, stand))
        for variable, value in variables_of(drafts).items():
            monkeypatch.setenv(variable, value)
        place = Place(running, _with_topics(cluster, scene), stand)
        assert [topic for draft in drafts for topic in topics_of(draft.properties) if topic in scene.topics] == [*scene.topics]
        for draft in drafts:
            _assert_arrives(place, draft, {topic: scene.topics[topic] for topic in topics_of(draft.properties) if topic in scene.topics})


def _here(text: str, scene: Scene, url: str, stand: Stand) -> str:
    """The text with the hosts and files of this test."""
    port = url.rpartition(":")[2]
    hosts = {"proxy.test": "127.0.0.1", "8888": port} if scene.proxied else {"https://api.test": url, "http://api.test": url}
    files = {"/etc/kafka/secrets/truststore.jks": STORES / "trust.jks", "/tmp/keystore.p12": STORES / "client.p12"}
    for old, new in {**hosts, **files, "http://registry.test": stand.url}.items():
        text = text.replace(old, str(new))
    return text


def _context(scene: Scene) -> ssl.SSLContext | None:
    """A server's context with the certificate that keytool's authority issued."""
    if scene.tls is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(STORES / "server.pem")
    context.load_verify_locations(STORES / "ca.pem")
    context.verify_mode = scene.tls
    return context


def _with_topics(cluster: Cluster, scene: Scene) -> Cluster:
    """With one partition each, so that the order can be seen."""
    cluster.elect_controller()
    for topic in scene.topics:
        cluster.create(topic)
    return cluster


def _assert_arrives(place: Place, draft: ConfigurationDraft, topics: Mapping[str, Arrival]) -> None:
    if any(arrival.repeated for arrival in topics.values()):
        expected = {topic: arrival.of(place.running.records) * 2 for topic, arrival in topics.items()}
        assert read_twice(place, draft.properties, topics) == expected
    for topic, arrival in topics.items():
        if not arrival.repeated:
            assert read_once(place, draft.properties, topic, arrival) == arrival.of(place.running.records)
