"""Each type of authentication is one file, and whoever wants to know something of it asks that."""

import re
from base64 import b64encode
from collections.abc import Mapping

import pytest

from http_source.assembly.redaction import redactor
from http_source.commands.starter import draft
from http_source.config.properties import PROPERTIES, AuthOptions, AuthType, properties_of
from http_source.edges.auth import AUTH_TYPES, auth_of
from http_source.foreign.redactor import Redactor
from http_source.model import Request
from http_source_tests.config.samples import findings, load
from http_source_tests.config.test_credentials import BASIC, BEARER, KEY, OAUTH
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.edges.grants import nobody
from http_source_tests.servers import Asked, Reply, api

MARK = "c4n4ry-c4n4ry"
SAMPLES: Mapping[AuthType, Mapping[str, object]] = {
    AuthType.NONE: {}, AuthType.BASIC: BASIC, AuthType.BEARER: BEARER, AuthType.API_KEY: KEY, AuthType.OAUTH2: OAUTH,
    AuthType.HMAC: {"auth.type": "hmac", "hmac.secret": "s", "hmac.template": "${method} ${target}"},
    AuthType.AWS_SIGV4: {"auth.type": "aws_sigv4", "aws.region": "eu-central-1"},
    AuthType.DIGEST: {**BASIC, "auth.type": "digest"},
}


def test_b233_each_value_has_a_type_and_a_sample() -> None:
    assert list(AUTH_TYPES) == list(AuthType)
    assert set(SAMPLES) == set(AuthType)


@pytest.mark.parametrize("name", AuthType)
def test_b233_what_the_loader_accepts_signs(name: AuthType) -> None:
    """A token is asked for when the first request is signed, and not before."""
    loaded = load(dict(SAMPLES[name]))
    signer = AUTH_TYPES[name].signer(loaded.config.auth, nobody, Redactor())
    assert loaded.warnings == ()
    assert (signer is None) == (name is AuthType.NONE)


ECHOED: Mapping[AuthType, Mapping[str, object]] = {
    AuthType.BASIC: {**BASIC, "connection.password": MARK}, AuthType.BEARER: {**BEARER, "bearer.token": MARK},
    AuthType.API_KEY: {**KEY, "api.key.value": MARK}, AuthType.DIGEST: {**BASIC, "auth.type": "digest", "connection.password": MARK},
    AuthType.HMAC: {
        **SAMPLES[AuthType.HMAC], "hmac.secret": MARK, "hmac.headers": f"Authorization: HMAC {MARK}:${{signature}}|X-Api-Key: {MARK}",
    },
    AuthType.AWS_SIGV4: {
        **SAMPLES[AuthType.AWS_SIGV4], "aws.access.key.id": "AKID", "aws.secret.access.key": MARK, "aws.session.token": f"session-{MARK}",
    },
}


@pytest.mark.parametrize("name", ECHOED)
def test_b38_what_is_signed_with_is_hidden_when_an_api_repeats_the_whole_request(name: AuthType) -> None:
    def echo(asked: Asked) -> Reply:
        return Reply(f"{asked.target} {asked.headers} {asked.body!r}".encode(), 403)

    config = load({**ECHOED[name], "http.request.headers": None}).config
    redact = redactor(config)
    with api(echo) as server, patient(auth=auth_of(config.auth).signer(config.auth, nobody, redact)) as client:
        answer = client.fetch(Request("GET", f"{server.url}/items"), anywhere)
    said = redact(answer.body.decode())
    assert MARK not in said
    assert b64encode(f"me:{MARK}".encode()).decode() not in said


def test_basic_credentials_are_hidden_when_an_api_repeats_the_header_in_hexadecimal() -> None:
    config = load({**ECHOED[AuthType.BASIC], "connection.user": "me"}).config
    with api(lambda asked: Reply(asked.headers["Authorization"].encode().hex().encode(), 403)) as server, patient(
        auth=auth_of(config.auth).signer(config.auth, nobody, Redactor())
    ) as client:
        body = client.fetch(Request("GET", server.url), anywhere).body.decode()
    assert redactor(config)(body) == f"{b'Basic '.hex()}[hidden]"


SIGNATURES = {
    AuthType.HMAC: r"HMAC [^:]*:([0-9a-f]+)", AuthType.AWS_SIGV4: r"Signature=([0-9a-f]+)", AuthType.DIGEST: r'response="([0-9a-f]+)"',
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_b38_what_a_request_is_signed_with_is_hidden_when_an_api_repeats_it_whole_or_in_part(name: AuthType) -> None:
    def echo(asked: Asked) -> Reply:
        challenge = {} if "Authorization" in asked.headers else {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
        return Reply(f"{asked.headers}".encode(), 401 if challenge else 403, challenge)

    config = load({**ECHOED[name], "http.request.headers": None}).config
    redact = redactor(config)
    with api(echo) as server, patient(auth=auth_of(config.auth).signer(config.auth, nobody, redact)) as client:
        for _ in range(40):
            body = client.fetch(Request("GET", f"{server.url}/items"), anywhere).body.decode()
            (signature,) = re.findall(SIGNATURES[name], body)
            assert signature not in redact(body)
            assert signature[:10] not in redact.pieces(body[:body.index(signature) + 10])
            assert 'cnonce="[hidden]"' in redact(body) or name is not AuthType.DIGEST


@pytest.mark.parametrize("name", AuthType)
def test_what_a_type_needs_and_proposes_are_properties_of_its_own(name: AuthType) -> None:
    each = AUTH_TYPES[name]
    assert all(PROPERTIES[needed].name.startswith(each.owns) for needed in (*each.needs, *each.sample))


def test_each_property_belongs_to_a_type() -> None:
    names = {known.name for known in properties_of(AuthOptions).values()} - {"auth.type"}
    assert {name for name in names if not any(name.startswith(each.owns) for each in AUTH_TYPES.values())} == set()


@pytest.mark.parametrize("name", AuthType)
def test_init_asks_for_what_the_type_needs(name: AuthType) -> None:
    asked = {each for each, value in draft({"url": "https://example.com/a", "auth.type": name.upper()}).items() if value is None}
    assert asked == set(AUTH_TYPES[name].needs)


@pytest.mark.parametrize(("name", "word", "meant"), [
    ("auth.type", "aws", "aws_sigv4"), ("auth.type", "SigV4", "aws_sigv4"), ("auth.type", "apikey", "api_key"),
    ("oauth2.client.mode", "private_key_jwt", "jwt"), ("oauth2.client.mode", "client_secret_post", "url"),
])
def test_the_names_that_others_have_are_answered_with_ours(name: str, word: str, meant: str) -> None:
    (finding,) = findings({**OAUTH, name: word}) if name != "auth.type" else findings({name: word})
    assert finding.message.endswith(f"; did you mean {meant}?")
