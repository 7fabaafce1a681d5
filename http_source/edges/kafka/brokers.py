"""One Kafka: every client of it is made here, and what they say is heard here."""

import re
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from typing import TypeVar
from weakref import WeakSet

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from http_source.config.redact import Redactor
from http_source.edges.kafka.answers import Look, answer, aside, nothing
from http_source.edges.kafka.client_log import ClientLog
from http_source.edges.kafka.outage import Contact, Outage
from http_source.edges.kafka.settings import Settings, of_consumer
from http_source.errors import DeliveryFailed
from http_source.polling.excerpt import escape

UNANSWERED = {KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._ALL_BROKERS_DOWN}  # noqa: SLF001 - librdkafka's public names
"""What the client says of a question that no broker answered."""

T = TypeVar("T")

_PROBE_S = 4.0
_SECRET = re.compile(r"passw|passphrase|secret|key\.pem$|oauthbearer\.config")


class Brokers:
    """The brokers of librdkafka's settings; as text, their addresses.

    Attributes:
        addresses: each as host:port.
        contact: whether they take what waits for them.
        last_error: what a client last said about them, until they acknowledge something.
    """

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self._settings = dict(settings)
        self._redact = Redactor(_secrets(settings))
        servers = str(settings.get("bootstrap.servers", "")).split(",")
        self.addresses = tuple(self.words(each.strip()) for each in servers if each.strip())
        self.contact = Contact()
        self.last_error: KafkaError | None = None
        self._log = ClientLog(str(self), self.words)
        self._errors = 0
        self._admins: WeakSet[AdminClient] = WeakSet()
        self._probe: Future[object] | None = None

    def __str__(self) -> str:
        return ", ".join(self.addresses) or "(no address)"

    def setting(self, name: str, default: object) -> object:
        """One of librdkafka's settings that is not a secret."""
        return self._settings.get(name, default)

    @property
    def outage(self) -> Outage | None:
        """Since when they take nothing, and what the client says of that; None while they do."""
        since = self.contact.away_since
        return None if since is None else Outage(since, self.addresses, self.trouble)

    @property
    def trouble(self) -> str:
        """What a client last said about them, or nothing."""
        error = self.last_error
        return self.sentence(error) if error else ""

    @property
    def heard(self) -> int:
        """Lines and errors up to now."""
        return self._log.heard + self._errors

    def words(self, text: str) -> str:
        """A client's text as it may be shown: on one line, without secrets."""
        return escape(self._redact(text))

    def sentence(self, error: KafkaError) -> str:
        """An error in a client's words, without the full stop."""
        return self.words(error.str()).rstrip(".")

    def acknowledged(self) -> None:
        """They did what they were asked for."""
        self.last_error = None
        self.contact.acknowledged()

    # Clients

    def producer(self, defaults: Settings, fixed: Settings) -> Producer:
        """A producer with settings below and above those of the brokers. Raises DeliveryFailed for what librdkafka refuses."""
        try:
            return Producer({**defaults, **self._settings, **fixed, "error_cb": self._hear, "logger": self._log})
        except KafkaException as error:
            reason = self.words(error.args[0].str())
            raise DeliveryFailed(f"The Kafka settings are refused: {reason}. Check the `kafka` resource and producer.override.") from error

    def consumer(self, settings: Settings) -> Consumer:
        """A consumer with these settings over those of the brokers; it must be closed."""
        return Consumer({**of_consumer(self._settings), **settings, "error_cb": self._hear, "logger": self._log})

    def admin(self) -> AdminClient:
        """A client for questions; it speaks when `listen` is called."""
        # librdkafka reads texts and booleans too.
        client = AdminClient({**of_consumer(self._settings), "error_cb": self._hear}, logger=self._log)  # type: ignore[dict-item]
        self._admins.add(client)
        return client

    def listen(self) -> None:
        """Let the clients for questions speak: what they have to say is kept for them otherwise, without end."""
        for client in tuple(self._admins):
            client.poll(0)
        self._log.tell_due()

    def answer(self, future: "Future[T]", look: Look = nothing) -> T:
        """What they answer to a question; it is left to itself when `look` raises. Raises KafkaException."""
        try:
            found = answer(future, partial(self._wait, look))
        except KafkaException as error:
            if error.args[0].code() > 0:  # the brokers' errors; the client's own are below zero
                self.acknowledged()
            raise
        else:
            self.acknowledged()
            return found
        finally:
            self.contact.rests()

    def _wait(self, look: Look) -> None:
        self.contact.waits()
        self.listen()
        look()

    def ask(self, client: Producer | AdminClient) -> None:
        """Ask if they are there, by a client that nobody closes meanwhile, unless that is being done; returns at once."""
        if self._probe is None or self._probe.done():
            self._probe = aside(lambda: self._find(client))

    def _find(self, client: Producer | AdminClient) -> None:
        try:
            client.list_topics(timeout=_PROBE_S)
        except KafkaException:
            self.contact.found(is_there=False)
        else:
            self.contact.found(is_there=True)

    def _hear(self, error: KafkaError) -> None:
        self._errors += 1
        is_all = error.code() == KafkaError._ALL_BROKERS_DOWN  # noqa: SLF001 - librdkafka's public name
        # That all are down comes after the reasons, and says less.
        if self.last_error is None or not is_all:
            self.last_error = error
        if is_all:
            self.contact.doubt()


def _secrets(settings: Settings) -> Iterator[str]:
    for name, value in settings.items():
        if _SECRET.search(name):
            yield from (line for line in str(value).splitlines() if "-----" not in line)
