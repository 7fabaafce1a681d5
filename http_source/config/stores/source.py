"""Where a store comes from, and of what kind it is: a data URI or a file, told by its first bytes whatever its name."""

import base64
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from http_source.config.findings import shown
from http_source.config.properties import TlsOptions
from http_source.config.stores.der import starts
from http_source.config.stores.jks import JCEKS_MAGIC, JKS_MAGIC
from http_source.config.stores.pem import PEM_START
from http_source.config.types import Secret
from http_source.foreign.text import Foreign, readable

LARGEST_FILE = 10 * 1024 * 1024
_PFX_VERSION = b"\x02\x01\x03"
_CERTIFICATE_START = b"\x30"


class StoreError(ValueError):
    """A store that cannot be used: the property to correct, and sentences without a byte of the store's content or a password."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.property = name


class StoreRole(StrEnum):
    """What a store is for; its properties start with `https.ssl.` and this word."""

    KEYSTORE = "keystore"
    TRUSTSTORE = "truststore"


class Kind(StrEnum):
    """What a store is, by the names that its type may have."""

    JKS = "JKS"
    JCEKS = "JCEKS"
    PKCS12 = "PKCS12"
    PEM = "PEM"
    CERTIFICATE = "a single certificate"


@dataclass(frozen=True, slots=True)
class Source:
    """A store as it is given.

    Attributes:
        property: the one that gives it.
        path: of its file, as it may be shown; empty for a data URI.
        password: the store's, None when it is not set.
    """

    property: str
    path: str
    kind: Kind
    data: bytes = field(repr=False)
    password: Secret | None = None


def find_source(role: StoreRole, options: TlsOptions) -> Source | None:
    """The store of a role, read but not opened; None where none is given. Raises StoreError for what is none of the declared kind."""
    uri, location, declared, password = _given(role, options)
    if uri:
        name, path, data = f"https.ssl.{role}file", "", base64.b64decode(uri.reveal())
    elif location:
        name, path = f"https.ssl.{role}.location", shown(location)
        data = _read(name, Path(location))
    else:
        return None
    return Source(name, path, _declared_kind(name, path, data, declared, f"https.ssl.{role}.type"), data, password)


def source_at(stem: str, location: str, declared: str | None, password: Secret | None) -> Source:
    """The store at the path that the property `<stem>.path` gives, whose type `<stem>.type` may declare. Raises StoreError."""
    name, path = f"{stem}.path", shown(location)
    data = _read(name, Path(location))
    return Source(name, path, _declared_kind(name, path, data, declared, f"{stem}.type"), data, password)


def _declared_kind(name: str, path: str, data: bytes, declared: str | None, its_type: str) -> Kind:
    kind = _kind(data)
    if kind is None:
        raise StoreError(name, f"{path or 'This'} is not a store; expected a file in JKS, JCEKS, PKCS12 or PEM, whole and unchanged.")
    if declared not in {None, kind}:
        raise StoreError(its_type, f"It is {declared}, but the store is {kind}; correct the type, or leave it out.")
    return kind


def _given(role: StoreRole, options: TlsOptions) -> tuple[Secret | None, str | None, str | None, Secret | None]:
    if role is StoreRole.KEYSTORE:
        return options.keystore, options.keystore_location, options.keystore_type, options.keystore_password
    return options.truststore, options.truststore_location, options.truststore_type, options.truststore_password


def _read(name: str, file: Path) -> bytes:
    """A regular file that is not too large: never a device or a pipe, which may have no end."""
    path = shown(str(file))
    if not file.is_absolute():
        raise StoreError(name, f"The path {path} is relative; write an absolute one, which is the same wherever Dagster runs.")
    try:
        data = _content(file)
    except OSError as error:
        reason = readable(Foreign.of(error), str)
        raise StoreError(name, f"The file {path} cannot be read: {reason}. Let the user who runs Dagster read it.") from None
    except ValueError:
        data = None
    if data is None:
        raise StoreError(name, f"There is no file {path}; put the store there, where Dagster runs, or correct the path.")
    if len(data) > LARGEST_FILE:
        raise StoreError(name, f"The file {path} is larger than {LARGEST_FILE // 1024 // 1024} MB, so it is not a store; correct the path.")
    return data


def _content(file: Path) -> bytes | None:
    if not file.is_file():
        return None
    with file.open("rb") as opened:
        return opened.read(LARGEST_FILE + 1)


def _kind(data: bytes) -> Kind | None:
    if data.startswith((JKS_MAGIC, JCEKS_MAGIC)):
        return Kind.JKS if data.startswith(JKS_MAGIC) else Kind.JCEKS
    if PEM_START in data:
        return Kind.PEM
    if starts(data, _PFX_VERSION):
        return Kind.PKCS12
    return Kind.CERTIFICATE if starts(data, _CERTIFICATE_START) else None
