"""What `test_canary.py` runs in a process of its own: FOLDER KEPT CONNECTOR…; everything that is said and stored lies in KEPT afterwards.

An error reporter that hides nothing itself is told of every error that is logged or raised, and prints the variables of every frame.
"""

import json
import logging
import sys
import warnings
from pathlib import Path

import dagster as dg
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.integrations.threading import ThreadingIntegration
from sentry_sdk.scrubber import EventScrubber
from sentry_sdk.transport import Transport

from http_source.orchestration.build import load_connectors
from http_source_tests.handed_over import handed_over

WAIT_FOR_KAFKA = {"kafka", "sasl", "sasl_own"}
"""They need not be run twice."""


class Reporter(Transport):
    """Writes what would be sent into a file."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def capture_envelope(self, envelope: Envelope) -> None:
        with self._file.open("ab") as file:
            file.write(envelope.serialize())


def report_to(file: Path) -> None:
    sentry_sdk.init(
        dsn="http://public@127.0.0.1:1/1", transport=Reporter(file), include_local_variables=True, max_value_length=1_000_000,
        event_scrubber=EventScrubber(denylist=[], pii_denylist=[]), default_integrations=False, auto_enabling_integrations=False,
        integrations=[ExcepthookIntegration(), LoggingIntegration(), ThreadingIntegration()],
    )


def run(instance: dg.DagsterInstance, definitions: dg.Definitions, name: str, kept: Path) -> list[bool]:
    """Tick, run what is requested, and materialize by hand; whether each succeeded, none where nothing was requested."""
    context = dg.build_sensor_context(instance=instance, definitions=definitions)
    said = definitions.resolve_sensor_def(f"{name}_sensor")(context)
    (kept / f"{name}.tick").write_text(repr(said))
    if not isinstance(said, dg.SensorResult) or not said.run_requests:
        return []
    (request,) = said.run_requests
    job = definitions.resolve_job_def(f"{name}_poll")
    ended = [job.execute_in_process(instance=instance, run_config=dict(request.run_config), tags=dict(request.tags), raise_on_error=False)]
    if name not in WAIT_FOR_KAFKA:
        by_hand = definitions.resolve_implicit_global_asset_job_def().get_subset(asset_selection={dg.AssetKey([name])})
        ended.append(by_hand.execute_in_process(instance=instance, partition_key="default", raise_on_error=False))
    (kept / f"{name}.events").write_text("".join(repr(event) for each in ended for event in instance.all_logs(each.run_id)))
    return [each.success for each in ended]


def main(folder: Path, kept: Path, names: list[str]) -> None:
    logging.basicConfig(level=logging.DEBUG)
    report_to(kept / "reports")
    definitions = load_connectors(folder / "connectors")
    with dg.DagsterInstance.from_config(str(kept / "instance")) as instance:
        results = {name: each for name in names if (each := run(instance, definitions, name, kept))}
    warnings.simplefilter("ignore")
    (kept / "repository").write_text(handed_over(definitions))
    (kept / "results").write_text(json.dumps(results))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
