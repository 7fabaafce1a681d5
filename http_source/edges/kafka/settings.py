"""Settings of librdkafka that users give: judged before a client is made, and shared out among the kinds of clients."""

from collections.abc import Iterator, Mapping

from confluent_kafka import KafkaError, KafkaException, Producer

from http_source.config.librdkafka import PRODUCERS, is_known, refusal, unknown

Settings = Mapping[str, object]

_CREDENTIALS = ("sasl.", "security.protocol", "ssl.key", "ssl.certificate")
_WITHOUT_USER = frozenset({"OAUTHBEARER", "GSSAPI"})
_STORES: Mapping[str, frozenset[str]] = {
    "ssl.ca.pem": frozenset({"ssl.ca.location"}),
    "ssl.key.pem": frozenset({"ssl.key.location", "ssl.key.password", "ssl.certificate.location", "ssl.keystore.location",
                              "ssl.keystore.password"}),
}
"""What gives keys or certificates as texts → what else gives them, which librdkafka would read as well."""


def judge(properties: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each property that must not be set, or that there is not, with the reason."""
    for name, value in properties.items():
        if reason := refusal(name, value) or ("" if is_known(name) else _asked(name, value)):
            yield name, reason


def laid_over(own: Settings, connectors: Settings) -> dict[str, object]:
    """The resource's settings with the connector's over them. Brokers of the connector's own get none of the resource's credentials."""
    if "bootstrap.servers" in connectors:
        own = {name: value for name, value in own.items() if not name.startswith(_CREDENTIALS)}
    settings = stores_replaced(own, connectors)
    has_user = str(settings.get("sasl.mechanism")).upper() not in _WITHOUT_USER
    # A user where the mechanism has none: librdkafka would warn of it.
    return {name: value for name, value in settings.items() if has_user or name not in {"sasl.username", "sasl.password"}}


def stores_replaced(settings: Settings, others: Settings) -> dict[str, object]:
    """The settings with others over them, whose stores take the place of theirs, in whatever form."""
    replaced = frozenset().union(*(names for name, names in _STORES.items() if name in others))
    return {name: value for name, value in settings.items() if name not in replaced} | {**others}


def of_consumer(settings: Settings) -> dict[str, object]:
    """The settings without those of producers alone: a consumer warns of them, and what only asks does not need them."""
    return {name: value for name, value in settings.items() if name not in PRODUCERS}


def _asked(name: str, value: str) -> str:
    """What the client itself says of a property that our table does not know: it may be newer."""
    try:
        Producer({"log_level": 0, name: value}).close()
    except KafkaException as error:
        is_missing = error.args[0].code() == KafkaError._INVALID_ARG and "No such" in error.args[0].str()  # noqa: SLF001 - a public name
        return unknown(name) if is_missing else ""
    except (TypeError, ValueError):
        return unknown(name)
    return ""
