"""librdkafka's properties (its CONFIGURATION.md): which there are, which are two names of one, and which nobody may set, and why."""

from collections.abc import Mapping

from http_source.config.findings import did_you_mean, shown

ALIASES: Mapping[str, str] = {
    "compression.codec": "compression.type",
    "delivery.timeout.ms": "message.timeout.ms",
    "max.in.flight": "max.in.flight.requests.per.connection",
    "message.send.max.retries": "retries",
    "metadata.broker.list": "bootstrap.servers",
    "queue.buffering.max.ms": "linger.ms",
    "request.required.acks": "acks",
    "sasl.mechanisms": "sasl.mechanism",
}
"""Two names of one property → the one that is used here, so that what is set later takes the place of what was set before."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


PRODUCERS = _names("""
    acks batch.num.messages batch.size compression.codec compression.level compression.type delivery.report.only.error
    delivery.timeout.ms enable.gapless.guarantee enable.idempotence linger.ms message.send.max.retries message.timeout.ms
    partitioner produce.offset.report queue.buffering.backpressure.threshold queue.buffering.max.kbytes queue.buffering.max.messages
    queue.buffering.max.ms queuing.strategy request.required.acks request.timeout.ms retries sticky.partitioning.linger.ms
    transaction.timeout.ms transactional.id
""")
"""Those of producers alone: a consumer warns of each."""

_CONSUMERS = _names("""
    auto.commit.enable auto.commit.interval.ms auto.offset.reset check.crcs consume.callback.max.messages enable.auto.commit
    enable.auto.offset.store enable.partition.eof fetch.error.backoff.ms fetch.max.bytes fetch.message.max.bytes fetch.min.bytes
    fetch.queue.backoff.ms fetch.wait.max.ms group.id group.instance.id group.protocol group.protocol.type group.remote.assignor
    heartbeat.interval.ms isolation.level max.partition.fetch.bytes max.poll.interval.ms max.poll.records offset.store.method
    offset.store.path offset.store.sync.interval.ms partition.assignment.strategy queued.max.messages.kbytes queued.min.messages
    session.timeout.ms share.acknowledgement.mode
""")

_CLIENTS = _names("""
    allow.auto.create.topics api.version.fallback.ms api.version.request api.version.request.timeout.ms bootstrap.servers
    broker.address.family broker.address.ttl broker.version.fallback client.dns.lookup client.id client.rack connections.max.idle.ms
    coordinator.query.interval.ms debug enable.metrics.push enable.random.seed enable.sasl.oauthbearer.unsecure.jwt
    enable.ssl.certificate.verification https.ca.location https.ca.pem internal.termination.signal log.connection.close
    log.thread.name log_level max.in.flight max.in.flight.requests.per.connection message.copy.max.bytes message.max.bytes
    metadata.broker.list metadata.max.age.ms metadata.recovery.rebootstrap.trigger.ms metadata.recovery.strategy
    plugin.library.paths receive.message.max.bytes reconnect.backoff.jitter.ms reconnect.backoff.max.ms reconnect.backoff.ms
    retry.backoff.max.ms retry.backoff.ms sasl.kerberos.keytab sasl.kerberos.kinit.cmd sasl.kerberos.min.time.before.relogin
    sasl.kerberos.principal sasl.kerberos.service.name sasl.mechanism sasl.mechanisms sasl.oauthbearer.assertion.algorithm
    sasl.oauthbearer.assertion.claim.aud sasl.oauthbearer.assertion.claim.exp.seconds sasl.oauthbearer.assertion.claim.iss
    sasl.oauthbearer.assertion.claim.jti.include sasl.oauthbearer.assertion.claim.nbf.seconds sasl.oauthbearer.assertion.claim.sub
    sasl.oauthbearer.assertion.file sasl.oauthbearer.assertion.jwt.template.file sasl.oauthbearer.assertion.private.key.file
    sasl.oauthbearer.assertion.private.key.passphrase sasl.oauthbearer.assertion.private.key.pem
    sasl.oauthbearer.client.credentials.client.id sasl.oauthbearer.client.credentials.client.secret sasl.oauthbearer.client.id
    sasl.oauthbearer.client.secret sasl.oauthbearer.config sasl.oauthbearer.extensions sasl.oauthbearer.grant.type
    sasl.oauthbearer.metadata.authentication.type sasl.oauthbearer.method sasl.oauthbearer.scope sasl.oauthbearer.sub.claim.name
    sasl.oauthbearer.token.endpoint.url sasl.password sasl.username security.protocol socket.blocking.max.ms
    socket.connection.setup.timeout.ms socket.keepalive.enable socket.max.fails socket.nagle.disable socket.receive.buffer.bytes
    socket.send.buffer.bytes socket.timeout.ms ssl.ca.certificate.stores ssl.ca.location ssl.ca.pem ssl.certificate.location
    ssl.certificate.pem ssl.cipher.suites ssl.crl.location ssl.curves.list ssl.endpoint.identification.algorithm ssl.engine.id
    ssl.engine.location ssl.key.location ssl.key.password ssl.key.pem ssl.keystore.location ssl.keystore.password ssl.providers
    ssl.sigalgs.list topic.blacklist topic.metadata.propagation.max.ms topic.metadata.refresh.fast.cnt
    topic.metadata.refresh.fast.interval.ms topic.metadata.refresh.interval.ms topic.metadata.refresh.sparse
""")

NAMES = PRODUCERS | _CLIENTS
"""All that there are to set."""

_REFUSED: Mapping[str, tuple[str, frozenset[str]]] = {
    "acks": ("Fewer acknowledgements would lose records when a broker fails", frozenset({"all", "-1"})),
    "enable.idempotence": ("Without it, records would be repeated and change their order when a broker fails", frozenset({"true"})),
    "queuing.strategy": ("Another order would send records in another order than the API serves them", frozenset({"fifo"})),
    "delivery.report.only.error": ("The connector relies on reports of failures only", frozenset({"true"})),
    "transactional.id": ("It is derived from connector and task, so that one run has it at a time; see exactly.once.support", frozenset()),
    "transaction.timeout.ms": ("It follows transaction.boundary.interval.ms; set that", frozenset()),
    "statistics.interval.ms": ("Nobody reads the client's statistics", frozenset({"0"})),
}
"""Name → why nobody may set it, and the values that say what is so anyway."""

_CALLBACKS = frozenset({"builtin.features", "default_topic_conf", "enabled_events", "interceptors", "log.queue", "logger", "msg_order_cmp",
                        "on_delivery", "opaque", "ssl_ca", "ssl_certificate", "ssl_engine_callback_data", "ssl_key"})


def property_of(variable: str) -> str:
    """The property whose name is written in capitals and with `_` for its dots, as variables of an environment are."""
    known = {name.replace(".", "_").upper(): name for name in NAMES}
    return known.get(variable, variable.lower().replace("_", "."))


def canonical(properties: Mapping[str, str]) -> dict[str, str]:
    """The properties by the names that are used here, without blanks around them."""
    return {ALIASES.get(name.strip(), name.strip()): value for name, value in properties.items()}


def refusal(name: str, value: str) -> str:
    """Why a property may not be set to a value; empty when it may, or when nothing is known of it."""
    reason, harmless = _REFUSED.get(ALIASES.get(name, name), ("", frozenset()))
    if reason and value.strip().lower() not in harmless:
        return f"{reason}. Remove it."
    if name in _CONSUMERS:
        return "It is for consumers, and a connector only writes. Remove it."
    if name.startswith("test.mock."):
        return "It would keep the records in the memory of the run. Remove it."
    return "It does not take a text. Remove it." if name.endswith("_cb") or name in _CALLBACKS else ""


def unknown(name: str) -> str:
    """Librdkafka's words about a property that there is not, and the nearest one that there is."""
    return f'No such configuration property: "{shown(name)}".{did_you_mean(name, NAMES)}'


def is_known(name: str) -> bool:
    """Whether librdkafka has a property; a newer one than this table may be there as well."""
    return name in NAMES or name in _REFUSED
