"""Whether Kafka takes what waits for it. Any thread may ask and say."""

import time
from dataclasses import dataclass
from threading import Lock

_STALLED_S = 5.0


@dataclass(frozen=True, slots=True)
class Outage:
    """Kafka takes nothing.

    Attributes:
        since: by `time.monotonic()`.
        brokers: where Kafka was looked for, each as host:port.
        said: what the client last said about them, on one line and without secrets; empty when it said nothing.
    """

    since: float
    brokers: tuple[str, ...]
    said: str


class Contact:
    """What is known of a Kafka from its clients: it is away when an answer is long overdue, or when it was asked and nobody answered."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waits_since: float | None = None
        self._doubted_since: float | None = None
        self._is_away = False

    @property
    def away_since(self) -> float | None:
        """Since when Kafka takes nothing; None while it does, or nothing is known to the contrary."""
        with self._lock:
            stalled = self._waits_since if self._waits_since and time.monotonic() - self._waits_since > _STALLED_S else None
            doubted = self._doubted_since if self._is_away else None
            return min((since for since in (stalled, doubted) if since is not None), default=None)

    @property
    def is_doubted(self) -> bool:
        """Whether Kafka should be asked if it is there."""
        return self._doubted_since is not None

    def waits(self) -> None:
        """Something waits for an answer, and got none yet."""
        with self._lock:
            self._waits_since = self._waits_since or time.monotonic()

    def rests(self) -> None:
        """Nothing waits any more, whatever became of it."""
        with self._lock:
            self._waits_since = None

    def acknowledged(self) -> None:
        """Kafka did what it was asked for; what still waits waits anew."""
        with self._lock:
            self._waits_since = self._waits_since and time.monotonic()
            self._doubted_since, self._is_away = None, False

    def doubt(self) -> None:
        """The client has lost all brokers, which is usual for a moment."""
        with self._lock:
            self._doubted_since = self._doubted_since or time.monotonic()

    def found(self, *, is_there: bool) -> None:
        """Kafka was asked if it is there. Records that wait are not taken for all that."""
        with self._lock:
            self._is_away = not is_there and self._doubted_since is not None
            self._doubted_since = self._doubted_since if self._is_away else None
