"""One life of a connector, in a process of its own: the sensor ticks, as the daemon lets it, and the run that it requests executes."""

import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg

from http_source_tests.crash_lab.switch import Kill, Switch
from http_source_tests.orchestration.stand import LEASE, Stand, message_of

ENTITY = "a"
FAILED = 3
"""The exit code of a run that failed."""

JOURNAL, CURSOR, LOG = "journal.jsonl", "cursor.json", "life.log"
_IN_PROGRESS = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What a process is to do.

    Attributes:
        folder: where its Dagster instance is, and its journal.
        login: how to sign in to Kafka.
        disowns: whether runs that are in progress count as failed, as a monitor would decide that cannot see their processes.
    """

    folder: Path
    config: dict[str, object]
    brokers: str
    kill: Kill | None = None
    login: dict[str, str] = field(default_factory=dict)
    disowns: bool = False

    def live(self) -> None:
        """Live; the process ends with 0 when the run succeeds, with FAILED when it does not."""
        self._log()
        with dg.DagsterInstance.from_config(str(self.folder)) as instance:
            stand = Stand(instance, self.config, self.brokers, login=self.login)
            request = self._requested(stand)
            if self.kill:
                Switch(self.kill).install()
            result = stand.run(request)
            self._note(said=message_of(result))
        sys.exit(0 if result.success else FAILED)

    def _requested(self, stand: Stand) -> dg.RunRequest:
        for run in stand.instance.get_runs(dg.RunsFilter(statuses=_IN_PROGRESS)):
            # One that was killed before it had its lease is waited for a long time otherwise.
            if self.disowns or LEASE not in run.tags:
                stand.instance.report_run_failed(run)
        file = self.folder / CURSOR
        stand.cursor = file.read_text() if file.exists() else None
        stand.hurry()
        (request,) = stand.tick()
        _replace(file, stand.cursor or "")
        self._note(stored=next(iter(stand.stored(ENTITY)), None), at=time.monotonic())
        return request

    def _note(self, **noted: Any) -> None:
        with (self.folder / JOURNAL).open("a") as journal:
            journal.write(json.dumps(noted) + "\n")

    def _log(self) -> None:
        log = os.open(self.folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)


def _replace(file: Path, text: str) -> None:
    """Write a file whole or not at all, whenever this process is killed."""
    new = file.with_suffix(".new")
    new.write_text(text)
    new.replace(file)
