"""A connector whose configuration is refused: visible in the UI with its mistakes, while the others work."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import dagster as dg

from http_source.assembly.loading import load_folder
from http_source.config.slug import slug
from http_source.errors import ConfigurationError, Finding
from http_source.orchestration.checks import check_of, evaluation
from http_source.orchestration.markdown import as_it_is
from http_source.orchestration.refusals import fingerprint_of, with_refusal
from http_source.orchestration.translator import PROPERTY, ConnectorData, Translator, spec_of

_TICK_S = 20
"""Soon after the connector's last tick, so that others learn of it; each tick keeps a copy of the cursor."""


def build_broken(name: str, path: Path, error: ConfigurationError, translator: Translator | None = None) -> dg.Definitions:
    """An asset of this name that says what is wrong, its check that fails with it, and a sensor that tells the check so.

    Nothing raises: a user's mistake in a file needs no traceback, once a minute, in the daemon's log.
    """
    state = f"FAILED: {path.name} has mistakes, so this connector does not start. Fix the file and reload the code location."
    data = ConnectorData(name=name, metadata={"http_source/file": str(path)}, tags={"http_source/state": "FAILED"})
    error, asset = _asset(data, state, error, translator)
    key, listed = asset.key, _listed(error.findings)
    mistakes = "\n".join(f"- {finding}" for finding in error.findings)
    text = f"{state}\n\n{mistakes}"
    kept = [finding for finding in error.findings if finding.property == PROPERTY]
    check = check_of(key, f"{slug(name)}_running", f"Fails while {as_it_is(path.name)} has mistakes; when executed, it reads "
                                                   "the file again.",
                     lambda _: dg.AssetCheckResult(passed=False, description=_verdict(path, kept)))

    said: list[str] = []
    fingerprint = fingerprint_of(path)

    @dg.sensor(
        name=f"{slug(name)}_sensor",
        minimum_interval_seconds=_TICK_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=text,
    )
    def explain(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        verdict = [] if said else [evaluation(key, {path.name: mistakes}, markdown=listed)]
        said.append(text)
        return dg.SensorResult(skip_reason=text, cursor=with_refusal(context.cursor, fingerprint, mistakes), asset_events=verdict)

    return dg.Definitions(assets=[asset], asset_checks=[check], sensors=[explain])


def _asset(
    data: ConnectorData, state: str, error: ConfigurationError, translator: Translator | None
) -> tuple[ConfigurationError, dg.AssetSpec]:
    """All mistakes, and the asset that shows them: by our own translator where the user's one has mistakes as well."""
    try:
        return error, spec_of(translator, _told(data, state, error))
    except ConfigurationError as mistaken:
        error = ConfigurationError(list(dict.fromkeys([*error.findings, *mistaken.findings])))
    return error, spec_of(None, _told(data, state, error))


def _told(data: ConnectorData, state: str, error: ConfigurationError) -> ConnectorData:
    listed = _listed(error.findings)
    metadata = {**data.metadata, "http_source/mistakes": dg.MetadataValue.md(listed)}
    return replace(data, description=f"{as_it_is(state)}\n\n{listed}", metadata=metadata)


def _listed(findings: Iterable[Finding]) -> str:
    """Mistakes as a list in Markdown."""
    return "\n".join(f"- {as_it_is(str(finding))}" for finding in findings)


def _verdict(path: Path, kept: Sequence[Finding]) -> str:
    """What the file is like now, in Markdown; `kept` are mistakes of code, which stays what it is until the next reload."""
    # Among its neighbors, since one of them may be the mistake.
    now = load_folder(path.parent).get(path)
    if findings := [*(now.findings if isinstance(now, ConfigurationError) else ()), *(kept if now else ())]:
        return f"{as_it_is(path.name)} has mistakes:\n\n{_listed(findings)}"
    state = "no longer exists" if now is None else "no longer has mistakes"
    return f"{as_it_is(path.name)} {state}. Reload the code location to {'forget' if now is None else 'start'} the connector."
