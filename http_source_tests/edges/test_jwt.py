"""Token requests with signed JWTs: which claims, whose key, and where they stand; read by joserfc, which does not make them."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.util import urlsafe_b64encode

from http_source.assembly.loading import load_config
from http_source.errors import ConfigurationError, RequestFailed
from http_source_tests.certificates import STORES, issue
from http_source_tests.config.samples import VALID, findings, mistakes, warnings
from http_source_tests.edges.grants import form_of, granting, refusal, token

KEY = rsa.generate_private_key(65_537, 2_048)
SHOP = issue(None, "shop", key=KEY)
BY_JWT: Mapping[str, object] = {"oauth2.client.mode": "jwt", "oauth2.client.secret": None, "oauth2.jwt.private.key": SHOP.key_pem}
GRANTED: Mapping[str, object] = {
    "oauth2.grant.type": "jwt-bearer", "oauth2.client.secret": None, "oauth2.client.id": None, "oauth2.jwt.private.key": SHOP.key_pem,
    "oauth2.jwt.claimset": '{"iss": "robot@example.com", "sub": "jane@example.com", "scope": "read"}',
}
OFFLINE: Mapping[str, object] = {
    "auth.type": "oauth2", "oauth2.token.url": "https://id.example.com/t", "oauth2.client.id": "shop", **BY_JWT,
}
BEARER_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
BEARER_CLIENT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def pem(key: PrivateKeyTypes, password: str = "") -> str:
    encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()


def asked_with(properties: Mapping[str, object]) -> tuple[dict[str, str], str]:
    """The form of the token request that arrives, and the token URL."""
    with granting(lambda _: token(), properties) as grant:
        grant.token()
        (asked,) = grant.asked
        assert "Authorization" not in asked.headers
        return {name: value for name, (value,) in form_of(asked).items()}, f"{grant.address}?tenant=t3nant"


def read(text: str, key: Any = None, algorithm: str = "RS256") -> jwt.Token:
    """A JWT, its signature checked."""
    return jwt.decode(text, key or RSAKey.import_key(SHOP.key_pem), algorithms=[algorithm])


def test_a_jwt_is_sent_in_the_place_of_the_client_s_secret() -> None:
    """RFC 7523 §2.2 and §3."""
    form, url = asked_with(BY_JWT)
    claims = read(form.pop("client_assertion")).claims
    assert form == {
        "grant_type": "client_credentials", "client_id": "shop", "scope": "any", "client_assertion_type": BEARER_CLIENT,
    }
    assert {name: claims[name] for name in ("iss", "sub", "aud")} == {"iss": "shop", "sub": "shop", "aud": url}
    assert abs(claims["iat"] - time.time()) < 60
    assert claims["exp"] - claims["iat"] == 300
    assert len(claims["jti"]) == 36


def test_a_jwt_is_the_grant() -> None:
    """RFC 7523 §2.1. The default scope is not asked for: it is the client credentials grant's."""
    form, url = asked_with({**GRANTED, "oauth2.jwt.lifetime.seconds": 60})
    claims = read(form.pop("assertion")).claims
    assert form == {"grant_type": BEARER_GRANT}
    assert (claims["iss"], claims["sub"], claims["aud"], claims["scope"]) == ("robot@example.com", "jane@example.com", url, "read")
    assert claims["exp"] - claims["iat"] == 60


def test_a_client_may_show_who_it_is_beside_that_grant() -> None:
    form, _ = asked_with({**GRANTED, **BY_JWT, "oauth2.client.id": "shop", "oauth2.client.scope": "read"})
    assert (form["client_id"], form["scope"], form["grant_type"]) == ("shop", "read", BEARER_GRANT)
    assert read(form["assertion"]).claims["sub"] == "jane@example.com"
    assert read(form["client_assertion"]).claims["sub"] == "shop"


def test_a_jwt_goes_along_as_v2_sends_it() -> None:
    with granting(lambda _: token(), {"oauth2.jwt.enabled": True, "oauth2.jwt.private.key": SHOP.key_pem}) as grant:
        grant.token()
    (asked,) = grant.asked
    form = form_of(asked)
    assert asked.headers["Authorization"].startswith("Basic ")
    assert read(form["jwt_token"][0]).claims["iss"] == "shop"
    assert form["grant_type"] == ["client_credentials"]


def test_configured_claims_win() -> None:
    form, _ = asked_with({**BY_JWT, "oauth2.jwt.claimset": '{"aud": ["a", "b"], "jti": null, "sub": "x", "box": {"n": 1}}'})
    claims = read(form["client_assertion"]).claims
    assert (claims["aud"], claims["sub"], claims["iss"], claims["box"], "jti" in claims) == (["a", "b"], "x", "shop", {"n": 1}, False)


def test_each_token_request_has_a_jwt_of_its_own() -> None:
    with granting(lambda _: token(expires_in=1), BY_JWT) as grant:
        grant.token()
        grant.refused()
    assert len({read(form_of(asked)["client_assertion"][0]).claims["jti"] for asked in grant.asked}) == 2


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # by joserfc: RFC 9864 names the curve, which servers do not yet
@pytest.mark.parametrize(
    ("key", "algorithms"),
    [
        (KEY, ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")), (ec.generate_private_key(ec.SECP256R1()), ("ES256",)),
        (ec.generate_private_key(ec.SECP384R1()), ("ES384",)), (ec.generate_private_key(ec.SECP521R1()), ("ES512",)),
        (ed25519.Ed25519PrivateKey.generate(), ("EdDSA",)),
    ],
    ids=["RSA", "P-256", "P-384", "P-521", "Ed25519"],
)
def test_each_kind_of_key_signs(key: PrivateKeyTypes, algorithms: tuple[str, ...]) -> None:
    """In its customary way, or as the property says."""
    kind = {"R": RSAKey, "P": RSAKey, "E": OKPKey if algorithms == ("EdDSA",) else ECKey}[algorithms[0][0]]
    for algorithm in (None, *algorithms):
        form, _ = asked_with({**BY_JWT, "oauth2.jwt.private.key": pem(key), "oauth2.jwt.algorithm": algorithm})
        assert read(form["client_assertion"], kind.import_key(pem(key)), algorithm or algorithms[0]).claims["iss"] == "shop"


def test_the_header_names_the_key(tmp_path: Path) -> None:
    """And its certificate, where the store has one (RFC 7515 §4.1.8)."""
    form, _ = asked_with({**BY_JWT, "oauth2.jwt.key.id": "k1"})
    assert read(form["client_assertion"]).header == {"alg": "RS256", "typ": "JWT", "kid": "k1"}
    (tmp_path / "key.pem").write_text(SHOP.key_pem + SHOP.pem)
    form, _ = asked_with({**BY_JWT, "oauth2.jwt.private.key": None, "oauth2.jwt.keystore.path": str(tmp_path / "key.pem")})
    thumbprint = urlsafe_b64encode(SHOP.certificate.fingerprint(SHA256())).decode()
    assert read(form["client_assertion"]).header == {"alg": "RS256", "typ": "JWT", "x5t#S256": thumbprint}


def keystore(path: Path, **more: object) -> dict[str, object]:
    names = {name: f"oauth2.jwt.{name.replace('_', '.')}" for name in more}
    return {**OFFLINE, "oauth2.jwt.private.key": None, "oauth2.jwt.keystore.path": str(path), **{names[each]: more[each] for each in more}}


@pytest.mark.parametrize(
    ("file", "more"),
    [
        ("client.jks", {"keystore_password": "storepw", "key_password": "keypw1"}), ("client.p12", {"keystore_password": "storepw"}),
        ("client.jks", {"keystore_password": "storepw", "key_password": "keypw1", "keystore_type": "jks"}),
    ],
)
def test_a_key_may_be_in_a_store(file: str, more: Mapping[str, object]) -> None:
    assert findings(keystore(STORES / file, **more)) == ()


@pytest.mark.parametrize(
    ("file", "more", "name"),
    [
        ("client.jks", {}, "oauth2.jwt.keystore.password"), ("client.jks", {"keystore_password": "no"}, "oauth2.jwt.keystore.password"),
        ("client.jks", {"keystore_password": "storepw"}, "oauth2.jwt.key.password"),
        ("client.p12", {"keystore_password": "no"}, "oauth2.jwt.keystore.password"),
        ("client.p12", {"keystore_password": "storepw", "keystore_type": "JKS"}, "oauth2.jwt.keystore.type"),
        ("trust.jks", {"keystore_password": "storepw"}, "oauth2.jwt.keystore.path"), ("README.md", {}, "oauth2.jwt.keystore.path"),
        ("gone.jks", {}, "oauth2.jwt.keystore.path"), ("ca.pem", {}, "oauth2.jwt.keystore.path"),
    ],
)
def test_a_store_that_gives_no_key_is_told_by_its_property(file: str, more: Mapping[str, object], name: str) -> None:
    assert mistakes(keystore(STORES / file, **more)) == [name]


def test_an_encrypted_key_needs_its_password() -> None:
    encrypted = {**OFFLINE, "oauth2.jwt.private.key": pem(KEY, "p4ss")}
    assert mistakes(encrypted) == ["oauth2.jwt.key.password"]
    assert mistakes({**encrypted, "oauth2.jwt.key.password": "other"}) == ["oauth2.jwt.key.password"]
    assert findings({**encrypted, "oauth2.jwt.key.password": "p4ss"}) == ()


def test_a_key_that_is_gone_meanwhile_is_told_when_it_is_to_sign(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text(SHOP.key_pem)
    with granting(lambda _: token(), {**BY_JWT, "oauth2.jwt.private.key": None, "oauth2.jwt.keystore.path": str(file)}) as grant:
        file.unlink()
        with pytest.raises(RequestFailed, match=r"The key of JWTs cannot be used\. oauth2\.jwt\.keystore\.path: There is no file"):
            grant.token()


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"oauth2.jwt.private.key": None}, "oauth2.jwt.keystore.path"), ({"oauth2.jwt.private.key": "no key"}, "oauth2.jwt.private.key"),
        ({"oauth2.jwt.private.key": pem(dsa.generate_private_key(2048))}, "oauth2.jwt.private.key"),
        ({"oauth2.jwt.private.key": pem(ec.generate_private_key(ec.SECP256K1()))}, "oauth2.jwt.private.key"),
        ({"oauth2.jwt.algorithm": "ES256"}, "oauth2.jwt.algorithm"), ({"oauth2.client.id": None}, "oauth2.client.id"),
        ({"oauth2.jwt.keystore.path": "/a"}, "oauth2.jwt.private.key"), ({"oauth2.jwt.claimset": "[]"}, "oauth2.jwt.claimset"),
        ({"oauth2.jwt.claimset": '{"a": '}, "oauth2.jwt.claimset"), ({"oauth2.jwt.claimset": "[" * 9_999}, "oauth2.jwt.claimset"),
        ({"oauth2.grant.type": "jwt-bearer", "oauth2.client.mode": None, "oauth2.client.id": None}, "oauth2.jwt.claimset"),
        ({"oauth2.jwt.lifetime.seconds": 0}, "oauth2.jwt.lifetime.seconds"),
    ],
)
def test_what_cannot_be_signed_is_a_mistake(changes: Mapping[str, object], name: str) -> None:
    assert mistakes({**OFFLINE, **changes}) == [name]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"oauth2.jwt.claimset": '{"exp": 1}'}, "oauth2.jwt.claimset"), ({"oauth2.client.secret": "s"}, "oauth2.client.secret"),
        ({"oauth2.client.mode": "url", "oauth2.client.secret": "s"}, "oauth2.jwt.private.key"),
        ({"oauth2.refresh.token": "r"}, "oauth2.refresh.token"),
    ],
)
def test_what_has_no_effect_is_a_warning(changes: Mapping[str, object], name: str) -> None:
    assert warnings({**OFFLINE, **changes}) == [name]


def test_the_full_name_of_the_grant_is_taken() -> None:
    assert findings({**OFFLINE, "oauth2.grant.type": BEARER_GRANT}) == ()


@pytest.mark.parametrize(
    ("properties", "error", "advice"),
    [(BY_JWT, "invalid_client", "`oauth2.jwt.key.id`"), (GRANTED, "invalid_grant", "`oauth2.jwt.claimset`"),
     (GRANTED, "unsupported_grant_type", "`oauth2.grant.type`")],
)
def test_a_refusal_names_what_to_mend_and_no_jwt(properties: Mapping[str, object], error: str, advice: str) -> None:
    def answer(asked: Any) -> Any:
        said = form_of(asked)
        return refusal(error, error_description="It is " + (said.get("assertion") or said["client_assertion"])[0][:190])

    with granting(answer, properties) as grant, pytest.raises(RequestFailed) as failure:
        grant.token()
    assert advice in str(failure.value)
    assert "eyJ" not in str(failure.value)


def test_claims_are_written_as_json_has_them() -> None:
    claims = {"text": "ü\u2028", "big": 10**30, "list": [None, True, 1.5]}
    form, _ = asked_with({**BY_JWT, "oauth2.jwt.claimset": json.dumps(claims)})
    assert claims.items() <= read(form["client_assertion"]).claims.items()


@pytest.mark.parametrize(("key", "name", "words"), [
    (pem(KEY, "pa55word"), "oauth2.jwt.key.password", "It must be set, since the private key is encrypted."),
    (KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"pa55word")).decode(),
     "oauth2.jwt.key.password", "It must be set, since the private key is encrypted."),
    (KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
     "oauth2.jwt.private.key", "There is no private key in it; one starts with -----BEGIN PRIVATE KEY-----"),
    (SHOP.pem, "oauth2.jwt.private.key", "There is no private key in it"),
    (pem(dsa.generate_private_key(1_024)), "oauth2.jwt.private.key", "Give a key that signs JWTs"),
    (pem(KEY)[:300] + "\n-----END PRIVATE KEY-----\n", "oauth2.jwt.private.key", "The private key is damaged; replace it."),
], ids=["encrypted", "encrypted by OpenSSL", "public", "certificate", "DSA", "damaged"])
def test_what_is_wrong_with_a_key_is_told_also_where_a_provider_gives_it(key: str, name: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_config({**VALID, **OFFLINE, "oauth2.jwt.private.key": "${env:KEY}"}, environment={"KEY": key})
    (finding,) = refused.value.findings
    assert finding.property == name
    assert words in finding.message
    assert not [line for line in key.splitlines() if "-----" not in line and line and line in str(refused.value)]


@pytest.mark.parametrize("changes", [
    {}, {"oauth2.client.mode": "header", "oauth2.client.secret": "s", "oauth2.jwt.enabled": True}, GRANTED,
])
def test_each_place_of_a_missing_key_is_named(changes: Mapping[str, object]) -> None:
    told = {finding.property: finding.message for finding in findings({**OFFLINE, **changes, "oauth2.jwt.private.key": None})}
    assert "or oauth2.jwt.private.key" in told["oauth2.jwt.keystore.path"]
