"""Where `serve` listens, and with which certificate: found out before anything else begins, in sentences where it cannot be."""

import errno
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from http_source.errors import HttpSourceError
from http_source.foreign.text import Foreign, escape, readable
from http_source.rest.access import is_loopback

_WAITING = 512
_CERTIFICATE, _KEY = b"-----BEGIN CERTIFICATE-----", b"PRIVATE KEY-----"
_ABSENT = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
_EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - what listens at all addresses is recognized by them


class NotOpened(HttpSourceError):
    """`serve` cannot listen as it was told; says why and what to change."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Open sockets, which nobody is served by yet.

    Attributes:
        host: as it was given.
    """

    host: str
    sockets: tuple[socket.socket, ...]

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return all(is_loopback(each.getsockname()[0]) for each in self.sockets)

    @property
    def port(self) -> int:
        """The port, the chosen one where any was to do."""
        return int(self.sockets[0].getsockname()[1])

    @property
    def address(self) -> str:
        """What others call this process: `host:port`, with the machine's name where it listens at all addresses."""
        host = socket.gethostname() if self.host in _EVERYWHERE else self.host
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    def close(self) -> None:
        """Listen no more."""
        for each in self.sockets:
            each.close()


def listen(host: str, port: int) -> Listening:
    """Listen at all addresses of a host; where one of several is not there, such as ::1, at the others. Raises NotOpened."""
    opened: list[socket.socket] = []
    failure: OSError | None = None
    for family, address in _addresses(host, port):
        try:
            opened.append(_open(family, address, opened[0].getsockname()[1] if opened else port))
        except OSError as error:
            failure = error
            if error.errno not in _ABSENT:
                break
    if opened and (failure is None or failure.errno in _ABSENT):
        return Listening(host, tuple(opened))
    Listening(host, tuple(opened)).close()
    raise _not_opened(host, port, failure)


def _addresses(host: str, port: int) -> dict[tuple[socket.AddressFamily, str], None]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        reason = readable(Foreign.of(error), str)
        raise NotOpened(f"--host {escape(host)} has no address: {reason}. Give an address or name of this machine, such as "
                        "127.0.0.1.") from None
    # Once each, in the resolver's order.
    return {(family, str(address[0])): None for family, _, _, _, address in found if family in (socket.AF_INET, socket.AF_INET6)}


def _open(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    # `::` serves IPv4, too, as it does in Java.
    both = address == "::" and socket.has_dualstack_ipv6()
    return socket.create_server((address, port), family=family, backlog=_WAITING, dualstack_ipv6=both)


def _not_opened(host: str, port: int, error: OSError | None) -> NotOpened:
    where, number = f"port {port} of {escape(host)}", error.errno if error else None
    if number == errno.EADDRINUSE:
        return NotOpened(f"{where.capitalize()} is taken by another process. End that one, or choose another port with --port.")
    if number == errno.EACCES:
        return NotOpened(f"This user may not listen at {where}. Choose a port above 1023 with --port.")
    if error is None or number in _ABSENT:
        return NotOpened(f"{escape(host)} is not an address of this machine. Give one that is with --host, such as 127.0.0.1.")
    return NotOpened(f"Nothing can listen at {where}: {readable(Foreign.of(error), str)}. Choose others with --host and --port.")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with what is above it, and its key, in files.

    Attributes:
        key: None where both are in one file.
    """

    chain: Path
    key: Path | None = None

    def check(self) -> None:
        """Raise NotOpened when nobody could be served with it."""

        def no_passphrase() -> str:
            # Without this OpenSSL would ask whoever sits at the terminal.
            raise _Encrypted

        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.chain, self.key, no_passphrase)
        except OSError as error:
            raise NotOpened(self._wrong(error)) from None

    def _wrong(self, error: OSError) -> str:
        for option, file in (("--tls-certificate", self.chain), ("--tls-key", self.key)):
            if file is not None and (why := _unreadable(file)):
                return f"{option} names {file}, which cannot be read: {why}."
        if _CERTIFICATE not in self.chain.read_bytes():
            return (f"--tls-certificate names {self.chain}, which has no certificate in PEM form ({_CERTIFICATE.decode()}). Expected the "
                    "server's certificate, then those above it. openssl x509 -inform DER -in FILE -out PEM converts a binary one.")
        option, file = ("--tls-key", self.key) if self.key else ("--tls-certificate", self.chain)
        if _KEY not in file.read_bytes():
            return (f"{option} names {file}, which has no private key in PEM form (-----BEGIN {_KEY.decode()}). Name the key's file "
                    "with --tls-key. openssl pkey -inform DER -in FILE -out PEM converts a binary one.")
        if isinstance(error, _Encrypted):
            return f"The key in {self.key or self.chain} is encrypted. Write it without a passphrase: openssl pkey -in KEY -out PLAIN."
        if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
            return f"The key in {self.key or self.chain} is not that of the first certificate in {self.chain}. Name the key of that one."
        return (f"The private key in {file}, or a certificate in {self.chain}, is damaged: OpenSSL cannot read it. Copy both files again, "
                "whole and as text.")


class _Encrypted(OSError):
    """A key that wants a passphrase."""


def _unreadable(file: Path) -> str:
    try:
        file.read_bytes()
    except OSError as error:
        return readable(Foreign.of(error), str)
    return ""
