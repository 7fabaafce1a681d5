"""How a run comes to have its entities: nobody else polls them from then on.

Of two runs that want an entity the newer one gets it: it tells the older one to end, and waits until that has stored what it had. A run
that sees a newer one at work gives up. A materialization by hand asks once only, so it takes nothing from anybody, and is waited for.
"""

from collections.abc import Sequence

import dagster as dg

from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.lease import FailureDetector
from http_source.orchestration.ledger.runs import LiveRun, live_runs, tell_to_end


class Claim:
    """What one run claims.

    Attributes:
        given_up: why this run polls nothing, as a sentence; empty as long as it wants its entities.
    """

    def __init__(self, instance: dg.DagsterInstance, connector: Connector, mine: LiveRun, entities: Sequence[str]) -> None:
        self._instance = instance
        self._connector = connector
        self._mine = mine
        self._entities = entities
        self._wanted = frozenset(connector.excluding(entities))
        self._failure_detector = FailureDetector({})
        self.given_up = ""

    def settle(self) -> bool:
        """Look at the others, and tell the older ones to end; whether they have, or this run has given up.

        Raises dagster.Failure for a materialization by hand of what another run polls.
        """
        others, dead = self._others()
        for older in dead:
            # It may only be out of reach, and come back.
            tell_to_end(self._instance, older, self._claims)
        if not others:
            return True
        if not self._mine.task:
            raise dg.Failure(f"{self._taken(others[0])} Stop the sensor {self._connector.sensor_name} and wait for that run's end to poll "
                             "by hand.", allow_retries=False)
        if newer := [other for other in others if other.number > self._mine.number and other.task]:
            self.given_up = f"{self._taken(newer[-1])} This run ends."
            return True
        for older in others:
            if older.task:
                tell_to_end(self._instance, older, self._claims)
        return False

    @property
    def _claims(self) -> str:
        return f"Run {self._mine.id} takes over."

    def _others(self) -> tuple[list[LiveRun], list[LiveRun]]:
        """Those that have one of the entities and live, and those that do not."""
        runs = [run for run in live_runs(self._instance, self._connector.identity) if run.id != self._mine.id]
        dead = self._failure_detector.deaths(runs)
        found = [run for run in runs if run.is_at_work and run.shares(self._wanted)]
        return [run for run in found if run.id not in dead], [run for run in found if run.id in dead]

    def _taken(self, other: LiveRun) -> str:
        return f"Run {other.id} is already polling {', '.join(self._entities[:5])}; nothing is polled twice."
