"""The id of the Kafka cluster that the environment names, asked of its brokers and then kept: it never changes."""

import time
from threading import Lock

from confluent_kafka import KafkaException

from http_source.edges.kafka.brokers import Brokers
from http_source.errors import HttpSourceError
from http_source.foreign.redactor import Redactor
from http_source.orchestration.resources import KafkaResource

UNKNOWN = "unknown"
_WAIT_S = 2.0
_AGAIN_S = 30.0

_asking = Lock()
_known: dict[str, str] = {}
_missed: dict[str, float] = {}


def cluster_id() -> str:
    """The id; "unknown" where no broker says it within two seconds, and then for half a minute without asking again."""
    resource: KafkaResource = KafkaResource.from_environment().process_config_and_initialize()
    servers = resource.bootstrap_servers
    # One at a time: who waits finds the answer, or that there is none.
    with _asking:
        if servers not in _known and time.monotonic() - _missed.get(servers, -_AGAIN_S) >= _AGAIN_S:
            _ask(resource)
        return _known.get(servers, UNKNOWN)


def _ask(resource: KafkaResource) -> None:
    try:
        found = Brokers(resource.own_settings("http-source-serve"), Redactor()).admin().list_topics(timeout=_WAIT_S).cluster_id
    except (KafkaException, HttpSourceError):
        found = None
    if found:
        _known[resource.bootstrap_servers] = str(found)
    else:
        _missed[resource.bootstrap_servers] = time.monotonic()
