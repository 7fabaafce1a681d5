"""Settings of librdkafka that users give: judged before a client is made, and shared out among the kinds of clients."""

from collections.abc import Iterator, Mapping

from confluent_kafka import KafkaError, KafkaException, Producer

from http_source.config.librdkafka import PRODUCERS, is_known, refusal, unknown

Settings = Mapping[str, object]


def judge(properties: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each property that must not be set, or that there is not, with the reason."""
    for name, value in properties.items():
        if reason := refusal(name, value) or ("" if is_known(name) else _asked(name, value)):
            yield name, reason


def of_consumer(settings: Settings) -> dict[str, object]:
    """The settings without those of producers alone, of which a consumer warns."""
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
