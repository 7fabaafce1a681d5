"""Key and trust stores of keytool, openssl and cryptography open, and what was put in comes out."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from shutil import which

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509 import load_pem_x509_certificate, load_pem_x509_certificates

from http_source.config.properties import TlsOptions
from http_source.config.stores.opened import ClientKey
from http_source.config.stores.store import open_keystore, open_truststore
from http_source_tests.certificates import STORES, Identity, authority, data_uri, issue, stored
from http_source_tests.config.samples import load

BY_OPENSSL, CA = (STORES / "client.pem").read_bytes(), (STORES / "ca.pem").read_bytes()
PASSWORDS = {"keystore.password": "storepw", "key.password": "keypw1"}


def options(given: Mapping[str, object]) -> TlsOptions:
    """The options with these properties of https.ssl."""
    return load({f"https.ssl.{name}": value for name, value in given.items()}).config.tls


def client_of(given: Mapping[str, object]) -> ClientKey:
    client = open_keystore(options(given))
    assert client is not None
    return client


def key_bytes(pem: bytes) -> bytes:
    return load_pem_private_key(pem, None).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def is_what_openssl_reads(client: ClientKey, by_openssl: bytes = BY_OPENSSL) -> bool:
    """The same key and chain as in the text that openssl wrote."""
    key = client.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return key == key_bytes(by_openssl) and list(client.chain) == load_pem_x509_certificates(by_openssl)


def is_that_of(client: ClientKey, identity: Identity) -> bool:
    return client.key.public_key() == identity.key.public_key() and client.chain == (identity.certificate, *identity.above)


@pytest.fixture
def client() -> Identity:
    return issue(authority(), "client")


# Key stores


@pytest.mark.parametrize("name", ["client.jks", "client.jceks"])
def test_a_java_store_gives_key_and_chain_by_two_passwords(name: str) -> None:
    assert is_what_openssl_reads(client_of({"keystorefile": stored(name), **PASSWORDS}))


@pytest.mark.parametrize("name", ["client.p12", "client-aes.p12", "client-legacy.p12"])
def test_a_pkcs12_store_of_keytool_and_openssl_gives_key_and_chain(name: str) -> None:
    assert is_what_openssl_reads(client_of({"keystorefile": stored(name), "keystore.password": "storepw"}))


@pytest.mark.parametrize("name", ["client.jks", "client.jceks", "client.p12", "client.pem"])
def test_a_store_can_be_a_file_of_a_declared_type(name: str) -> None:
    kind = name.removeprefix("client.").replace("p12", "pkcs12")
    assert is_what_openssl_reads(client_of({"keystore.location": str(STORES / name), "keystore.type": kind, **PASSWORDS}))


@pytest.mark.parametrize("password", [None, ""])
def test_a_pkcs12_store_without_encryption_needs_no_password(client: Identity, password: str | None) -> None:
    store = pkcs12.serialize_key_and_certificates(None, client.key, client.certificate, client.above, NoEncryption())
    assert is_that_of(client_of({"keystorefile": data_uri(store), "keystore.password": password}), client)


def test_a_chain_is_put_in_order_and_what_is_not_of_it_is_left_out() -> None:
    root = authority("Root")
    between = issue(root, "Between")
    client = issue(between, "client")
    store = pkcs12.serialize_key_and_certificates(
        None, client.key, client.certificate, [authority("Other").certificate, root.certificate, between.certificate], NoEncryption()
    )
    assert is_that_of(client_of({"keystorefile": data_uri(store)}), client)


def test_each_of_two_keys_of_the_same_name_finds_its_own_certificate(client: Identity) -> None:
    old = issue(authority(), "client")
    given = {"keystore.key": client.key_pem, "keystore.certificate.chain": old.pem + client.chain_pem}
    assert client_of(given).chain[0] == client.certificate


# PEM


def test_key_and_chain_can_be_texts(client: Identity) -> None:
    assert is_that_of(client_of({"keystore.key": client.key_pem, "keystore.certificate.chain": client.chain_pem}), client)


@pytest.mark.parametrize("line_end", [" ", "\\n", "\r\n", ""])
def test_line_ends_of_a_text_may_be_lost(client: Identity, line_end: str) -> None:
    key, chain = (text.replace("\n", line_end) for text in (client.key_pem, client.chain_pem))
    assert is_that_of(client_of({"keystore.key": key, "keystore.certificate.chain": chain}), client)


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_key_in_a_text_may_be_encrypted(client: Identity, form: PrivateFormat) -> None:
    key = client.key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(b"keypw1")).decode()
    given = {"keystore.key": key, "keystore.certificate.chain": client.chain_pem, "key.password": "keypw1"}
    assert is_that_of(client_of(given), client)


# Trust stores


@pytest.mark.parametrize("name", ["trust.jks", "trust.p12", "trust-openssl.p12", "ca.pem"])
def test_a_trust_store_gives_its_certificates(name: str) -> None:
    tls = options({"truststorefile": stored(name), "truststore.password": "storepw"})
    assert open_truststore(tls) == (load_pem_x509_certificate(CA),)


def test_a_java_trust_store_needs_no_password() -> None:
    assert open_truststore(options({"truststorefile": stored("trust.jks")})) == (load_pem_x509_certificate(CA),)


def test_a_single_certificate_is_a_trust_store_as_in_the_specification() -> None:
    """Its example starts with MIIFazCCA1OgAwIB, which is a certificate in DER."""
    certificate = load_pem_x509_certificate(CA)
    assert open_truststore(options({"truststorefile": data_uri(certificate.public_bytes(Encoding.DER))})) == (certificate,)


def test_trusted_certificates_can_be_a_text() -> None:
    both = authority("First"), authority("Second")
    tls = options({"truststore.certificates": "# mine\n" + both[0].pem + "and another\n" + both[1].pem})
    assert open_truststore(tls) == tuple(each.certificate for each in both)


def test_a_key_store_may_be_the_trust_store_too() -> None:
    tls = options({"truststorefile": stored("client.jks"), "truststore.password": "storepw"})
    assert open_truststore(tls) == tuple(load_pem_x509_certificates(BY_OPENSSL))


def test_without_stores_there_is_nothing_to_open() -> None:
    assert (open_keystore(options({})), open_truststore(options({}))) == (None, None)


def test_a_key_is_not_shown(client: Identity) -> None:
    given = {"keystore.key": client.key_pem, "keystore.certificate.chain": client.chain_pem}
    assert "PrivateKey" not in repr(client_of(given))


# Made here and now


@pytest.mark.skipif(which("keytool") is None, reason="keytool is not here (Java): the stores that are checked in are read, no new ones")
@pytest.mark.skipif(which("openssl") is None, reason="openssl is not here: nothing to compare with")
@pytest.mark.parametrize("kind", ["JKS", "JCEKS", "PKCS12"])
@pytest.mark.parametrize("algorithm", ["RSA", "EC"])
def test_what_keytool_writes_now_is_what_openssl_reads(kind: str, algorithm: str, tmp_path: Path) -> None:
    key_password = "storepw" if kind == "PKCS12" else "keypw1"
    store, copy = tmp_path / "store", tmp_path / "copy.p12"
    common = ["-storepass", "storepw", "-storetype", kind, "-keystore", str(store), "-alias", "ä b", "-keypass", key_password]
    run("keytool", "-genkeypair", "-keyalg", algorithm, "-dname", "CN=a", *common)
    run(
        "keytool", "-importkeystore", "-srckeystore", str(store), "-srcstorepass", "storepw", "-srcalias", "ä b",
        "-srckeypass", key_password, "-destkeystore", str(copy), "-deststoretype", "PKCS12",
        "-deststorepass", "storepw", "-destkeypass", "storepw",
    )  # fmt: skip
    by_openssl = run("openssl", "pkcs12", "-in", str(copy), "-passin", "pass:storepw", "-nodes")
    given = {"keystore.location": str(store), "keystore.password": "storepw", "key.password": key_password}
    assert is_what_openssl_reads(client_of(given), by_openssl)


def run(*command: str) -> bytes:
    return subprocess.run(command, capture_output=True, check=True).stdout
