"""Marked secrets go through connectors that succeed, fail and are refused; then every byte left behind is searched for the mark.

The mark is the middle of every secret, so that pieces count as well. It is looked for as it is, which finds URL-encoded and JSON-escaped
secrets too, and in base64 at each of its three alignments, which finds `user:password` as well.
"""

import base64
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote_plus

import pytest

from http_source_tests.echoing_broker import echoing_broker
from http_source_tests.kafka import kafka
from http_source_tests.servers import Asked, Reply, api

ROOT = Path(__file__).parents[1]
MARK = "c4n4ry+c4n4ry"
SECRETS = {
    name: f"{name}\"{MARK}/%='\\"
    for name in ("password", "token", "header", "open-header", "parameter", "query", "body", "kafka-key", "kafka-secret", "other",
                 "client", "api-key", "granted", "registry", "broker", "kafka-plain")
}
# These go into an address, JSON, a header and JAAS as they are.
SECRETS |= {name: f"{name}-{MARK}" for name in ("query", "body", "granted", "kafka-plain")}
LITERAL = {name: f"literal-{secret.upper().replace(MARK.upper(), MARK)}" for name, secret in SECRETS.items()}
PASSWORDS = tuple(each[name] for each in (SECRETS, LITERAL) for name in ("password", "client"))


@dataclass
class Rehearsal:
    """What was left behind.

    Attributes:
        succeeded: by connector, whether its run and its materialization by hand did.
        asked: every request the server got.
        signed: what the broker was sent to sign in with.
        left: everything that was printed or written, by where it is.
    """

    succeeded: Mapping[str, list[bool]]
    asked: list[Asked]
    signed: list[bytes]
    left: Mapping[str, bytes]


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """Run each connector once, in a process of its own with an instance of its own."""
    folder = tmp_path_factory.mktemp("canary")
    (folder / "connectors").mkdir()
    (folder / "secrets").mkdir()
    with kafka() as cluster, api(answer) as server, echoing_broker() as broker:
        connectors = connectors_of(server.url, broker.bootstrap, references(folder))
        for name, properties in connectors.items():
            (folder / "connectors" / f"{name}.json").write_text(json.dumps({"name": name, **properties}))
        # Beside the others, since it waits for Kafka and costs nothing.
        groups = (["kafka"], ["sasl"], ["sasl_own"], sorted(set(connectors) - {"kafka", "sasl", "sasl_own"}))
        running = [run(folder, server.url, broker.bootstrap if group == ["sasl"] else cluster.bootstrap, group) for group in groups]
        assert [each.wait() for each in running] == [0, 0, 0, 0]
        succeeded = {name: each for file in folder.glob("kept-*/results") for name, each in json.loads(file.read_bytes()).items()}
        yield Rehearsal(succeeded, server.asked, broker.signed, {**left_in(folder), "topic": b"\n".join(cluster.values("success", 4))})


def run(folder: Path, url: str, brokers: str, names: list[str]) -> subprocess.Popen[bytes]:
    environment = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}},
        **{f"CANARY_{name.upper().replace('-', '_')}": secret for name, secret in SECRETS.items()},
        **(SIGNED_IN if names == ["sasl"] else {}),
        "SCHEMA_REGISTRY_URL": f"{url}/registry", "SCHEMA_REGISTRY_USER": "user", "SCHEMA_REGISTRY_PASSWORD": SECRETS["registry"],
        "PYTHONPATH": str(ROOT), "KAFKA_BOOTSTRAP_SERVERS": brokers, "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    kept = folder / f"kept-{names[0]}"
    (kept / "instance").mkdir(parents=True)
    command = [sys.executable, "-m", "http_source_tests.canary_run", str(folder), str(kept), *names]
    with (kept / "stdout").open("wb") as stdout, (kept / "stderr").open("wb") as stderr:
        return subprocess.Popen(command, env=environment, stdout=stdout, stderr=stderr)


def references(folder: Path) -> dict[str, str]:
    """Each secret as a reference: to the environment, a properties file and a folder in turn."""
    properties = folder / "secrets" / "secrets.properties"
    properties.write_text("".join(f"{name}={secret.replace(chr(92), chr(92) * 2)}\n" for name, secret in SECRETS.items()))
    for name, secret in SECRETS.items():
        (folder / "secrets" / name).write_text(secret)
    forms = ("${{env:CANARY_{upper}}}", f"${{{{file:{properties}:{{name}}}}}}", f"${{{{directory:{folder / 'secrets'}:{{name}}}}}}")
    return {
        name: forms[number % 3].format(name=name, upper=name.upper().replace("-", "_")) for number, name in enumerate(SECRETS)
    }


def connectors_of(url: str, broker: str, provided: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """The connectors; those whose secrets are literal end with `literally`."""
    return {
        f"{name}{suffix}": {**COMMON, **properties}
        for suffix, secrets in (("", provided), ("_literally", LITERAL))
        for name, properties in each_way(url, broker, secrets).items()
        if not suffix or name in WRITTEN_LITERALLY
    }


SIGNED_IN = {
    "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "KAFKA_SASL_MECHANISM": "PLAIN", "KAFKA_SASL_USERNAME": "user",
    "KAFKA_SASL_PASSWORD": SECRETS["broker"],
}
"""How who asks the broker that echoes signs in."""

WRITTEN_LITERALLY = {"success", "unauthorized", "garbled", "wrong"}
COMMON: Mapping[str, object] = {
    "http.initial.offset": "0",
    "topic.name.pattern": "success",
    "output.data.format": "JSON",
    "max.retries": 0,
    "run.max.seconds": 0,
}


def each_way(url: str, broker: str, secret: Mapping[str, str]) -> dict[str, dict[str, object]]:
    headers = {
        "http.request.headers": f"X-Open: {secret['open-header']}",
        "http.request.sensitive.headers": f"X-Key: Key {secret['header']}",
        "http.request.parameters": f"start=${{offset}}&key={secret['parameter']}",
    }
    basic = {"auth.type": "basic", "connection.user": "user", "connection.password": secret["password"], **headers}
    bearer = {"auth.type": "bearer", "bearer.token": secret["token"], **headers}
    oauth = {"auth.type": "oauth2", "oauth2.client.id": "user", "oauth2.client.secret": secret["client"], "oauth2.client.scope": ""}
    post = {"http.request.method": "POST", "http.request.body": f'{{"start": ${{offset}}, "token": {json.dumps(secret["body"])}}}'}
    return {
        "success": {"url": f"{url}/success?api_key={quote_or_refer(secret['query'])}", **basic},
        "refused": {"url": f"http://127.0.0.1:{closed_port()}/?key={quote_or_refer(secret['query'])}", **bearer},
        "unauthorized": {"url": f"{url}/unauthorized", **basic},
        "unauthorized_bearer": {"url": f"{url}/unauthorized", **bearer},
        "granted": {"url": f"{url}/success", "oauth2.token.url": f"{url}/token", **oauth, **headers},
        "revoked": {"url": f"{url}/unauthorized", "oauth2.token.url": f"{url}/token", **oauth},
        "unknown": {"url": f"{url}/success", "oauth2.token.url": f"{url}/unauthorized", **oauth},
        "keyed": {"url": f"{url}/unauthorized", "auth.type": "api_key", "api.key.location": "QUERY", "api.key.value": secret["api-key"]},
        "garbled": {"url": f"{url}/garbled", **post},
        "redirected": {"url": f"{url}/redirected", **bearer},
        "kafka": {"url": f"{url}/none", "kafka.api.key": secret["kafka-key"], "kafka.api.secret": secret["kafka-secret"]},
        "registered": {"url": f"{url}/success", "output.data.format": "AVRO", **basic},
        "sasl": {"url": f"{url}/none", "retry.backoff.ms": 100},
        "sasl_own": {
            "url": f"{url}/none", "producer.override.bootstrap.servers": broker, "producer.override.security.protocol": "SASL_PLAINTEXT",
            "producer.override.sasl.mechanism": "PLAIN",
            "producer.override.sasl.jaas.config": 'org.apache.kafka.common.security.plain.PlainLoginModule required username="user" '
                                                  f'password="{secret["kafka-plain"]}";',
        },
        "wrong": {
            "url": f"ftp://user:{secret['query']}@host", **bearer, "auth.type": "basic", "max.retries": "many",
            "http.request.sensitive.headers": f"Host: {secret['header']}", "connection.password": [secret["password"]],
            "http.initial.offset": secret["other"], "oauth2.client.secret": secret["other"], "kafka.api.key": {"a": secret["kafka-key"]},
        },
    }


def quote_or_refer(text: str) -> str:
    return text if text.startswith("${") else quote(text, safe="")


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def answer(asked: Asked) -> Reply:
    """Records for those who succeed; for all others what they sent, and each secret in it in five encodings."""
    if asked.target.startswith("/success"):
        return Reply(b'[{"id": 1}, {"id": 2}]')
    if asked.target == "/token":
        return Reply(json.dumps({"access_token": SECRETS["granted"]}).encode())
    if asked.target.startswith("/registry"):
        words = "\r\n\x1b[31m".join([asked.headers["Authorization"], *forms_of(SECRETS["registry"]), SECRETS["registry"][:-3]])
        return Reply(json.dumps({"error_code": 50001, "message": words}).encode(), 500, {"Content-Type": "application/json"})
    signed = asked.headers.get("Authorization", "").removeprefix("Basic ")
    sent = "\n".join([asked.target, unquote_plus(asked.target), asked.body.decode(), *asked.headers.values(), decoded(signed)])
    known = [secret for secret in (*SECRETS.values(), *LITERAL.values()) if any(form in sent for form in forms_of(secret))]
    echo = "\n".join(form for secret in known for form in (*forms_of(secret), *(forms_of(f"user:{secret}") if secret in PASSWORDS else ())))
    if asked.target.startswith("/redirected"):
        return Reply(status=302, headers={"Location": f"http://{quote(known[0], safe='')}.example/{quote(known[0])}?{quote(known[0])}"})
    return Reply(echo.encode(), status=200 if asked.target.startswith("/garbled") else 401)


def decoded(signature: str) -> str:
    try:
        return base64.b64decode(signature, validate=True).decode()
    except ValueError:
        return ""


def forms_of(text: str) -> tuple[str, ...]:
    return (text, base64.b64encode(text.encode()).decode(), quote(text, safe=""), quote_plus(text), json.dumps(text))


def left_in(folder: Path) -> dict[str, bytes]:
    """What was printed, every file of the instances, and what else was kept."""
    files = (file for kept in folder.glob("kept-*") for file in kept.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def needles() -> list[bytes]:
    """The mark as it is, and what of its base64 does not depend on its neighbors, at each alignment."""
    shifted = (base64.b64encode(b"\0" * shift + MARK.encode())[4:16] for shift in range(3))
    return [MARK.encode(), quote(MARK).encode(), *shifted]


def test_each_connector_ends_as_it_should(rehearsal: Rehearsal) -> None:
    assert {name for name, succeeded in rehearsal.succeeded.items() if all(succeeded)} == {"success", "success_literally", "granted"}
    assert {name for name, succeeded in rehearsal.succeeded.items() if not any(succeeded)} == {
        f"{name}{suffix}"
        for name in ("refused", "unauthorized", "unauthorized_bearer", "revoked", "unknown", "keyed", "garbled", "redirected", "kafka",
                     "registered", "sasl", "sasl_own")
        for suffix in ("", "_literally")
        if not suffix or name in WRITTEN_LITERALLY
    }


def test_the_secrets_were_sent(rehearsal: Rehearsal) -> None:
    """Otherwise there would be nothing to leave behind."""
    sent = next(asked for asked in rehearsal.asked if asked.target.startswith("/success?api_key") and "literal" not in asked.target)
    assert sent.headers["X-Key"] == f"Key {SECRETS['header']}"
    assert sent.headers["X-Open"] == SECRETS["open-header"]
    assert sent.headers["Authorization"] == "Basic " + base64.b64encode(b"user:" + SECRETS["password"].encode()).decode()
    tokens = {asked.headers.get("Authorization") for asked in rehearsal.asked}
    assert f"Bearer {SECRETS['granted']}" in tokens
    assert any("api-key" in asked.target for asked in rehearsal.asked)


def test_b220_the_broker_and_the_registry_got_what_they_echo(rehearsal: Rehearsal) -> None:
    for secret in (SECRETS["broker"], SECRETS["kafka-plain"]):
        assert any(secret.encode() in signed for signed in rehearsal.signed)
    assert any(asked.target.startswith("/registry") and "Authorization" in asked.headers for asked in rehearsal.asked)
    assert b"Nobody is called" in b"".join(rehearsal.left.values())
    written = [each for name, each in rehearsal.left.items() if name.endswith((".tick", ".events", "stderr", "stdout", "reports"))]
    assert b"\x1b" not in b"".join(written)


def test_what_is_searched_is_there(rehearsal: Rehearsal) -> None:
    assert any(name.endswith(".db") for name in rehearsal.left)
    assert b"Nobody is called" in rehearsal.left["kept-sasl/reports"]
    assert rehearsal.left["topic"].count(b'{"id": 1}') == 6


@pytest.mark.parametrize("name", SECRETS)
def test_the_search_finds_a_secret_in_every_encoding(name: str) -> None:
    for form in (*forms_of(SECRETS[name]), *forms_of(f"user:{SECRETS[name]}"), *forms_of(LITERAL[name])):
        assert any(needle in form.encode() for needle in needles()), form


def test_no_secret_is_left_behind(rehearsal: Rehearsal) -> None:
    found = {where: [needle for needle in needles() if needle in left] for where, left in rehearsal.left.items()}
    assert {where: each for where, each in found.items() if each} == {}

