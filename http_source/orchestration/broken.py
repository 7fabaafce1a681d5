"""A connector whose configuration is refused: visible in the UI with its mistakes, while the others work."""

from pathlib import Path

import dagster as dg

from http_source.config.slug import slug
from http_source.errors import ConfigurationError
from http_source.loading import load_config
from http_source.orchestration.checks import check_of, evaluation
from http_source.orchestration.translator import ConnectorData, Translator, spec_of

_TICK_S = 60


def build_broken(name: str, path: Path, error: ConfigurationError, translator: Translator | None = None) -> dg.Definitions:
    """An asset of this name that says what is wrong, its check that fails with it, and a sensor that tells the check so.

    Nothing raises: a user's mistake in a file needs no traceback, once a minute, in the daemon's log.
    """
    mistakes = "\n".join(f"- {finding}" for finding in error.findings)
    text = f"FAILED: {path.name} has mistakes, so this connector does not start. Mend the file and reload the code location.\n\n{mistakes}"
    asset = spec_of(translator, ConnectorData(
        name=name,
        description=text,
        metadata={"http_source/mistakes": dg.MetadataValue.md(mistakes), "http_source/file": str(path)},
        tags={"http_source/state": "FAILED"},
    ))
    key = asset.key
    check = check_of(key, f"{slug(name)}_running", f"Fails while {path.name} has mistakes; executed, it reads the file again.",
                     lambda _: dg.AssetCheckResult(passed=False, description=_verdict(path)))

    @dg.sensor(
        name=f"{slug(name)}_sensor",
        minimum_interval_seconds=_TICK_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=text,
    )
    def explain(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        told = [] if context.cursor == mistakes else [evaluation(key, {path.name: mistakes})]
        return dg.SensorResult(skip_reason=text, cursor=mistakes, asset_events=told)

    return dg.Definitions(assets=[asset], asset_checks=[check], sensors=[explain])


def _verdict(path: Path) -> str:
    """What the file is like now."""
    try:
        load_config(path)
    except ConfigurationError as error:
        return str(error)
    return f"{path.name} has no mistakes any more. Reload the code location to start the connector."
