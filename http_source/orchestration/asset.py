"""The asset of a connector: a partition per entity, with its offsets, counts and failures in the UI."""

from dataclasses import replace
from typing import TypeVar

import dagster as dg

from http_source.assembly.loading import LoadedConfig
from http_source.assembly.redaction import redactor
from http_source.config.properties import ConnectorConfig, ExactlyOnceSupport
from http_source.edges.http.failures import shown
from http_source.orchestration.identity import Connector, RunnableConnector
from http_source.orchestration.markdown import as_it_is
from http_source.orchestration.run import Assignment, PollingRun
from http_source.orchestration.run_resources import Resources
from http_source.orchestration.translator import ConnectorData, Translator, run_tags_of, spec_of
from http_source.polling.modes import mode_of

AnyConnector = TypeVar("AnyConnector", bound=Connector)

_DELIVERY = {
    None: "at least once",
    ExactlyOnceSupport.REQUESTED: "exactly once where Kafka allows it, else at least once: a run's log says which",
    ExactlyOnceSupport.REQUIRED: "exactly once",
}


def connector_of(loaded: LoadedConfig, translator: Translator | None = None) -> RunnableConnector:
    """A configuration as Dagster sees it. Raises ConfigurationError when the translator gives what cannot be."""
    return translated(RunnableConnector(loaded.config, loaded.warnings), translator)


def translated(connector: AnyConnector, translator: Translator | None) -> AnyConnector:
    """The connector with the asset that the translator gives it. Raises ConfigurationError when that cannot be."""
    data = data_of(connector)
    return replace(connector, spec=spec_of(translator, data), run_tags=run_tags_of(translator, data))


def data_of(connector: Connector) -> ConnectorData:
    """What a translator may know; where a secret of the connector is not known, nothing that it might stand in."""
    config = connector.config
    data = ConnectorData(name=connector.name, entities=connector.entities, topics=connector.topics)
    if not isinstance(config, ConnectorConfig):
        return data
    url = redactor(config)(shown(config.request.url))
    return replace(data, url=url, description=_description(connector, url), metadata=_metadata(connector, url))


def build_asset(connector: RunnableConnector) -> dg.AssetsDefinition:
    """The asset; materializing a partition by hand polls that entity once, from where it stands."""
    spec = connector.spec or spec_of(None, data_of(connector))
    out = dg.AssetOut.from_spec(spec.replace_attributes(deps=[]), dagster_type=dg.Nothing)

    # Not @dg.asset: it would name op and output after the key, and a connector's name may have characters that theirs may not.
    @dg.multi_asset(
        name=connector.once_name,
        outs={"positions": out},
        deps=spec.deps,
        partitions_def=dg.StaticPartitionsDefinition(connector.entities),
        required_resource_keys=connector.resource_keys,
    )
    def entity(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        return _poll_once(context, connector)

    return entity


def _poll_once(context: dg.AssetExecutionContext, connector: RunnableConnector) -> dg.MaterializeResult[None]:
    stored: list[dg.AssetMaterialization] = []
    run = PollingRun(context, connector, Assignment(entities=[context.partition_key], once=True), store=stored.append)
    try:
        run.execute(Resources.of(context.resources, connector))
    except BaseException:
        # A failed step materializes nothing, but what Kafka acknowledged before must not be forgotten.
        for checkpoint in stored:
            context.log_event(checkpoint)
        raise
    return dg.MaterializeResult(metadata=stored[-1].metadata)


def _description(connector: Connector, url: str) -> str:
    config = connector.config
    doubts = "".join(f"\n- {as_it_is(str(finding))}" for finding in connector.warnings)
    return (
        f"{config.request.method} {as_it_is(url)} every {config.pace.request_interval_ms} ms, "
        f"{config.offsets.mode}, to topic `{config.output.topic_name_pattern}`. Each partition is an entity. "
        f"The sensor `{connector.sensor_name}` polls them; its cursor holds the offsets."
        + (f"\n\nDoubts about the configuration:{doubts}" if doubts else "")
    )


def _metadata(connector: Connector, url: str) -> dict[str, str | int | float]:
    config = connector.config
    budget = config.pace.requests_per_second
    return {
        "http_source/url": url,
        "http_source/offset_mode": f"{config.offsets.mode} {mode_of(config.offsets).pointer}".strip(),
        "http_source/topic": config.output.topic_name_pattern,
        "http_source/request_interval_ms": config.pace.request_interval_ms,
        **({} if budget is None else {"http_source/requests_per_second": budget}),
        "http_source/delivery": _DELIVERY[config.delivery.support],
        "http_source/tasks": len(connector.tasks),
        "dagster/storage_kind": "kafka",
    }
