"""The scenes of configurations for connectors from elsewhere: castorm's, and kafka-connect-rest."""

import ssl
from collections.abc import Mapping

from http_source_tests.publics import apis, records
from http_source_tests.publics.apis import Behavior
from http_source_tests.publics.scene import Arrival, Scene, again, listed, one, search
from http_source_tests.servers import Asked

_SOURCE = Arrival(lambda record: record["_source"], lambda record: record["_id"])


def _updates(path: str, parameter: str, pointer: str) -> Behavior:
    """Items from a moment on, that one included."""
    pages = apis.since(apis.parameter(parameter), lambda record: str(record["updatedAt"]), pointer, size=3)
    return Behavior(records.item, {path: pages}, apis.basic("username", "a-made-up-password"))


def _tickets() -> Behavior:
    pages = apis.since(apis.parameter("updated"), lambda record: str(record["fields"]["updated"]), "issues", size=3)
    return Behavior(records.issue, {"/rest/api": pages}, apis.basic("user", "a-made-up-password"))


def _instances() -> Behavior:
    pages = apis.since(apis.parameter("modifiedafter"), lambda record: str(record["last_mod_date"]), "instances", size=3)
    return Behavior(records.instance, {"/get_response": lambda asked, found: {"dataInstances": [pages(asked, found)]}})


def _resources() -> Behavior:
    pages = apis.since(apis.parameter("createdTimestamp.gte"), lambda record: str(record["createdTimestamp"]), "", size=3)
    return Behavior(records.resource, {"/resource/resources": pages})


def _blocks() -> Behavior:
    """Blocks behind the one whose token is given."""

    def answer(asked: Asked, found: apis.Records) -> object:
        after = apis.query(asked)["pageToken"]
        return {"results": [record for record in found if str(record["nextPageToken"]) > after][:2]}

    return Behavior(records.block, {"/paginator": answer}, apis.basic("a-user", "a-made-up-password"))


_TIME = {"currentDateTime": "2026-02-01T00:00Z", "isDayLightSavingsTime": False, "currentFileTime": 134_142_048_000_000_000}

REST: Mapping[str, Scene] = {"rest-current-time.json": Scene(one("/api/json/utc/now", _TIME), {"current-datetime": again()})}

CASTORM: Mapping[str, Scene] = {
    "castorm-search-after.json": Scene(search("/index_name/_search"), {"topic": _SOURCE}),
    "castorm-quickstart.properties": Scene(
        _updates("/rest/api/2/search", "updatedAtFrom", "items"), {"topic": Arrival(key=lambda record: record["id"])}
    ),
    "castorm-tickets.json": Scene(_tickets(), {"topic-name": Arrival(key=lambda record: record["key"])}),
    "castorm-mutual-tls.json": Scene(
        one("/api/messages", records.message(0)), {"http-topic-messages": again()}, tls=ssl.CERT_REQUIRED
    ),
    "castorm-smallest.json": Scene(listed(records.message, "/topics"), {"topic-1": again()}),
    "castorm-bike-stations.json": Scene(
        listed(records.station, "/gbfs/station_information.json", "data/stations"), {"bikes.station_info": again()}
    ),
    "castorm-cursor-in-the-page.json": Scene(_blocks(), {"blocks": Arrival()}),
    "castorm-bearer-customers.json": Scene(
        listed(records.company, "/v1/customers", guard=apis.bearer("a-made-up-token")), {"crm.customers": again()}
    ),
    "castorm-nested-instances.json": Scene(_instances(), {"items": Arrival(key=lambda record: record["item_id"])}),
    "castorm-uuid.json": Scene(one("/uuid", {"uuid": "made-up"}), {"httpbin-input": again()}),
    "castorm-epoch-parameter.json": Scene(_resources(), {"mytopic": Arrival(key=lambda record: record["id"])}),
}
