"""Decrypts the private keys of JKS (Sun's key protector) and JCEKS (PBEWithMD5AndTripleDES). Both are weak, and what keytool writes."""

import hashlib
import hmac

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_der_private_key

from http_source.config.stores.der import contents
from http_source.config.stores.opened import Fault, Unusable

_JKS_KEY = bytes.fromhex("2b060104012a02110101")
_JCEKS_KEY = bytes.fromhex("2b060104012a021301")
_SHA1_SIZE = 20
_DES_KEY_SIZE = 24


def decrypt_java_key(info: bytes, password: str) -> PrivateKeyTypes:
    """The key of an EncryptedPrivateKeyInfo (RFC 5958 §3) by one of Java's own two algorithms. Raises Unusable."""
    try:
        return load_der_private_key(_decrypted(info, password), None)
    except Unusable:
        raise
    except UnsupportedAlgorithm:
        raise Unusable(Fault.STORE, "Its key is of a kind that is not supported; use an RSA or EC key.") from None
    except ValueError:
        raise Unusable(Fault.KEY_PASSWORD, "The password of the key is wrong, or the key is damaged.") from None


def _decrypted(info: bytes, password: str) -> bytes:
    """The key in PKCS #8. Raises ValueError when the password is wrong, as far as that shows, and for what is not as Java writes it."""
    (sequence,) = contents(info)
    algorithm, encrypted = contents(sequence)
    oid, parameters = contents(algorithm)
    if oid == _JKS_KEY:
        return _by_sun(encrypted, password.encode("utf-16-be"))
    if oid == _JCEKS_KEY:
        salt, rounds = contents(parameters)
        return _by_triple_des(encrypted, password.encode("ascii"), salt, int.from_bytes(rounds))
    raise Unusable(Fault.STORE, "Its key is not encrypted by an algorithm of JKS or JCEKS; export it again with keytool.")


def _by_sun(encrypted: bytes, password: bytes) -> bytes:
    """Salt, then the key under a stream of SHA-1 digests, each of the password and the digest before, then a digest of the key."""
    block, body, check = encrypted[:_SHA1_SIZE], encrypted[_SHA1_SIZE:-_SHA1_SIZE], encrypted[-_SHA1_SIZE:]
    stream = b""
    while len(stream) < len(body):
        block = _sha1(password + block)
        stream += block
    plain = bytes(left ^ right for left, right in zip(body, stream, strict=False))
    if not hmac.compare_digest(_sha1(password + plain), check):
        raise ValueError("wrong password")
    return plain


def _by_triple_des(encrypted: bytes, password: bytes, salt: bytes, rounds: int) -> bytes:
    """Each half of the salt goes through MD5 with the password, again and again; both together are the key and the first block."""
    derived = b""
    for half in (salt[:4], salt[4:]):
        digest = half
        for _ in range(rounds):
            digest = hashlib.md5(digest + password, usedforsecurity=False).digest()
        derived += digest
    decryptor = Cipher(TripleDES(derived[:_DES_KEY_SIZE]), CBC(derived[_DES_KEY_SIZE:])).decryptor()
    unpadder = PKCS7(TripleDES.block_size).unpadder()
    return unpadder.update(decryptor.update(encrypted) + decryptor.finalize()) + unpadder.finalize()


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()
