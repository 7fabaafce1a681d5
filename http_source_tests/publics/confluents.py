"""The scenes of configurations for Confluent's connectors: self-managed, in the cloud, and V2."""

import json
import re
import ssl
from collections.abc import Mapping
from typing import Any

from http_source_tests.publics import apis, records
from http_source_tests.publics.apis import Behavior
from http_source_tests.publics.scene import Arrival, Record, Scene, again, bucket, enveloped, listed, one, search, signed, signing, spaces
from http_source_tests.servers import Asked

_OBJECT = {"store": {"book": [{"category": "reference", "sold": False, "price": 8.95}], "bicycle": {"color": "red", "price": 19.95}}}
_FLOODS = ("/flood-monitoring/id/stations", "/flood-monitoring/id/measures", "/flood-monitoring/data/readings")
_OAUTH2 = apis.bearer("a-token")


def _in_query(asked: Asked) -> str:
    """The moment in ServiceNow's own query language."""
    found = re.fullmatch(r"sys_updated_on>=(.*)\^ORDERBYsys_updated_on", apis.query(asked)["sysparm_query"])
    assert found is not None
    return found[1]


def _incidents() -> Behavior:
    table = apis.since(_in_query, lambda record: str(record["sys_updated_on"]), "result", size=3)
    return Behavior(records.incident, {"/api/now/table/incident": table}, apis.basic("a-user", "a-made-up-password"))


def _events() -> Behavior:
    return Behavior(records.event, {"/repos/some/project/events": apis.linked("page")}, apis.bearer("a-made-up-token"))


def _as_texts(record: Record) -> Any:
    """Rows of mixed scalars: a schema has one type for the elements of an array, and so they become texts."""
    rows = [[each if each is None or isinstance(each, str) else json.dumps(each) for each in row] for row in record["states"]]
    return {**record, "states": rows}


def _without_score(record: Record) -> Any:
    """A field that is always null has no type, and so is in no schema."""
    return {name: value for name, value in record.items() if name != "_score"}


def _zone(record: Record) -> Any:
    place = record["properties"]
    names = {"@id": "url", "@type": "wxObjectType", "id": "id", "type": "zoneType", "name": "name", "state": "state", "cwa": "cwas"}
    return {new: place[old] for old, new in names.items()}


def _companies() -> Behavior:
    return Behavior(records.company, {"/v1/companies": apis.tokens("cursor", "companies", "pagination/next_cursor", size=2)}, _OAUTH2)


def _three() -> Behavior:
    orders = apis.tokens("cursor", "data", "pagination/next_cursor", size=2)
    return Behavior(records.order, {"/v1/users": apis.counted("offset", ""), "/v1/orders": orders, "/v1/products": apis.whole()})


def _accounts() -> Behavior:
    pages = apis.links("value", "@odata.nextLink", "$skiptoken")
    return Behavior(records.account, {"/api/data/v9.2/accounts": pages}, ("X-API-KEY", "a-made-up-key"))


def _devices() -> Behavior:
    return Behavior(records.device, {"/sites/berlin/devices": apis.tokens("page", "devices", "next", size=3)}, ("?apikey", "a-made-up-key"))


SELF_MANAGED: Mapping[str, Scene] = {
    "self-managed-one-object-avro.json": Scene(one("/", _OBJECT), {"http-topic-messages": again()}),
    "self-managed-proxy.json": Scene(
        one("/api/messages", records.message(0)), {"http-topic-messages": again()}, proxied=True
    ),
    "self-managed-oauth2.json": Scene(
        Behavior(records.message, {"/api/messages": apis.counted("from", "", size=3)}, _OAUTH2), {"http-topic-messages": Arrival(skipped=1)}
    ),
    "self-managed-search-after.json": Scene(search("/test-index/_search"), {"http-topic-messages": Arrival()}),
    "self-managed-bucket-objects.json": Scene(bucket(), {"http-topic-messages": Arrival()}),
    "self-managed-spaces.properties": Scene(spaces(), {"http-topic-spaces": Arrival()}),
    "self-managed-daily-orders.json": Scene(listed(records.order, "/orders"), {"orders": again()}),
    "self-managed-two-entities.json": Scene(
        signing("/api/v1/books", "/api/v1/dogs"), {"freeapi-books": signed("/api/v1/books"), "freeapi-dogs": signed("/api/v1/dogs")}
    ),
    "self-managed-poll-interval.json": Scene(
        listed(records.order, "/orders"),
        {"orders": again(enveloped(id="int64", product="string", quantity="int64", price="double"))},
    ),
    "self-managed-imagined-names.json": Scene(_events(), {"repository-events": Arrival()}),
    "self-managed-trust-store.json": Scene(
        _incidents(), {"incidents": Arrival(enveloped(sys_id="string", number="string", sys_updated_on="string"))}, tls=ssl.CERT_NONE
    ),
}

CLOUD: Mapping[str, Scene] = {
    "cloud-crypto-prices.json": Scene(one("/api/v3/prices", records.PRICES), {"crypto-prices": again()}),
    "cloud-flights.json": Scene(one("/api/states/all", records.STATES), {"all_flights": again(_as_texts)}),
    "cloud-oauth2-one-topic.json": Scene(listed(records.message, "/api/messages", guard=_OAUTH2), {"http-topic": again()}),
    "cloud-search-after-basic.json": Scene(
        search("/test-index/_search", guard=apis.basic("elastic", "a-made-up-password")), {"search-test-index": Arrival()}
    ),
    "cloud-bucket-objects-avro.json": Scene(bucket(apis.bearer("a-made-up-token")), {"http-topic-messages": Arrival()}),
    "cloud-weather-alerts.json": Scene(
        listed(records.alert, "/alerts", "features"), {"alerts-active-inbound": again(key=lambda record: f"{{id={record['id']}}}")}
    ),
    "cloud-weather-zones.json": Scene(
        listed(records.zone, "/zones", "features"),
        {"zones-inbound": again(_zone, lambda record: f"Struct{{id={record['properties']['id']}}}")},
    ),
    "cloud-users-two-spellings.json": Scene(listed(records.user, "/users"), {"dev.http_source_data.source-connector.0": again()}),
}

V2: Mapping[str, Scene] = {
    "v2-flood-monitoring.json": Scene(
        signing(*_FLOODS), {f"flood-monitoring-{path.rpartition('/')[2]}": signed(path) for path in _FLOODS}
    ),
    "v2-search-after.json": Scene(search("/test-index/_search"), {"http-source-topic-v2": Arrival(_without_score)}),
    "v2-electricity.json": Scene(
        listed(records.item, "/v2/electricity/rto/region-data/data/", "response/data"), {"raw.electricity": again()}
    ),
    "v2-spaces-reported.json": Scene(spaces(), {"http-topic-spaces": Arrival()}),
    "v2-bucket-objects.json": Scene(bucket(), {"bucket-objects": Arrival()}),
    "v2-companies-parent-and-children.json": Scene(_companies(), {"companies-topic": Arrival()}),
    "v2-three-apis.json": Scene(_three(), {"users-topic": Arrival(), "orders-topic": Arrival()}),
    "v2-accounts.json": Scene(_accounts(), {"test-accounts": Arrival()}),
    "v2-snapshot.yaml": Scene(_devices(), {"devices": again(key=lambda record: record["id"])}),
}
