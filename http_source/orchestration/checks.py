"""The asset check `running`: red in the catalog while an entity is FAILED, or the whole connector is.

The sensor reports it when something changed; executed by hand it looks again.
"""

import time
from collections.abc import Callable, Mapping

import dagster as dg

from http_source.orchestration.connector import Connector
from http_source.orchestration.known import cursor_now
from http_source.orchestration.ledger.events import CONNECTOR

CHECK = "running"
_MOST_SHOWN = 20


def build_check(connector: Connector) -> dg.AssetChecksDefinition:
    """The check of a connector."""

    def look(instance: dg.DagsterInstance) -> dg.AssetCheckResult:
        known = cursor_now(instance, connector).failed
        failed = {entity: known[entity].reason for entity in connector.entities if entity in known}
        return dg.AssetCheckResult(passed=not failed, description=_reasons(failed), metadata=_count(failed))

    return check_of(connector.key, connector.check_name, "Fails while an entity is FAILED, and says why.", look)


def check_of(key: dg.AssetKey, op_name: str, description: str, look: Callable[[dg.DagsterInstance], dg.AssetCheckResult]) -> (
    dg.AssetChecksDefinition
):
    """The check `running` of an asset; not by @dg.asset_check, which names op and input after the key, whatever its letters."""

    @dg.op(name=op_name, ins={"asset": dg.In(dg.Nothing)}, out={CHECK: dg.Out(dg.Any)})
    def running(context: dg.OpExecutionContext) -> dg.AssetCheckResult:
        return look(context.instance)

    check: dg.AssetChecksDefinition = dg.AssetChecksDefinition.create(
        keys_by_input_name={"asset": key},
        node_def=running,
        check_specs_by_output_name={CHECK: dg.AssetCheckSpec(CHECK, asset=key, description=description)},
        can_subset=False,
    )
    return check


def evaluation(key: dg.AssetKey, failed: Mapping[str, str]) -> dg.AssetCheckEvaluation:
    """What is reported: `failed` says why each FAILED entity is.

    It is of a partition that nobody materializes: Dagster shows nothing of an evaluation as soon as what it is of was materialized since,
    as entities are with each checkpoint. And it is of one of its own: Dagster stores one evaluation for each partition and run.
    """
    partition = f"{CONNECTOR}{time.time_ns()}"
    return dg.AssetCheckEvaluation(
        asset_key=key, check_name=CHECK, passed=not failed, description=_reasons(failed), metadata=_count(failed), partition=partition,
    )


def was_outdone(instance: dg.DagsterInstance, key: dg.AssetKey) -> bool:
    """Whether the last word is not what was reported: a person executed the check, and that is soon outdated, or all was wiped."""
    last = instance.get_latest_asset_check_evaluation_record(dg.AssetCheckKey(key, CHECK))
    return last is None or (last.evaluation is not None and not (last.partition or "").startswith(CONNECTOR))


def _count(failed: Mapping[str, str]) -> dict[str, dg.MetadataValue]:
    return {"http_source/failed_entities": dg.MetadataValue.int(len(failed))}


def _reasons(failed: Mapping[str, str]) -> str | None:
    """Why the first of them failed; a reason names its entity."""
    return "\n\n".join(list(failed.values())[:_MOST_SHOWN]) or None
