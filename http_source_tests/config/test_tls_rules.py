"""Every mistake about TLS is told before the first request: its property, the reason, and no byte of a store or a password."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from http_source_tests.certificates import LONG_AGO, STORES, TOMORROW, authority, data_uri, issue, stored, with_negative_serial
from http_source_tests.config.samples import findings

PASSWORDS = {"keystore.password": "storepw", "key.password": "keypw1"}
TRUST = {"truststore.password": "storepw"}
FILE, LOCATION, PASSWORD, KEY_PASSWORD = "keystorefile", "keystore.location", "keystore.password", "key.password"
CLIENT = issue(authority(), "client")
INLINE = {"keystore.key": CLIENT.key_pem, "keystore.certificate.chain": CLIENT.chain_pem}
EVERY_PASSWORD = {f"https.ssl.{name}": word for name, word in {**PASSWORDS, **TRUST}.items()}
HTTP = {"url": "http://localhost/${offset}", "http.request.parameters": None}


def told(https: Mapping[str, object], others: Mapping[str, object] | None = None) -> list[tuple[str, str]]:
    """What is found with properties of https.ssl: the ends of the properties' names, and the sentences."""
    found = findings({**{f"https.ssl.{name}": value for name, value in https.items()}, **(others or {})})
    return [(each.property.removeprefix("https.ssl."), each.message) for each in found]


def resealed(store: bytes, password: str = "storepw") -> bytes:
    """A changed Java store with the digest that belongs to it."""
    return store[:-20] + hashlib.sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + store[:-20]).digest()


def content(name: str) -> bytes:
    return (STORES / name).read_bytes()


NO_ENTRIES = resealed(b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\0" + bytes(20))


# Stores


@pytest.mark.parametrize("name", ["client.jks", "client.jceks", "client.p12", "client-aes.p12", "client-legacy.p12"])
def test_b155_a_wrong_store_password(name: str) -> None:
    [(where, message)] = told({FILE: stored(name), PASSWORD: "incorrect"})
    assert (where, message[:22]) == (PASSWORD, "The password is wrong,")


@pytest.mark.parametrize("name", ["client.jks", "client.jceks"])
def test_b155_a_wrong_key_password(name: str) -> None:
    assert told({FILE: stored(name), PASSWORD: "storepw", KEY_PASSWORD: "incorrect"}) == [
        (KEY_PASSWORD, "The password of the key is wrong, or the key is damaged.")
    ]


@pytest.mark.parametrize("name", ["client.jks", "client.jceks"])
def test_b155_a_key_password_that_is_forgotten(name: str) -> None:
    [(where, message)] = told({FILE: stored(name), PASSWORD: "storepw"})
    assert (where, message) == (KEY_PASSWORD, "It must be set, since the key has another password than its store.")


def test_b155_a_wrong_or_forgotten_password_of_a_key_in_pem() -> None:
    key = CLIENT.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"keypw1")).decode()
    encrypted = {**INLINE, "keystore.key": key}
    assert told(encrypted) == [(KEY_PASSWORD, "It must be set, since the private key is encrypted.")]
    assert told({**encrypted, KEY_PASSWORD: "no"}) == [(KEY_PASSWORD, "The password of the private key is wrong, or the key is damaged.")]


@pytest.mark.parametrize("name", ["client.jks", "client.p12"])
def test_b155_a_store_password_that_is_forgotten(name: str) -> None:
    [(where, message)] = told({FILE: stored(name)})
    assert (where, message[:15]) == (PASSWORD, "It must be set,")


@pytest.mark.parametrize("name", ["client.jks", "client.jceks", "client.p12", "client-legacy.p12"])
@pytest.mark.parametrize("left", [0.1, 0.5, 0.99])
def test_b155_a_truncated_store(name: str, left: float) -> None:
    data = content(name)
    [(where, message)] = told({FILE: data_uri(data[: int(len(data) * left)]), **PASSWORDS})
    assert (where, "too early" in message) == (FILE, True)


@pytest.mark.parametrize("data", [b"\0", b"0", b"\x30\x82", b"<html>", b"\xfe\xed\xfa", b"\x80" * 100, b'{"a": 1}'])
def test_b155_what_is_not_a_store(data: bytes) -> None:
    expected = "This is not a store; expected a file in JKS, JCEKS, PKCS12 or PEM, whole and unchanged."
    assert told({FILE: data_uri(data), **PASSWORDS}) == [(FILE, expected)]
    assert told({"truststorefile": data_uri(data)}) == [("truststorefile", expected)]


@pytest.mark.parametrize("name", ["trust.jks", "trust.p12", "trust-openssl.p12", "ca.pem"])
def test_b155_a_key_store_without_a_key(name: str) -> None:
    [(where, message)] = told({FILE: stored(name), PASSWORD: "storepw"})
    assert (where, message.startswith("There is no private key in it")) == (FILE, True)


@pytest.mark.parametrize("data", ["data:text/plain;base64,", "data:text/plain;base64,%%%", "data:text/plain;base64,AAA"])
def test_b155_an_empty_store_and_bad_base64(data: str) -> None:
    assert [where for where, _ in told({FILE: data, **PASSWORDS})] == [FILE]


@pytest.mark.parametrize("store", [{"truststorefile": data_uri(NO_ENTRIES), **TRUST}, {"truststore.certificates": CLIENT.key_pem}])
def test_b155_a_trust_store_without_a_certificate(store: dict[str, object]) -> None:
    """The system's roots never take its place."""
    [(where, message)] = told(store)
    assert (where, message.startswith("It contains no certificate")) == (next(iter(store)), True)


def test_a_wrong_password_of_a_trust_store() -> None:
    for name in ("trust.jks", "trust.p12", "trust-openssl.p12"):
        assert [where for where, _ in told({"truststorefile": stored(name), "truststore.password": "incorrect"})] == ["truststore.password"]


def test_of_several_keys_none_is_taken() -> None:
    [(_, of_jks)] = told({FILE: stored("two-keys.jks"), PASSWORD: "storepw"})
    [(_, of_pkcs12)] = told({FILE: stored("two-keys.p12"), PASSWORD: "storepw"})
    [(_, of_pem)] = told({**INLINE, "keystore.key": CLIENT.key_pem * 2})
    assert all("It holds 2 private keys" in message for message in (of_jks, of_pkcs12, of_pem))
    assert "(second, first)" in of_jks


def test_a_key_and_a_certificate_that_do_not_belong_together() -> None:
    other = issue(authority(), "other")
    [(where, message)] = told({**INLINE, "keystore.certificate.chain": other.chain_pem})
    assert (where, message[:42]) == ("keystore.certificate.chain", "None of its certificates belongs to its ke")


def test_half_of_key_and_chain() -> None:
    for there, missing in (("keystore.key", "keystore.certificate.chain"), ("keystore.certificate.chain", "keystore.key")):
        assert told({there: INLINE[there]}) == [(missing, f"It must be set, since https.ssl.{there} is.")]


def test_a_damaged_certificate_or_key() -> None:
    damaged = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"
    name = "truststore.certificates"
    assert told({name: damaged}) == [(name, "The certificate number 1 is damaged; replace it.")]
    key = damaged.replace("CERTIFICATE", "PRIVATE KEY")
    assert told({**INLINE, "keystore.key": key}) == [("keystore.key", "The private key is damaged; replace it.")]


def test_an_expired_client_certificate_and_one_of_the_future_are_doubts() -> None:
    expired = issue(authority(), "old", start=LONG_AGO, end=LONG_AGO.replace(year=2002))
    future = issue(authority(), "new", start=TOMORROW)
    for client, words in ((expired, "(CN=old) expired on 2002-02-03"), (future, f"(CN=new) is not valid before {TOMORROW.date()}")):
        [finding] = findings({"https.ssl.keystore.key": client.key_pem, "https.ssl.keystore.certificate.chain": client.chain_pem})
        assert (finding.warning, words in finding.message) == (True, True)


# Files


@pytest.mark.parametrize("path", ["/nowhere/client.p12", "/", "/dev/zero", "client.p12", "/a\0b", "/" + "a" * 5000])
def test_a_file_that_is_none_is_named_with_its_property(path: str) -> None:
    for name in (LOCATION, "truststore.location"):
        [(where, message)] = told({name: path})
        assert (where, path.replace("\0", "\\x00")[:80] in message) == (name, True)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "client.p12")
    assert [where for where, _ in told({LOCATION: str(tmp_path / "client.p12")})] == [LOCATION]


def test_a_file_of_more_than_ten_megabytes_is_no_store(tmp_path: Path) -> None:
    with (tmp_path / "store").open("wb") as file:
        file.truncate(10 * 1024 * 1024 + 1)
    [(where, message)] = told({LOCATION: str(tmp_path / "store")})
    assert (where, "larger than 10 MB" in message) == (LOCATION, True)


def test_what_is_wrong_in_a_file_is_told_with_its_path() -> None:
    [(_, message)] = told({"truststore.location": str(STORES / "README.md")})
    [(_, other)] = told({LOCATION: str(STORES / "ca.pem")})
    assert str(STORES)[:60] in message
    assert str(STORES)[:60] in other


# Properties that do not fit together


@pytest.mark.parametrize("second", [{LOCATION: "/a"}, INLINE, {LOCATION: "/a", **INLINE}])
def test_a_key_store_given_twice(second: dict[str, object]) -> None:
    [(where, message)] = told({FILE: stored("client.p12"), PASSWORD: "storepw", **second})
    assert (where, message) == (next(iter(second)), "https.ssl.keystorefile gives a key store as well; remove one of them.")


def test_a_trust_store_given_twice() -> None:
    given_twice = {"truststorefile": stored("trust.jks"), "truststore.certificates": CLIENT.pem}
    assert told(given_twice) == [("truststore.certificates", "https.ssl.truststorefile gives a trust store as well; remove one of them.")]


@pytest.mark.parametrize("name", [PASSWORD, KEY_PASSWORD, "truststore.password"])
def test_a_password_without_a_store_is_a_doubt(name: str) -> None:
    [finding] = findings({f"https.ssl.{name}": "storepw"})
    assert (finding.warning, finding.message[:16]) == (True, "It is not used, ")


def test_another_key_password_for_pkcs12_is_a_doubt() -> None:
    [finding] = findings({"https.ssl.keystorefile": stored("client.p12"), **{f"https.ssl.{name}": PASSWORDS[name] for name in PASSWORDS}})
    assert (finding.property, finding.warning) == ("https.ssl.key.password", True)


@pytest.mark.parametrize(("end", "kind"), [("p12", "JKS"), ("jks", "JCEKS"), ("jceks", "PKCS12"), ("p12", "PEM")])
def test_another_type_than_the_store_has(end: str, kind: str) -> None:
    found = {"p12": "PKCS12"}.get(end, end.upper())
    [(where, message)] = told({FILE: stored(f"client.{end}"), "keystore.type": kind, **PASSWORDS})
    assert (where, message) == ("keystore.type", f"It is {kind}, but the store is {found}; correct the type, or leave it out.")


def test_tls_for_an_http_address_is_refused() -> None:
    assert [where for where, _ in told({"enabled": True}, HTTP)] == ["enabled"]
    follows = {**HTTP, "url": "${offset}", "http.initial.offset": "http://localhost/", "http.offset.mode": "CURSOR_PAGINATION"}
    assert "enabled" in [where for where, _ in told({"enabled": True}, follows)]
    assert told({"enabled": True}) == []


def test_stores_for_an_http_address_are_a_doubt() -> None:
    [finding] = findings({"https.ssl.truststorefile": stored("trust.jks"), **HTTP})
    assert (finding.property, finding.warning) == ("https.ssl.truststorefile", True)


@pytest.mark.parametrize("versions", ["", ",", "TLSv1.1", "TLSv1.2,TLSv1", "SSLv3", "SSLv2Hello,TLSv1.2", "TLS", "TLSv1.4"])
def test_versions_that_cannot_be_used(versions: str) -> None:
    [(where, message)] = told({"enabled.protocols": versions})
    assert (where, "TLSv1.2, TLSv1.3" in message) == ("enabled.protocols", True)
    assert ("broken" in message) == any(word in versions for word in ("TLSv1,", "TLSv1.1", "SSL")) or versions.endswith("TLSv1")


def test_no_version_is_left() -> None:
    assert [where for where, _ in told({"protocol": "TLSv1.2", "enabled.protocols": "TLSv1.3"})] == ["protocol"]


@pytest.mark.parametrize("protocol", ["TLSv1.2", "TLSv1.3", "TLS"])
@pytest.mark.parametrize("versions", ["TLSv1.2", "tlsv1.2,TLSV1.3", "TLSv1.3,TLSv1.2"])
def test_versions_in_any_case_and_order(protocol: str, versions: str) -> None:
    assert told({"protocol": protocol, "enabled.protocols": versions}) == []


# Damaged stores


STORED = [content(name) for name in ("client.jks", "client.jceks", "client.p12", "client-legacy.p12", "client.pem", "trust.jks")]


@settings(max_examples=200)
@given(st.sampled_from(STORED), st.lists(st.tuples(st.integers(0, 2_000), st.binary(min_size=1, max_size=3)), max_size=3))
def test_b155_a_damaged_store_is_told_and_nothing_else_is_raised(store: bytes, changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(store)
    for place, change in changes:
        data[place % len(data) : place % len(data) + len(change)] = change
    damaged = data_uri(resealed(bytes(data)) if store[:2] in {b"\xfe\xed", b"\xce\xce"} else bytes(data))
    for each in findings({"https.ssl.keystorefile": damaged, "https.ssl.truststorefile": damaged, **EVERY_PASSWORD}):
        assert "storepw" not in each.message
        assert "keypw1" not in each.message


def test_b155_a_certificate_that_openssl_takes_and_cryptography_warns_of_is_taken_without_a_word() -> None:
    assert told({"truststorefile": data_uri(with_negative_serial(authority().certificate))}) == []


def test_b155_a_certificate_of_a_version_that_there_is_not_is_told() -> None:
    """By cryptography, with an error of a kind of its own."""
    der = authority().certificate.public_bytes(Encoding.DER).replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x01", 1)
    assert [name for name, _ in told({"truststorefile": data_uri(der)})] == ["truststorefile"]
