"""The asset check `running`: red in the catalog while an entity is FAILED, or the whole connector is, yellow while something may be lost.

The sensor reports it when something changed; executed by hand it looks again.
"""

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import dagster as dg

from http_source.entity import Doubted
from http_source.orchestration.identity import Connector
from http_source.orchestration.known import cursor_now
from http_source.orchestration.ledger.events import CONNECTOR
from http_source.orchestration.markdown import as_it_is
from http_source.orchestration.reported_doubts import sentences_of

Doubts = Mapping[str, Mapping[str, Doubted]]
"""Entity, sentence → when it came."""

CHECK = "running"
_MOST_SHOWN = 20


def build_check(connector: Connector) -> dg.AssetChecksDefinition:
    """The check of a connector."""

    def look(instance: dg.DagsterInstance) -> dg.AssetCheckResult:
        known = cursor_now(instance, connector)
        failed = {entity: known.failed[entity].reason for entity in connector.entities if entity in known.failed}
        return dg.AssetCheckResult(**_verdict(failed, known.doubts(connector.task_of, time.time())))

    words = "Fails while an entity is FAILED, and as a warning while something may be lost or repeated; it says why."
    return check_of(connector.key, connector.check_name, words, look)


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


def evaluation(
    key: dg.AssetKey, failed: Mapping[str, str], doubts: Doubts = MappingProxyType({}), markdown: str | None = None
) -> dg.AssetCheckEvaluation:
    """What is reported: `failed` says why each FAILED entity is, `doubts` what may be lost or repeated; `markdown` says it otherwise.

    It is of a partition that nobody materializes: Dagster shows nothing of an evaluation as soon as what it is of was materialized since,
    as entities are with each checkpoint. And it is of one of its own: Dagster stores one evaluation for each partition and run.
    """
    partition = f"{CONNECTOR}{time.time_ns()}"
    return dg.AssetCheckEvaluation(asset_key=key, check_name=CHECK, partition=partition, **_verdict(failed, doubts, markdown))


def was_outdone(instance: dg.DagsterInstance, key: dg.AssetKey) -> bool:
    """Whether the last word is not what was reported: a person executed the check, and that is soon outdated, or all was wiped."""
    last = instance.get_latest_asset_check_evaluation_record(dg.AssetCheckKey(key, CHECK))
    return last is None or (last.evaluation is not None and not (last.partition or "").startswith(CONNECTOR))


def _verdict(failed: Mapping[str, str], doubts: Doubts, markdown: str | None = None) -> dict[str, Any]:
    counts = {"http_source/failed_entities": len(failed), "http_source/doubtful_entities": len(doubts)}
    return {
        "passed": not failed and not doubts,
        "severity": dg.AssetCheckSeverity.ERROR if failed or not doubts else dg.AssetCheckSeverity.WARN,
        "description": markdown or _reasons(failed, doubts),
        "metadata": {name: dg.MetadataValue.int(count) for name, count in counts.items()},
    }


def _reasons(failed: Mapping[str, str], doubts: Doubts) -> str | None:
    """Why the first of them failed, and what is in doubt; the reason of a failure names its entity."""
    doubtful = (f"Entity {entity}: {sentence}" for entity, held in doubts.items() for sentence in sentences_of(held))
    return "\n\n".join(as_it_is(each) for each in [*failed.values(), *doubtful][:_MOST_SHOWN]) or None
