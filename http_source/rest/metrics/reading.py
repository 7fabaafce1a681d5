"""Reads the numbers for one scrape: one reading at a time, within a time, and never an old one for a new one."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future

from http_source.errors import ConfigurationError
from http_source.orchestration.monitor import Monitor, Seen
from http_source.orchestration.served_folder import served
from http_source.orchestration.storage_errors import said_by_storage
from http_source.orchestration.totals import Totals
from http_source.rest.connect_states import VERSION, ConnectStates
from http_source.rest.metrics import own_names
from http_source.rest.metrics.connect_names import ConnectorSeen, Sample, TaskSeen, connect_samples
from http_source.rest.worker import Kept, Worker

PATIENCE_S = 8.0
"""Prometheus gives up after 10 s by default, and then knows nothing at all."""

_log = logging.getLogger(__name__)


class Reader:
    """Reads for whoever asks; who asks while a reading is on its way gets the same."""

    def __init__(self, worker: Worker, patience_s: float = PATIENCE_S) -> None:
        """`patience_s` seconds are given to the storage."""
        self._worker = worker
        self._monitor = Monitor(worker.instance)
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._current: Future[list[Sample]] = Future()
        self._current.set_result([])
        self._began = 0.0
        self._said = ""

    def samples(self) -> Sequence[Sample]:
        """All numbers as they are now; where the storage does not answer in time, that alone."""
        with self._lock:
            if self._current.done():
                self._current, self._began = Future(), time.monotonic()
                threading.Thread(target=self._read, args=(self._current,), name="http-source-metrics", daemon=True).start()
            current, left = self._current, self._began + self._patience_s - time.monotonic()
        try:
            found = current.result(max(0.0, left))
        except TimeoutError:
            return self._away(f"it did not answer within {self._patience_s:g} s")
        except Exception as error:  # noqa: BLE001 - each storage raises exceptions of its own
            return self._away(said_by_storage(error))
        self._said = ""
        return [*own_names.always(storage_up=True), *found]

    def _away(self, why: str) -> Sequence[Sample]:
        if not self._said:
            _log.warning("/metrics answers with http_source_storage_up 0, since Dagster's storage cannot be read: %s.", why)
        self._said = why
        return list(own_names.always(storage_up=False))

    def _read(self, answer: "Future[list[Sample]]") -> None:
        try:
            answer.set_result(list(self._numbers()))
        except Exception as error:  # noqa: BLE001 - who waits for the answer is told
            answer.set_exception(error)

    def _numbers(self) -> Iterator[Sample]:
        began, now = time.monotonic(), time.time()
        kept = self._worker.connectors()
        sound = [served(each.config, len(kept) - 1) for each in kept.values() if not isinstance(each.config, ConfigurationError)]
        daemons = self._monitor.daemon_ages(now)
        seen = {each.connector.name: each for each in self._monitor.look(sound, now)}
        refused = self._worker.refusals(kept.values())
        connectors = [_connector(name, each, seen.get(name), now, refused.get(name, "")) for name, each in kept.items()]
        yield from own_names.of_instance(time.monotonic() - began, daemons)
        for connector in connectors:
            is_valid = connector.name in seen and connector.name not in refused
            yield Sample("http_source_connector_valid", {"connector": connector.name}, is_valid)
            for task in connector.tasks:
                yield from own_names.of_task(task, now)
        for each in seen.values():
            yield from own_names.of_connector(each, now)
        yield from connect_samples(connectors)


def _connector(name: str, kept: Kept, seen: Seen | None, now: float, refused: str) -> ConnectorSeen:
    if seen is None or isinstance(kept.config, ConfigurationError):
        return ConnectorSeen(name, "FAILED", kept.document.get("connector.class", ""), VERSION)
    states = ConnectStates(seen.connector, seen.status, now, refused=refused)
    tasks = [_task(seen, number, state) for number, state in states.tasks.items()]
    return ConnectorSeen(name, states.state, kept.config.connector.connector_class, VERSION, tasks)


def _task(seen: Seen, number: int, state: str) -> TaskSeen:
    return TaskSeen(
        connector=seen.connector.name,
        task=number,
        state=state,
        polls=number in seen.polling,
        totals=seen.totals.get(number, Totals()),
    )
