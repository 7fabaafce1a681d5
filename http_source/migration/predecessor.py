"""Which connector a configuration is for."""

from collections.abc import Mapping
from enum import StrEnum

_SHIPPED = {
    "httpsource": "V1", "io.confluent.connect.http.httpsourceconnector": "V1",
    "httpsourcev2": "V2", "io.confluent.connect.http.source.generichttpsourceconnector": "V2",
    "com.github.castorm.kafka.connect.http.httpsourceconnector": "CASTORM",
    "com.tm.kafka.connect.rest.restsourceconnector": "REST",
}


class Predecessor(StrEnum):
    """The connectors whose configurations can be moved."""

    V1 = "Confluent's HTTP Source connector"
    V2 = "Confluent's HTTP Source V2 connector"
    CASTORM = "castorm's kafka-connect-http"
    REST = "llofberg's kafka-connect-rest"


def predecessor_of(properties: Mapping[str, str]) -> Predecessor | None:
    """By the class, also that of a fork, or by a name that no other has. None for any other connector."""
    named = properties.get("connector.class", "").strip().lower()
    if named in _SHIPPED and not (named.endswith("http.httpsourceconnector") and "http.api.base.url" in properties):
        return Predecessor[_SHIPPED[named]]
    if "http.api.base.url" in properties:
        return Predecessor.V2
    if "http.request.url" in properties:
        return Predecessor.CASTORM
    if "rest.source.url" in properties:
        return Predecessor.REST
    return Predecessor.V1 if "url" in properties and "sink" not in named else None
