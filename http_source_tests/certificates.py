"""A small certificate authority, and https servers with its certificates."""

import base64
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

from http_source_tests.servers import Api, Asked, Reply, api

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
STORES = Path(__file__).parent / "config" / "stores"
LONG_AGO, LONG_HENCE = datetime(2001, 2, 3, tzinfo=UTC), datetime(2099, 4, 5, tzinfo=UTC)
TOMORROW = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)  # noqa: TID251 - what is not valid yet is so at the present
LOCAL = ("localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class Identity:
    """A key and its certificate, with what has issued it."""

    key: Key
    certificate: x509.Certificate
    above: tuple[x509.Certificate, ...] = ()

    @property
    def key_pem(self) -> str:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def chain_pem(self) -> str:
        return self.pem + "".join(each.public_bytes(Encoding.PEM).decode() for each in self.above)

    def pkcs12(self, password: str) -> bytes:
        return pkcs12.serialize_key_and_certificates(
            b"client", self.key, self.certificate, self.above, BestAvailableEncryption(password.encode())
        )


def authority(name: str = "Test CA", issuer: Identity | None = None) -> Identity:
    """An authority as openssl and keytool make it when asked for no more: without most of what RFC 5280 wants in it."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name, issuer, key).not_valid_before(LONG_AGO).not_valid_after(LONG_HENCE)
    return _sign(builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=False), issuer, key)


def issue(  # noqa: PLR0913 - each is a part of a certificate
    issuer: Identity | None,
    name: str,
    names: Sequence[str] = (),
    *,
    start: datetime = LONG_AGO,
    end: datetime = LONG_HENCE,
    key: Key | None = None,
) -> Identity:
    """A certificate for host names and addresses; self-signed without an issuer."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name, issuer, key).not_valid_before(start).not_valid_after(end)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(each) for each in names]), critical=False)
    return _sign(builder, issuer, key)


def with_negative_serial(certificate: x509.Certificate) -> bytes:
    """A certificate in DER as some old authorities made them: with a serial number that RFC 5280 does not allow, and OpenSSL takes."""
    der = bytearray(certificate.public_bytes(Encoding.DER))
    # Not 0xFF, which DER does not begin a number with where the next bit is set as well.
    der[der.index(b"\xa0\x03\x02\x01\x02\x02") + 7] = 0x80
    return bytes(der)


def data_uri(data: bytes) -> str:
    return "data:text/plain;base64," + base64.b64encode(data).decode()


def stored(name: str) -> str:
    """The data URI of a store in the folder of stores."""
    return data_uri((STORES / name).read_bytes())


def server_context(folder: Path, server: Identity, *, clients: Identity | None = None) -> ssl.SSLContext:
    """A server's context; with `clients`, it accepts only clients that they issued certificates for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = folder / f"{server.certificate.serial_number}.pem"
    file.write_text(server.key_pem + server.chain_pem)
    context.load_cert_chain(file)
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=clients.pem)
    return context


@contextmanager
def tls_api(context: ssl.SSLContext, answer: Callable[[Asked], Reply | bytes] = lambda _: b"[]") -> Iterator[Api]:
    """An https server under the name of localhost."""
    with api(answer, tls=context) as running:
        running.url = running.url.replace("127.0.0.1", "localhost")
        yield running


def _builder(name: str, issuer: Identity | None, key: Key) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    above = issuer.certificate.subject if issuer else subject
    return x509.CertificateBuilder(above, subject, key.public_key(), x509.random_serial_number())


def _sign(builder: x509.CertificateBuilder, issuer: Identity | None, key: Key) -> Identity:
    certificate = builder.sign(issuer.key if issuer else key, SHA256())
    return Identity(key, certificate, (issuer.certificate, *issuer.above) if issuer else ())


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)

