"""Signed JWTs for token requests (RFC 7519, RFC 7523 §3): whose key, which claims, how it is signed."""

import json
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256

from http_source.config.properties import AuthOptions
from http_source.config.stores.opened import ClientKey
from http_source.config.stores.source import StoreError, source_at
from http_source.config.stores.store import open_signing_key, read_signing_key

KEYSTORE, PRIVATE_KEY, KEY_PASSWORD = "oauth2.jwt.keystore", "oauth2.jwt.private.key", "oauth2.jwt.key.password"
FILLED_IN = ("iat", "exp", "jti")
_OF_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_OF_CURVES: Mapping[str, str] = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}


def key_of(options: AuthOptions) -> ClientKey | None:
    """The key that signs, None where none is given. Raises StoreError."""
    if options.jwt_private_key:
        return read_signing_key(PRIVATE_KEY, options.jwt_private_key.reveal(), options.jwt_key_password, KEY_PASSWORD)
    if options.jwt_keystore_path:
        source = source_at(KEYSTORE, options.jwt_keystore_path, options.jwt_keystore_type, options.jwt_keystore_password)
        return open_signing_key(source, KEYSTORE, options.jwt_key_password, KEY_PASSWORD)
    return None


def algorithms_of(key: PrivateKeyTypes) -> tuple[str, ...]:
    """How a key can sign (RFC 7518 §3.1, RFC 8037 §3.1), the customary way first; nothing for a kind that no JWT is signed with."""
    match key:
        case RSAPrivateKey():
            return _OF_RSA
        case EllipticCurvePrivateKey():
            return tuple(name for curve, name in _OF_CURVES.items() if curve == key.curve.name)
        case Ed25519PrivateKey() | Ed448PrivateKey():
            return ("EdDSA",)
    return ()


def claims_in(options: AuthOptions) -> dict[str, Any]:
    """The configured claims. Raises ValueError for what is no JSON object."""
    claims = json.loads(options.jwt_claimset or "{}")
    if not isinstance(claims, dict):
        raise TypeError
    return claims


class Assertions:
    """Makes JWTs that say who asks for a token; `clock` gives seconds since the epoch."""

    def __init__(self, options: AuthOptions, clock: Callable[[], float]) -> None:
        """Raises StoreError where no key can be had: it may have changed since it was looked at."""
        found = key_of(options)
        if found is None or not (fitting := algorithms_of(found.key)):
            raise StoreError(f"{KEYSTORE}.path", "It contains no private key, and the assertion is signed with one.")
        self._options = options
        self._clock = clock
        self._key = found.key
        self._algorithm = options.jwt_algorithm or fitting[0]
        self._header = _header(options, found)

    def made(self, *, configured: bool) -> str:
        """A new one, with the configured claims or with those that say who the client is alone."""
        # Imported here, since `validate` looks at keys, and signs nothing.
        import jwt  # noqa: PLC0415

        options, now = self._options, int(self._clock())
        claims = {"iss": options.client_id, "sub": options.client_id, "aud": options.token_url}
        dated = {"iat": now, "exp": now + options.jwt_lifetime_seconds, "jti": str(uuid.uuid4())}
        given = claims_in(options) if configured else {}
        others = {name: value for name, value in given.items() if name not in dated or value is None}
        payload = {name: value for name, value in {**claims, **dated, **others}.items() if value is not None}
        return jwt.encode(payload, self._key, self._algorithm, self._header)  # type: ignore[arg-type]  # a kind that signs, as was looked at


def _header(options: AuthOptions, found: ClientKey) -> dict[str, str]:
    """With the digest of the certificate (RFC 7515 §4.1.8), by which Microsoft Entra finds it."""
    header = {"kid": options.jwt_key_id} if options.jwt_key_id else {}
    if found.chain:
        header["x5t#S256"] = urlsafe_b64encode(found.chain[0].fingerprint(SHA256())).decode().rstrip("=")
    return header
