"""The offsets of a connector (KIP-875): where its entities stand, and moving them while nothing polls."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from http_source.config.properties import KafkaOptions, ProducerOptions
from http_source.errors import ConfigurationError, DeliveryFailed
from http_source.orchestration.all_positions import known_positions, positions_of
from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.positions import Stored
from http_source.orchestration.moving import Move, OffsetsRefused, former_entities, plan_delete, plan_set, write
from http_source.orchestration.offsets_document import read_parts
from http_source.orchestration.resources import KafkaResource
from http_source.orchestration.stopped import may_write, stopped
from http_source.rest.answers import Refused, answer
from http_source.rest.calls import Call, endpoint
from http_source.rest.worker import Worker

_MISSING = "Partitions / offsets need to be provided for an alter offsets request"
_NOT_STOPPED = ("Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified "
                "connector by issuing a 'PUT' request to the '/connectors/{}/stop' endpoint")
_log = logging.getLogger(__name__)


def show(call: Call) -> Response:
    """Where its entities stand, in any state; PATCH accepts it."""
    connector = call.worker.connector(call.path["name"])
    stored = _stored(call.worker, connector, connector.entities)
    return answer({"offsets": [stored[entity].to_json() for entity in connector.entities if _is_there(stored.get(entity))]})


def alter(call: Call) -> Response:
    """Move the entities that are named, or none of them."""
    connector = call.worker.connector(call.path["name"])
    wanted = _wanted(call.body)
    _refuse_running(call.worker, connector)
    offsets = {entity: offset for entity, offset in wanted.items() if offset is not None}
    forgotten = [entity for entity in wanted if entity not in offsets]
    former = former_entities(call.worker.instance, connector)
    known = positions_of(_stored(call.worker, connector, {*wanted, *former}))
    moves = _planned(lambda: [*plan_set(connector, offsets, known, _unknown(connector, forgotten, former)),
                              *plan_delete(connector, forgotten, known)])
    return _moved(call, connector, moves, "altered")


def reset(call: Call) -> Response:
    """Forget where all entities stand, also those that the connector no longer has: they begin at http.initial.offset."""
    connector = call.worker.connector(call.path["name"])
    _refuse_running(call.worker, connector)
    entities = list(dict.fromkeys([*connector.entities, *former_entities(call.worker.instance, connector)]))
    stored = _stored(call.worker, connector, entities)
    there = [entity for entity in entities if _is_there(stored.get(entity))]
    return _moved(call, connector, _planned(lambda: plan_delete(connector, there, positions_of(stored))), "reset")


def _wanted(body: Any) -> Mapping[str, Any]:
    """Entity → what is wanted of it. Raises Refused (400) with every mistake."""
    if not isinstance(body, dict):
        raise Refused(400, 'The body is not an object; send {"offsets": [{"partition": …, "offset": …}]}.')
    if unknown := sorted(body.keys() - {"offsets"}):
        raise Refused(400, f"The body has {', '.join(map(repr, unknown))}, which is not known; it has \"offsets\" alone.")
    parts = body.get("offsets")
    if parts is None or parts == []:
        raise Refused(400, _MISSING)
    if not isinstance(parts, list):
        raise Refused(400, '"offsets" is not a list; send {"offsets": [{"partition": …, "offset": …}]}.')
    wanted, mistakes = read_parts(parts)
    if mistakes:
        raise Refused(400, "\n".join([*mistakes, "Nothing was changed."]))
    return wanted


def _refuse_running(worker: Worker, connector: Connector) -> None:
    """Raise Refused (400) unless it is STOPPED, and no run may still store a position."""
    if connector.identity not in stopped(worker.instance, [connector]):
        raise Refused(400, _NOT_STOPPED.format(connector.name))
    if runs := may_write(worker.instance, connector):
        several = "s" * (len(runs) != 1)
        raise Refused(400, f"{_NOT_STOPPED.format(connector.name)}. It is being stopped: run{several} {', '.join(run.id for run in runs)} "
                           f"may still store offsets, and end{'' if several else 's'} within seconds. Try again then.")


def _unknown(connector: Connector, forgotten: Sequence[str], former: Sequence[str]) -> list[str]:
    """What is to be forgotten of entities that were never there, as mistakes."""
    return [f"{entity!r}: the connector has no such entity, and nothing is stored of it." for entity in forgotten
            if entity not in connector.entities and entity not in former]


def _planned(plan: Callable[[], list[Move]]) -> list[Move]:
    try:
        return plan()
    except OffsetsRefused as refused:
        raise Refused(400, str(refused)) from None


def _moved(call: Call, connector: Connector, moves: Sequence[Move], word: str) -> Response:
    write(call.worker.instance, connector, moves)
    _log.info("The offsets of %s were %s: %s.", connector.name, word, ", ".join(move.entity for move in moves) or "there were none")
    return answer({"message": f"The offsets for this connector have been {word} successfully"})


def _stored(worker: Worker, connector: Connector, entities: Any) -> Mapping[str, Stored]:
    """Where entities stand, by all that is stored. Raises Refused (500) where the offsets topic is needed and cannot be read."""
    try:
        if connector.config.delivery.exactly_once:
            connector.config.require(KafkaOptions, ProducerOptions)
        kafka = KafkaResource.from_environment().process_config_and_initialize()
        return known_positions(worker.instance, connector, kafka, entities)
    except (DeliveryFailed, ConfigurationError) as error:
        raise Refused(500, f"The offsets of {connector.name} are in a topic of Kafka, too, which cannot be read here: {error}") from None


def _is_there(stored: Stored | None) -> bool:
    return stored is not None and not stored.position.deleted


ROUTES = (
    Route("/connectors/{name}/offsets", endpoint(show)),
    Route("/connectors/{name}/offsets", endpoint(alter, takes_body=True), methods=["PATCH"]),
    Route("/connectors/{name}/offsets", endpoint(reset), methods=["DELETE"]),
)
