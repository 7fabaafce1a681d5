"""A producer whose records count when their transaction is committed, and which ends whoever had its id before (KIP-98)."""

import time
from collections.abc import Callable

from confluent_kafka import KafkaError, KafkaException

from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.producer import KafkaProducer, Wait
from http_source.edges.kafka.producer_failures import error_of
from http_source.edges.kafka.waiting import Look, nothing
from http_source.errors import DeliveryFailed

DELIVERY_MS = 60_000
"""How long records may take to be acknowledged within a transaction, and the transaction to end."""

_SLICE_S = 0.5
_LOOK_S = 0.001
_LINGER_MS = 1
"""Every transaction waits so long for its last records."""

_ABORT_S = 10.0
_FENCED = {KafkaError._FENCED, KafkaError.PRODUCER_FENCED, KafkaError.INVALID_PRODUCER_EPOCH}  # noqa: SLF001 - librdkafka's public name
_RIGHTS = "Grant {principal} DESCRIBE and WRITE on the transactional id {id} (or on all that begin with http-source-)"
_REFUSED = {
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED: _RIGHTS,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: "Grant {principal} IDEMPOTENT_WRITE on the cluster, which brokers before 2.8 require",
    KafkaError.INVALID_TRANSACTION_TIMEOUT:
        "Lower transaction.boundary.interval.ms, or raise the brokers' transaction.max.timeout.ms to at least {timeout}",
    KafkaError.UNSUPPORTED_VERSION: "Use brokers that support transactions (0.11 or later)",
    KafkaError._UNSUPPORTED_FEATURE: "Use brokers that support transactions (0.11 or later)",  # noqa: SLF001 - librdkafka's public name
}
"""Answers that say that transactions are not to be had, and what to do about each."""


class TransactionsRefused(DeliveryFailed):
    """The brokers do not support transactions, or the principal may not use them or the topic of the offsets."""


class Fenced(DeliveryFailed):
    """Another producer with the same transactional id took over: nothing that this one writes counts any more."""


class TransactionBroken(DeliveryFailed):
    """The client cannot go on with a transaction, nor end it."""


class TransactionalProducer(KafkaProducer):
    """A producer of transactions, owned by one thread. After any failure but Fenced the outcome is known to a new one only."""

    def __init__(self, brokers: Brokers, transactional_id: str, *, principal: str, open_ms: int = 0) -> None:
        """`open_ms` is how long a transaction stays open before it is committed; `principal` is who signs in, in words."""
        self.transactional_id = transactional_id
        self._principal = principal
        self._timeout_ms = open_ms + DELIVERY_MS
        self._begun = time.monotonic()
        super().__init__(brokers, {
            "linger.ms": brokers.setting("linger.ms", _LINGER_MS),
            "transactional.id": transactional_id,
            "transaction.timeout.ms": self._timeout_ms,
            "message.timeout.ms": min(int(str(brokers.setting("message.timeout.ms", DELIVERY_MS))), DELIVERY_MS, self._timeout_ms),
        })

    def initialize(self, patience: float, look: Look = nothing) -> None:
        """Fence the producers that had this id, and abort what they left open, within `patience` seconds.

        Raises TransactionsRefused, or DeliveryFailed when the brokers do not answer.
        """
        ends = time.monotonic() + patience
        while not self._is_done(lambda: self._producer.init_transactions(_SLICE_S)):
            self._listen(look)
            if time.monotonic() > ends:
                raise DeliveryFailed(f"Kafka at {self.brokers} did not let the transactional id {self.transactional_id} begin within "
                                     f"{patience:g} s: {self.brokers.trouble or 'its coordinator did not answer'}. The next run tries "
                                     "again.")

    def begin(self) -> None:
        """Begin a transaction."""
        self._begun = time.monotonic()
        # Nobody is asked for that.
        self._is_done(self._producer.begin_transaction, is_asked=False)

    def _flush(self, timeout: float) -> int:
        """As any producer, but for the client's flush: it goes on with callbacks after a fatal error, such as having been fenced."""
        ends = time.monotonic() + timeout
        while (left := len(self._producer)) and time.monotonic() < ends:
            self._producer.poll(_LOOK_S)
        return left

    def heed(self, refusal: KafkaError) -> KafkaError:
        """What the client refused itself; when it has given up, the end of the transaction says why."""
        return refusal

    def commit(self, wait: Wait) -> None:
        """Commit, and call `wait` twice a second meanwhile, which may raise.

        Raises Fenced, or DeliveryFailed when the transaction has to be aborted or nobody knows how it ended.
        """
        while not self._is_done(lambda: self._producer.commit_transaction(_SLICE_S)):
            self._listen(nothing)
            wait(len(self._producer))

    def abort(self, look: Look = nothing) -> bool:
        """Abort the transaction; whether that took a new client, which somebody else's place may be taken by.

        Raises Fenced, or DeliveryFailed when that takes long.
        """
        ends = time.monotonic() + _ABORT_S
        try:
            while not self._is_done(lambda: self._producer.abort_transaction(_SLICE_S)):
                self._listen(look)
                if time.monotonic() > ends:
                    trouble = self.brokers.trouble or "no error was reported"
                    raise DeliveryFailed(f"Kafka at {self.brokers} did not abort a transaction within {_ABORT_S:g} s: {trouble}. The next "
                                         "run does.")
        except TransactionBroken:
            self._connect()
            self.initialize(_ABORT_S, look)
            return True
        return False

    def why_broken(self) -> KafkaError:
        """Why records were purged: the reason for which the transaction can only be aborted."""
        try:
            self._producer.commit_transaction(_SLICE_S)
        except KafkaException as raised:
            error: KafkaError = raised.args[0]
            return error
        raise AssertionError("A transaction was committed whose records had been purged.")

    def use_smaller_batches(self, look: Look = nothing) -> bool:
        """As any producer; the transaction must be aborted."""
        if not super().use_smaller_batches():
            return False
        self.initialize(_ABORT_S, look)
        return True

    def _is_done(self, step: Callable[[], None], *, is_asked: bool = True) -> bool:
        """Whether a step of the transaction is over; False when it may be called again."""
        try:
            step()
        except (KafkaException, SystemError) as raised:
            if _may_be_repeated(error_of(raised)):
                return False
            raise self._ended(raised) from None
        if is_asked:
            self._answered()
        return True

    def _failure(self, error: KafkaError | None) -> DeliveryFailed:
        if error is None:
            return super()._failure(error)
        if error.code() in _FENCED:
            return self._fenced(time.monotonic() - self._begun)
        if error.code() in _REFUSED:
            hint = _REFUSED[error.code()].format(principal=self._principal, id=self.transactional_id, timeout=self._timeout_ms)
            return TransactionsRefused(f"Kafka at {self.brokers} refuses the transactional id {self.transactional_id}: "
                                       f"{self.brokers.sentence(error)}. {hint}.")
        return TransactionBroken(f"A transaction could not be ended by Kafka at {self.brokers}: {self.brokers.sentence(error)}. Nothing "
                                 "of it counts, unless it was committed after all; the next run finds out, and resumes from there.")

    def _fenced(self, open_s: float) -> DeliveryFailed:
        """Brokers say the same of a producer whose transaction they aborted themselves."""
        timeout_s = self._timeout_ms / 1000
        if open_s > timeout_s:
            return DeliveryFailed(f"Kafka at {self.brokers} aborted a transaction that was open for {open_s:.0f} s, longer than its "
                                  f"time-out of {timeout_s:g} s. Nothing of it counts; the next run requests its pages again. If it "
                                  "happens again, ask the API for smaller pages, or find out what keeps the brokers, or "
                                  "this process, busy.")
        return Fenced(f"Another producer with the transactional id {self.transactional_id} took over, so this run ended; what "
                      "it had not committed does not count.")


def _may_be_repeated(error: KafkaError | None) -> bool:
    return error is not None and error.retriable() and not error.fatal()


def reason_of(failure: DeliveryFailed) -> KafkaError | None:
    """What Kafka said, if it was Kafka."""
    return failure.said if isinstance(failure.said, KafkaError) else None
