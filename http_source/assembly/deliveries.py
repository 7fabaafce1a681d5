"""Configuration and Kafka's address → the ways in which a task may deliver."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial

from http_source.config.properties import Boundary, ConnectorConfig, ExactlyOnceSupport, KafkaAuthMode, KnownConfig
from http_source.config.shares import plan_of, task_count, task_of_entity
from http_source.connect.topic_creation import read_topic_creation
from http_source.delivery.at_least_once import AtLeastOnce
from http_source.delivery.deliverer import Make
from http_source.delivery.exactly_once import ExactlyOnce, Plan
from http_source.delivery.outlet import Outlet, Patience
from http_source.delivery.parcel import Listener
from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.librdkafka_settings import Settings
from http_source.edges.kafka.position_topic import PositionTopic
from http_source.edges.kafka.producer import KafkaProducer
from http_source.edges.kafka.rights import unwritable
from http_source.edges.kafka.topic_creator import EnsureTopic, TopicCreator
from http_source.edges.kafka.transactions import TransactionalProducer
from http_source.foreign.redactor import Redactor


def build_deliveries(
    config: ConnectorConfig, entities: Sequence[str], kafka: Settings, redact: Redactor, identity: str = ""
) -> Sequence[Make]:
    """The ways that `exactly.once.support` allows, the best one first; `entities` are some of one task.

    Transactions and positions are of the connector's `identity`, which is its name where it is not given.
    """
    principal, brokers = _principal(config, kafka), Brokers(kafka, redact)

    def at_least_once(patience: Patience, listener: Listener) -> AtLeastOnce:
        producer = KafkaProducer(brokers)
        return AtLeastOnce(producer, Outlet(producer, patience, listener, ensure_topic()), listener, principal=principal)

    def exactly_once(patience: Patience, listener: Listener) -> ExactlyOnce:
        name, open_ms = identity or config.connector.name, _open_ms(config)
        plan = Plan(plan_of(config), task_count(config))

        def producer_of(plan: Plan, task: int) -> TransactionalProducer:
            return TransactionalProducer(brokers, plan.transactional_id(name, task), principal=principal, open_ms=open_ms)

        def fence(plan: Plan, seconds: float) -> None:
            for task in range(plan.tasks):
                with closing(producer_of(plan, task)) as former:
                    former.initialize(seconds, outlet.look)

        producer = producer_of(plan, task_of_entity(config, entities[0]))
        outlet = Outlet(producer, patience, listener, ensure_topic())
        return ExactlyOnce(producer, outlet, _position_topic(config, brokers, principal, name), listener,
                           entities=entities, plan=plan, fence=fence, unwritable=partial(unwritable, brokers, look=outlet.look),
                           interval_s=open_ms / 1000, principal=principal)

    def ensure_topic() -> EnsureTopic | None:
        creation, _ = read_topic_creation(config.plugins)
        return None if creation is None else TopicCreator(brokers, creation, principal=principal).ensure

    ways: Mapping[ExactlyOnceSupport | None, Sequence[Make]] = {
        None: (at_least_once,),
        ExactlyOnceSupport.REQUESTED: (exactly_once, at_least_once),
        ExactlyOnceSupport.REQUIRED: (exactly_once,),
    }
    return ways[config.delivery.support]


def position_topic(config: KnownConfig, kafka: Settings, redact: Redactor, identity: str = "") -> PositionTopic:
    """Where a connector's positions are kept with exactly once; connectors of one name and several identities share a topic."""
    return _position_topic(config, Brokers(kafka, redact), _principal(config, kafka), identity or config.name)


def _position_topic(config: KnownConfig, brokers: Brokers, principal: str, identity: str) -> PositionTopic:
    return PositionTopic(brokers, config.delivery.offsets_topic(config.name), identity, principal=principal)


def _open_ms(config: ConnectorConfig) -> int:
    """How long a transaction stays open to gather pages, in milliseconds."""
    delivery = config.delivery
    if delivery.boundary is not Boundary.INTERVAL:
        return 0
    return delivery.boundary_interval_ms or config.run.flush_interval_ms


def _principal(config: KnownConfig, kafka: Settings) -> str:
    """Whom Kafka knows the connector as, in words that show no key."""
    if config.kafka.auth_mode is KafkaAuthMode.SERVICE_ACCOUNT:
        return f"User:{config.kafka.service_account}"
    if config.kafka.api_key:
        return "the owner of kafka.api.key"
    return f"User:{kafka['sasl.username']}" if kafka.get("sasl.username") else "the connector's principal"
