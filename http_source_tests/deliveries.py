"""Deliverers as the tests run them: at least once, over the in-memory cluster."""

from collections.abc import Callable

from http_source.delivery.at_least_once import AtLeastOnce
from http_source.delivery.deliverer import Deliverer
from http_source.delivery.outlet import Outlet, Patience
from http_source.delivery.parcel import Listener, Parcel
from http_source.edges.kafka.producer import KafkaProducer
from http_source.edges.kafka.topic_creator import EnsureTopic
from http_source.entity import Entity


def deliverer_over(
    producer: KafkaProducer, *, settled: Callable[[Parcel], None] = lambda _: None, warn: Callable[[str], None] = lambda _: None,
    ensure_topic: EnsureTopic | None = None, patience: float = 60.0,
) -> Deliverer:
    """A deliverer that is open, and not yet started."""
    def make(patience: Patience, listener: Listener) -> AtLeastOnce:
        return AtLeastOnce(producer, Outlet(producer, patience, listener, ensure_topic), listener, principal="User:test")

    listener = Listener(Entity.acknowledge, Entity.lose)
    deliverer = Deliverer([make], settled=settled, listener=listener, warn=warn, patience=Patience(warn, patience))
    deliverer.open(60)
    return deliverer


def in_hand(entity: Entity) -> Entity:
    """The entity in its first turn."""
    entity.begin(0.0)
    entity.take(0.0)
    return entity
