"""Connectors in code, beside an asset of one's own: `dagster dev -f definitions.py`."""

from pathlib import Path

import dagster as dg

from http_source import KafkaResource, build_http_source

CUSTOMERS = {
    "name": "customers",
    "url": "https://api.example.com/v2/customers",
    "http.request.parameters": "pageToken=${offset}",
    "http.offset.mode": "CURSOR_PAGINATION",
    "http.response.data.json.pointer": "/items",
    "http.next.page.json.pointer": "/nextPageToken",
    "request.interval.ms": 60_000,
    "topic.name.pattern": "customers",
    "output.data.format": "JSON",
}


@dg.asset(deps=["customers"], group_name="shop")
def customer_report(context: dg.AssetExecutionContext) -> None:
    """Stands for what is made of the topic that the connector `customers` fills."""
    context.log.info("The records are in the topic `customers`.")


# Definitions are merged in place: Dagster takes one Definitions object per module.
defs = dg.Definitions.merge(
    build_http_source(Path(__file__).with_name("orders.json")),
    build_http_source(CUSTOMERS),
    dg.Definitions(
        assets=[customer_report],
        resources={
            "kafka": KafkaResource(
                bootstrap_servers=dg.EnvVar("KAFKA_BOOTSTRAP_SERVERS"),
                security_protocol="SASL_SSL",
                sasl_username=dg.EnvVar("KAFKA_SASL_USERNAME"),
                sasl_password=dg.EnvVar("KAFKA_SASL_PASSWORD"),
            )
        },
    ),
)
