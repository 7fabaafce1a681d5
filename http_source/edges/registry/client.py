"""confluent-kafka's client of the Schema Registry: each call in bounded time, each failure a RegistryFailed.

Importing it takes a fifth of a second (Authlib), so only who needs a registry does.
"""

import queue
import ssl
import threading
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

import httpx2
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, SchemaRegistryError

from http_source.edges.registry import registry_failures
from http_source.edges.registry.address import RegistryAddress
from http_source.errors import Defect, HttpSourceError
from http_source.foreign.chains import apart, bare, trace
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import Foreign

T = TypeVar("T")

_KEEP_NONE = httpx2.Limits(max_keepalive_connections=0)


class Client(SchemaRegistryClient):
    """The library's client without what it takes from the environment, without its retries, and with the reasons of a verdict."""

    def __init__(self, address: RegistryAddress) -> None:
        """Raises OSError or ValueError for certificates that cannot be read."""
        super().__init__(_settings(address))
        rest = self._rest_client
        rest.session.close()
        # Python 3.13 would refuse what most companies' own authorities issue.
        rest.verify.verify_flags &= ~ssl.VERIFY_X509_STRICT
        # The library's own session would send the credentials through a proxy that an environment variable names. No connection is kept,
        # since minutes pass between two calls: the server would have closed it.
        rest.session = httpx2.Client(verify=rest.verify, auth=rest.auth, timeout=rest.timeout, trust_env=False, limits=_KEEP_NONE)

    def verdict(self, subject: str, schema: Schema, *, normalize: bool) -> tuple[bool, tuple[Foreign, ...]]:
        """Whether a schema is compatible with the newest one of the subject, and why not; the library's own call leaves that out."""
        path = f"compatibility/subjects/{quote(subject, safe='')}/versions/latest?verbose=true&normalize={normalize}"
        answer = self._rest_client.post(path, body=schema.to_dict())
        return bool(answer["is_compatible"]), tuple(Foreign(each) for each in answer.get("messages") or ())


class RegistryLine:
    """Asks the registry, one call at a time."""

    def __init__(self, address: RegistryAddress, redact: Redactor) -> None:
        """Raises RegistryFailed for an address or certificates that cannot be used; nothing is sent yet."""
        if not address.is_usable:
            raise registry_failures.unusable(address)
        self._address = address
        self._redact = redact
        redact.add(*address.secrets)
        self._client = self._connect()
        self._closed = False
        self._awaited: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def close(self) -> None:
        """Close the connections; whoever waits for an answer, or asks later, is told so at once."""
        self._closed = True
        self._awaited.put(registry_failures.given_up(self._address))
        self._client.close()

    def ask(self, subject: str, call: Callable[[Client], T]) -> T | None:
        """What the call answers, or None when the registry knows no such subject, version or schema.

        Raises RegistryFailed for everything else; `subject` is what its message names.
        """
        outcomes: queue.SimpleQueue[T | HttpSourceError | None] = queue.SimpleQueue()
        self._awaited = outcomes
        # Only now: `close` tells whoever waits after it has said that it is closed.
        if self._closed:
            raise registry_failures.given_up(self._address)
        # The client's time-out is for one read; a server that sends a byte now and then would hold it for ever.
        threading.Thread(target=lambda: outcomes.put(self._outcome(call, subject)), name="http-source-registry", daemon=True).start()
        try:
            outcome = outcomes.get(timeout=self._address.timeout)
        except queue.Empty:
            self._hang_up()
            raise registry_failures.overdue(self._address) from None
        if isinstance(outcome, HttpSourceError):
            raise outcome
        return outcome

    def _outcome(self, call: Callable[[Client], T], subject: str) -> T | HttpSourceError | None:
        """What the call answers, or what it failed with, in words: an exception of the client holds the headers that were sent."""
        client = self._client
        try:
            # What the client remembers may be out of date, and grows without an end.
            client.clear_caches()  # type: ignore[no-untyped-call]
            return call(client)
        except Exception as error:  # noqa: BLE001 - it is raised where the answer is awaited
            return self._failure(error, subject)

    def _failure(self, error: Exception, subject: str) -> HttpSourceError | None:
        """What a call failed with; None for what says that something is missing."""
        match error:
            case HttpSourceError():
                return bare(error)
            case SchemaRegistryError():
                said = Foreign(error.error_message)
                refusal = registry_failures.RegistryRefusal(error.http_status_code, error.error_code or registry_failures.NO_CODE, said)
                return None if refusal.is_missing else registry_failures.refused(self._address, refusal, subject, self._redact)
            case httpx2.HTTPError():
                return registry_failures.unanswered(self._address, error, self._redact)
            case ValueError() | TypeError() | AttributeError() | LookupError():
                return registry_failures.no_registry(self._address)
        return Defect(trace(error, self._redact))

    def _connect(self) -> Client:
        address, redact = self._address, self._redact
        return apart(lambda: Client(address), (OSError, ValueError), lambda error: registry_failures.badly_set_up(address, error, redact))

    def _hang_up(self) -> None:
        """Go on with new connections; the thread that still reads from the old one ends when it notices."""
        self._client.close()
        self._client = self._connect()


def _settings(address: RegistryAddress) -> dict[str, object]:
    urls = address.plain_urls
    files = {
        "ssl.ca.location": address.ca,
        "ssl.certificate.location": address.certificate,
        "ssl.key.location": address.key,
        "ssl.key.password": address.key_password.reveal(),
    }
    settings: dict[str, object] = {"url": ",".join(urls), "timeout": address.timeout / len(urls), "max.retries": 0}
    if address.user:
        settings["basic.auth.user.info"] = f"{address.user}:{address.password.reveal()}"
    return settings | {name: value for name, value in files.items() if value}
