"""A connector whose configuration is refused: visible in the UI with its mistakes, while the others work."""

from pathlib import Path

import dagster as dg

from http_source.config.slug import slug
from http_source.errors import ConfigurationError
from http_source.loading import load_folder
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

    said: list[str] = []

    @dg.sensor(
        name=f"{slug(name)}_sensor",
        minimum_interval_seconds=_TICK_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=text,
    )
    def explain(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        verdict = [] if said else [evaluation(key, {path.name: mistakes})]
        said.append(text)
        # The cursor stays as it is: it may be the connector's, which goes on from there once its file has no mistakes any more.
        return dg.SensorResult(skip_reason=text, cursor=context.cursor, asset_events=verdict)

    return dg.Definitions(assets=[asset], asset_checks=[check], sensors=[explain])


def _verdict(path: Path) -> str:
    """What the file is like now."""
    # Among its neighbors, since one of them may be the mistake.
    now = load_folder(path.parent).get(path)
    if isinstance(now, ConfigurationError):
        return str(now)
    state = "is no longer there" if now is None else "has no mistakes any more"
    return f"{path.name} {state}. Reload the code location to {'forget' if now is None else 'start'} the connector."
