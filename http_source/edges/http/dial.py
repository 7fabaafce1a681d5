"""Host and port → a connected socket: at a permitted address, in bounded time."""

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from http_source.config.properties import AddressOptions
from http_source.edges.http.addresses import refused_by
from http_source.edges.http.watchdog import board, current
from http_source.errors import RequestFailed

Resolve = Callable[..., list[Any]]
"""Gives the addresses of a name, as `socket.getaddrinfo` does."""

_Answers = queue.SimpleQueue[list[Any] | Exception]


class _Found(NamedTuple):
    """An address as `socket.getaddrinfo` gives it."""

    family: int
    kind: int
    protocol: int
    canonical: str
    address: tuple[Any, ...]


class Dialer:
    """Connects to hosts, but to no address that the options refuse; `resolve` is asked for the addresses of names."""

    def __init__(self, addresses: AddressOptions | None = None, resolve: Resolve = socket.getaddrinfo) -> None:
        self._addresses = addresses
        self._resolve = resolve

    def dial(self, host: str, port: int, timeout: float) -> socket.socket:
        """Try the host's permitted addresses in turn, each for `timeout` seconds, all of them within the thread's flight.

        Raises socket.gaierror when there is no address, RequestFailed when every address is refused, and OSError (TimeoutError) when
        none of the others takes the connection.
        """
        failure = OSError(f"{host} has no address")
        for found in self._permitted(host, port, timeout):
            try:
                return _connected(found, timeout)
            except OSError as error:
                failure = error
        raise failure

    def _permitted(self, host: str, port: int, timeout: float) -> Iterator[_Found]:
        """Refused addresses are left out; when nothing is left, the request fails. A name may get other addresses, a literal does not."""
        literal = _literal(host, port)
        found = literal or _resolved(self._resolve, host, port, timeout)
        refusals = {each: refused_by(each.address[0], self._addresses) for each in found} if self._addresses else {}
        permitted = [each for each in found if not refusals.get(each)]
        if found and not permitted:
            raise _refused(host, found[0].address[0], refusals[found[0]] or "", retriable=not literal)
        yield from permitted


def _refused(host: str, address: str, name: str, *, retriable: bool) -> RequestFailed:
    where = address if host == address else f"{host} (at {address})"
    return RequestFailed(
        f"No connection is made to {where}, since {name} refuses that address, and nothing was sent there. If it is to be reached, name "
        "its network in `connection.allow.cidr.ranges`.",
        retriable=retriable,
    )


def _literal(host: str, port: int) -> list[_Found]:
    """The address that the host is, in any spelling the system reads (also `127.1`); none for a name."""
    try:
        return _look_up(socket.getaddrinfo, host, port, socket.AI_NUMERICHOST)
    except socket.gaierror:
        return []


def _resolved(resolve: Resolve, host: str, port: int, timeout: float) -> list[_Found]:
    """The addresses of a name. The system's resolver cannot be interrupted, so a thread of its own waits for it."""
    answers: _Answers = queue.SimpleQueue()
    if flight := current():
        flight.board(partial(answers.put, TimeoutError("cut")))
    threading.Thread(target=_ask, args=(answers, resolve, host, port), name="http-source-resolver", daemon=True).start()
    try:
        answer = answers.get(timeout=_bounded(timeout))
    except queue.Empty:
        raise socket.gaierror(socket.EAI_AGAIN, "the name service does not answer") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _ask(answers: _Answers, resolve: Resolve, host: str, port: int) -> None:
    try:
        answers.put(_look_up(resolve, host, port, 0))
    except (OSError, UnicodeError) as error:
        answers.put(error)


def _look_up(resolve: Resolve, host: str, port: int, flags: int) -> list[_Found]:
    return [_Found(*each) for each in resolve(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=flags)]


def _connected(found: _Found, timeout: float) -> socket.socket:
    sock = socket.socket(found.family, found.kind, found.protocol)
    try:
        board(sock)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(_bounded(timeout))
        sock.connect(found.address)
    except OSError:
        sock.close()
        raise
    return sock


def _bounded(timeout: float) -> float:
    """Seconds that a step may take. Raises TimeoutError when the flight has none left."""
    flight = current()
    if flight is None:
        return timeout
    if flight.was_cut or not flight.left:
        raise TimeoutError("cut")
    return min(timeout, flight.left)
