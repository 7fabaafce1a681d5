"""Starts entities again because a person said so: those that are FAILED at once, and those that are polled by a new run, without a pause.

It is an event of the entity's partition, or of the connector as a whole: the sensor's next tick takes the entity out of `failed`, wakes
its task, and lets a new run take over from the one that has it.
"""

from collections.abc import Collection, Mapping, Sequence

import dagster as dg

from http_source.model import State
from http_source.orchestration.conditions import Condition, Diagnosis
from http_source.orchestration.identity import Connector
from http_source.orchestration.outcome import Outcome, runs_with, write_state
from http_source.orchestration.status import ConnectorStatus, status_of

BY_HAND = "Started again by hand"
_AT_REST = (Condition.PAUSED, Condition.STOPPED)


def restart(instance: dg.DagsterInstance, connector: Connector, named: Collection[str], now: float) -> Outcome:
    """Let these entities (all, for none) start again at once, as if they had not failed; what is paused or stopped stays so.

    `now` is in seconds since the epoch. Raises whatever Dagster's storage raises when it cannot be used.
    """
    return restart_by(status_of(instance, connector, now), instance, connector, named)


def restart_by(status: ConnectorStatus, instance: dg.DagsterInstance, connector: Connector, named: Collection[str]) -> Outcome:
    """The same by what was found already."""
    diagnoses = {each.entity: each.diagnosis for each in status.entities if not named or each.entity in named}
    started = tuple(entity for entity, diagnosis in diagnoses.items() if diagnosis.condition not in _AT_REST)
    for subject in _subjects(diagnoses, started, all_of_them=not named):
        write_state(instance, connector, subject, State.RUNNING.value, BY_HAND)
    return Outcome(
        sensor=status.sensor,
        changed=started,
        left={entity: f"It is {each.condition}. {each.reason}".rstrip() for entity, each in diagnoses.items() if entity not in started},
        relieved=tuple(run.id for run in runs_with(instance, connector, started) if run.is_at_work),
    )


def _subjects(diagnoses: Mapping[str, Diagnosis], started: Sequence[str], *, all_of_them: bool) -> Sequence[str]:
    """Of whom it is written: where all start again one event says it of those that are not FAILED."""
    if not all_of_them:
        return started
    failed = [entity for entity in started if diagnoses[entity].condition is Condition.FAILED]
    return [*failed, *([""] if len(failed) < len(started) else [])]
