"""Pauses, stops and resumes a connector, or some of its entities, because a person said so.

A connector is paused by the switch of its sensor, as in the UI. All else is an event, which the sensor's next tick takes in: a run
that has such an entity is succeeded by one without it. A run that has no other entity is told to end at once.
"""

from collections.abc import Mapping, Sequence

import dagster as dg

from http_source.errors import HttpSourceError
from http_source.model import State
from http_source.orchestration.conditions import Condition
from http_source.orchestration.identity import Connector
from http_source.orchestration.known import cursor_now
from http_source.orchestration.ledger.lease import FailureDetector
from http_source.orchestration.ledger.runs import live_runs_of_instance
from http_source.orchestration.ledger.sensors import sensor_state, switch
from http_source.orchestration.outcome import Outcome, end_runs, has_only, runs_with, write_state

_WORDS = {Condition.PAUSED: "Paused", Condition.STOPPED: "Stopped"}
_BY_HAND = "by hand"
_UNDEFINED = "Its connector has no definition, and was stopped by hand."


class SensorUnseen(HttpSourceError):
    """Dagster has not seen the connector's sensor yet, so there is nothing to switch off."""


def pause(instance: dg.DagsterInstance, connector: Connector, named: Sequence[str]) -> Outcome:
    """Pause these entities; for none, switch the connector's sensor off, as the UI does: its runs end, stored.

    Raises SensorUnseen when there is nothing to switch, and whatever Dagster's storage raises when it cannot be used.
    """
    if named:
        return _suspend(instance, connector, named, Condition.PAUSED)
    was_on = sensor_state(instance, connector.sensor_name, connector.prefixed).running
    if not switch(instance, connector.sensor_name, connector.prefixed, on=False):
        raise SensorUnseen(f"Dagster has not seen the sensor {connector.sensor_name} yet, so there is nothing to pause: start Dagster, or "
                           "reload the code location, and try again.")
    runs = runs_with(instance, connector, connector.entities)
    return Outcome(
        sensor=False,
        changed=connector.entities if was_on else (),
        left={} if was_on else {connector.name: f"Its sensor {connector.sensor_name} is off already."},
        ending=end_runs(instance, runs, f"The sensor {connector.sensor_name} was switched off."),
    )


def hold(instance: dg.DagsterInstance, connector: Connector, *, by: str = _BY_HAND) -> Outcome:
    """Pause the connector as a whole, whatever its sensor's switch says, also one that was stopped or that Dagster has not seen yet.

    `by` is how it was said, and by whom. Raises whatever Dagster's storage raises.
    """
    return _suspend(instance, connector, (), Condition.PAUSED, by)


def stop(instance: dg.DagsterInstance, connector: Connector, named: Sequence[str], *, by: str = _BY_HAND) -> Outcome:
    """Stop these entities, or the connector as a whole, until they are resumed; `by` as for `hold`. Raises as that does."""
    return _suspend(instance, connector, named, Condition.STOPPED, by)


def resume(instance: dg.DagsterInstance, connector: Connector, named: Sequence[str]) -> Outcome:
    """Let these entities go on; for none, the connector and all of its entities. Raises whatever Dagster's storage raises."""
    cursor, was_on = cursor_now(instance, connector), sensor_state(instance, connector.sensor_name, connector.prefixed).running
    rested = cursor.rested
    subjects = [subject for subject in named or list(rested) if subject in rested]
    # All entities of a connector that rested as a whole begin anew, so what had FAILED has not any more.
    for subject in dict.fromkeys([*subjects, *(cursor.failed if "" in subjects else ())]):
        write_state(instance, connector, subject, State.RUNNING.value, "Resumed by hand")
    if not named:
        switch(instance, connector.sensor_name, connector.prefixed, on=True)
    whole = not named and ("" in subjects or was_on is False)
    changed = connector.entities if whole else tuple(subjects)
    return Outcome(
        sensor=sensor_state(instance, connector.sensor_name, connector.prefixed).running,
        changed=changed,
        left=_unchanged(connector, named, changed, "It was neither paused nor stopped by hand."),
        relieved=tuple(run.id for run in runs_with(instance, connector, _neighbors(connector, changed)) if run.is_at_work),
        whole=rested.get("", "") if named else "",
    )


def end_undefined(instance: dg.DagsterInstance, identity: str) -> tuple[str, ...]:
    """End the runs of a connector without a definition: tell those at work, and mark those that wait, or are gone; their ids."""
    runs = [run for run in live_runs_of_instance(instance) if run.connector == identity]
    dead = FailureDetector({}).deaths(runs)
    for run in runs:
        if run.id in dead:
            instance.report_run_failed(run.run, dead[run.id].reason)
        elif run.status is dg.DagsterRunStatus.QUEUED:
            instance.report_run_canceled(run.run, message=_UNDEFINED)
    alive = [run for run in runs if run.id not in dead and run.status is not dg.DagsterRunStatus.QUEUED]
    end_runs(instance, alive, _UNDEFINED)
    return tuple(run.id for run in runs)


def _suspend(
    instance: dg.DagsterInstance, connector: Connector, named: Sequence[str], condition: Condition, by: str = _BY_HAND
) -> Outcome:
    rested = dict(cursor_now(instance, connector).rested)
    changed = [subject for subject in named or [""] if rested.get(subject) != condition]
    for subject in changed:
        write_state(instance, connector, subject, condition.value, f"{_WORDS[condition]} {by}")
        rested[subject] = condition.value
    at_rest = connector.entities if "" in rested else tuple(rested)
    touched = runs_with(instance, connector, changed if named else connector.entities)
    ending = [run for run in touched if has_only(run, connector, at_rest)]
    return Outcome(
        sensor=sensor_state(instance, connector.sensor_name, connector.prefixed).running,
        changed=tuple(changed) if named else connector.entities if changed else (),
        left=_unchanged(connector, named, changed, f"It is {condition} by hand already."),
        ending=end_runs(instance, ending, f"{_WORDS[condition]} {by}: {', '.join(changed[:5]) or connector.name}."),
        relieved=tuple(run.id for run in touched if run not in ending and run.is_at_work),
        whole=rested.get("", "") if named else "",
    )


def _unchanged(connector: Connector, named: Sequence[str], changed: Sequence[str], why: str) -> Mapping[str, str]:
    """What stays as it is; the connector itself where it was meant."""
    return {name: why for name in named if name not in changed} if named or changed else {connector.name: why}


def _neighbors(connector: Connector, entities: Sequence[str]) -> tuple[str, ...]:
    """The entities that are polled in the same runs."""
    return tuple(each for task in {connector.task_of(entity) or 0 for entity in entities} for each in connector.entities_of(task))
