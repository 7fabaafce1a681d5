"""What the asset's check is told while a run polls.

Dagster counts a check's last word as outdated as soon as another run has materialized the asset since. So the run that stores checkpoints
says it, once, and again when something changed, or when another run of the connector had the last word.
"""

from collections.abc import Callable, Collection, Mapping

import dagster as dg

from http_source.orchestration.checks import CHECK, evaluation
from http_source.orchestration.connector import Connector
from http_source.orchestration.cursor import Cursor
from http_source.orchestration.ledger.sensors import sensor_of

Write = Callable[[dg.AssetCheckEvaluation], None]


class Verdict:
    """The words of one run."""

    def __init__(self, connector: Connector, instance: dg.DagsterInstance, run_id: str, write: Write) -> None:
        self._connector = connector
        self._instance = instance
        self._run_id = run_id
        self._write = write
        self._told: Mapping[str, str] | None = None

    def tell(self, failed: Mapping[str, str], own: Collection[str]) -> None:
        """Tell the check of the entities that are FAILED: these of this run's `own`, and what the sensor knows of others."""
        said = {**self._of_others(own), **failed}
        if said != self._told or self._was_outdone():
            self._write(evaluation(self._connector.key, said))
            self._told = said

    def _was_outdone(self) -> bool:
        """Whether another run had the last word; a connector of one task has one run at a time."""
        if len(self._connector.tasks) == 1:
            return False
        record = self._instance.get_latest_asset_check_evaluation_record(dg.AssetCheckKey(self._connector.key, CHECK))
        return record is None or record.run_id != self._run_id

    def _of_others(self, own: Collection[str]) -> dict[str, str]:
        run = self._instance.get_run_by_id(self._run_id)
        ask = sensor_of(run, self._connector.sensor_name) if run else None
        try:
            cursor = Cursor.parse((ask(self._instance).cursor if ask else "") or "{}")
        except ValueError:
            cursor = Cursor()
        others = set(self._connector.entities).difference(own)
        return {entity: each.reason for entity, each in cursor.failed.items() if entity in others}
