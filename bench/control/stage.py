"""Where a scenario plays: a fresh folder with the shipped settings, `dagster dev`, Kafka in memory, the API; all of it gone afterwards."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.control.api import Api, serving
from bench.control.topic import Arrivals, arrivals
from bench.control.ui import Ui
from bench.processes import session
from bench.setting import ROOT, environment_in
from http_source.demo.processes import Service, free_port

_START_S = 180
_STEP_S = 0.05
SELDOM_S = 0.5
"""How often Dagster is asked: it shares the machine with what is measured."""
_GRACE_S = 30


class NotReached(RuntimeError):
    """What a scenario needs before it can measure did not come about."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How a scenario waits.

    Attributes:
        pause: waits so many seconds; what it raises ends the scenario.
        patience: seconds after which a measured event counts as not seen.
    """

    pause: Callable[[float], None]
    patience: float


class Stage:
    """The running services.

    Args:
        kafka: the bootstrap servers.
        timing: how it waits.
    """

    def __init__(self, folder: Path, api: Api, kafka: str, arrived: Arrivals, timing: Timing) -> None:
        self.folder = folder
        self.api = api
        self.arrived = arrived
        self.pause = timing.pause
        self.patience = timing.patience
        self.port = free_port(0)
        self.ui = Ui(self.port)
        self.environment = environment_in(folder) | {"KAFKA_BOOTSTRAP_SERVERS": kafka}
        self._dagster: Service | None = None

    @property
    def state(self) -> Path:
        """Where Dagster keeps what it stores."""
        return self.folder / ".dagster"

    def start(self, connector: str) -> None:
        """Start `dagster dev` and wait until it has loaded the connector."""
        command = ["-m", "dagster", "dev", "-p", str(self.port)]
        self._dagster = Service("Dagster", command, self.folder, environment=self.environment, grace=_GRACE_S)
        self._dagster.__enter__()
        self.need(lambda: self.ui.loaded(connector), "Dagster has not loaded the connector", SELDOM_S)

    def stop(self) -> None:
        """Press Ctrl-C in the terminal of `dagster dev`, wait until all is gone, and kill what is still there after a while."""
        if self._dagster:
            dagster, self._dagster = self._dagster, None
            dagster.__exit__()
            for each in session(dagster.group):
                with suppress(psutil.NoSuchProcess):
                    each.kill()

    def interrupt(self) -> None:
        """Press Ctrl-C in the terminal of `dagster dev`, and go on."""
        if self._dagster:
            os.killpg(self._dagster.group, signal.SIGINT)

    def processes(self) -> list[psutil.Process]:
        """All that `dagster dev` started, and itself."""
        return session(self._dagster.group) if self._dagster else []

    def run_command(self, *arguments: str) -> None:
        """Run a command of this checkout's Python in the folder. Raises NotReached when it fails."""
        # `dagster dev` finds the settings by itself, other commands of Dagster do not.
        environment = {**self.environment, "DAGSTER_HOME": str(self.folder)}
        ended = subprocess.run([sys.executable, "-m", *arguments], cwd=self.folder, env=environment, capture_output=True, text=True,  # noqa: S603
                               check=False, timeout=_START_S)
        if ended.returncode:
            raise NotReached(f"{' '.join(arguments)} ended with {ended.returncode}: {(ended.stderr or ended.stdout)[-500:]}")

    def seen(self, condition: Callable[[], bool], patience: float | None = None, every: float = _STEP_S) -> bool:
        """Wait until a condition holds; False when it does not within the patience. `every` tells how often to look."""
        deadline = time.monotonic() + (self.patience if patience is None else patience)
        while not (found := condition()) and time.monotonic() < deadline:
            self.pause(every)
        return found

    def need(self, condition: Callable[[], bool], otherwise: str, every: float = _STEP_S) -> None:
        """Wait until a condition holds. Raises NotReached when it never does."""
        if not self.seen(condition, _START_S, every):
            log = self._dagster.tail(12) if self._dagster else ""
            raise NotReached(f"{otherwise} after {_START_S} s. The end of Dagster's log:\n{log}")


@contextmanager
def stage(timing: Timing) -> Iterator[Stage]:
    """A stage on which nothing runs yet but Kafka and the API."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="control-", ignore_cleanup_errors=True)))
        _furnish(folder)
        broker = stack.enter_context(Service("Broker", ["-m", "http_source.demo.broker"], folder))
        while not (kafka := broker.address()):
            broker.check()
            timing.pause(_STEP_S)
        made = Stage(folder, stack.enter_context(serving()), kafka, stack.enter_context(arrivals(kafka)), timing)
        stack.callback(made.stop)
        yield made


def _furnish(folder: Path) -> None:
    for name in ("connectors", "tmp"):
        (folder / name).mkdir()
    for name in ("dagster.yaml", "workspace.yaml"):
        shutil.copy(ROOT / name, folder)
