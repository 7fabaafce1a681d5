"""One Kafka: every client of it is made here, and what they say is heard here."""

from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar
from weakref import WeakSet

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from http_source.edges.kafka.client_log import ClientLog
from http_source.edges.kafka.librdkafka_settings import Settings, hidden, of_consumer, revealed, secrets_of
from http_source.edges.kafka.listeners import advice
from http_source.edges.kafka.outage import Contact, Outage
from http_source.edges.kafka.waiting import Look, answer, aside, nothing
from http_source.errors import DeliveryFailed
from http_source.foreign.chains import apart
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import Foreign, escape, readable

UNANSWERED = {KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._ALL_BROKERS_DOWN}  # noqa: SLF001 - librdkafka's public names
"""What the client says of a question that no broker answered."""

NO_TOPIC = {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC}  # noqa: SLF001 - librdkafka's public name
"""What brokers and the client say of a topic that is not there."""

T = TypeVar("T")

_PROBE_S = 4.0
_REFUSED = (KafkaException, ValueError, TypeError)
"""What a client raises for settings that it does not take, or for ones of a wrong type."""

_LONGEST = 600


class Brokers:
    """The brokers of librdkafka's settings; as text, their addresses.

    Attributes:
        addresses: each as host:port.
        contact: whether they take what waits for them.
        last_error: what a client last said about them, until they acknowledge something.
    """

    def __init__(self, settings: Settings, redact: Redactor) -> None:
        """Nothing is opened yet. `redact` is that of the run or the command, and gets to know the secrets among the settings."""
        self._settings = hidden(settings)
        self._redact = redact
        redact.add(*secrets_of(settings))
        servers = str(settings.get("bootstrap.servers", "")).split(",")
        self.addresses = tuple(self.own(each.strip()) for each in servers if each.strip())
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
        return None if since is None else Outage(since, self.addresses, ". ".join(filter(None, [self.trouble, self.advice])))

    @property
    def trouble(self) -> str:
        """What a client last said about them, or nothing."""
        error = self.last_error
        return self.sentence(error) if error else ""

    @property
    def advice(self) -> str:
        """What to change where they speak another security protocol than the client was told; empty where nothing speaks for that."""
        error, protocol = self.last_error, str(self.setting("security.protocol", "PLAINTEXT"))
        if error is None:
            return ""
        # Who hangs up at once is told in the log alone, and that all are down here.
        is_all = error.code() == KafkaError._ALL_BROKERS_DOWN  # noqa: SLF001 - librdkafka's public name
        said = self._log.about_listeners if is_all else Foreign.of(error)
        return advice(protocol, said) if said else ""

    @property
    def fatal(self) -> str:
        """What a client said when it gave up, or nothing. The error itself is lost where two callbacks fail at once."""
        return self._log.fatal.rstrip(".")

    @property
    def heard(self) -> int:
        """Lines and errors up to now."""
        return self._log.heard + self._errors

    def words(self, said: Foreign) -> str:
        """A client's text as it may be shown: on one line, without secrets."""
        return readable(said, self._redact, _LONGEST)

    def own(self, text: str) -> str:
        """A text of ours in which there may be a record's, such as the name of a topic: on one line, without whole secrets."""
        return escape(self._redact(text))

    def sentence(self, error: KafkaError) -> str:
        """An error in a client's words, without the full stop."""
        return self.words(Foreign.of(error)).rstrip(".")

    def acknowledged(self) -> None:
        """They did what they were asked for."""
        self.last_error = None
        self._log.about_listeners = None
        self.contact.acknowledged()

    # Clients

    def producer(self, defaults: Settings, fixed: Settings) -> Producer:
        """A producer with settings below and above those of the brokers. Raises DeliveryFailed for what librdkafka refuses."""
        settings = {**defaults, **self._settings, **fixed, "error_cb": self._hear, "logger": self._log}
        return apart(lambda: Producer(revealed(settings)), _REFUSED, self._refused)

    def consumer(self, settings: Settings) -> Consumer:
        """A consumer with these settings over those of the brokers; it must be closed."""
        settings = {**of_consumer(self._settings), **settings, "error_cb": self._hear, "logger": self._log}
        return apart(lambda: Consumer(revealed(settings)), _REFUSED, self._refused)

    def onlooker(self, settings: Settings) -> Consumer:
        """A consumer for partitions that are assigned: it joins no group, commits nothing, creates nothing, and tells the ends."""
        return self.consumer({
            # The client wants a group's name, which no broker ever hears of.
            "group.id": str(self.setting("client.id", "http-source")),
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "allow.auto.create.topics": False,
            **settings,
        })

    def admin(self) -> AdminClient:
        """A client for questions; it speaks when `listen` is called."""
        # librdkafka reads texts and booleans too.
        settings: Any = {**of_consumer(self._settings), "error_cb": self._hear}
        client = apart(lambda: AdminClient(revealed(settings), logger=self._log), _REFUSED, self._refused)  # type: ignore[arg-type]
        self._admins.add(client)
        return client

    def _refused(self, error: Exception) -> DeliveryFailed:
        return DeliveryFailed(f"The Kafka settings are refused: {self.words(Foreign.of(error).joined())}. Check the `kafka` resource and "
                              "producer.override.")

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
