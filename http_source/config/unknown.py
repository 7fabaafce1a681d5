"""What is said of names that are no properties of the connector: those that are known elsewhere are answered before any is guessed at."""

from collections.abc import Collection, Iterator, Mapping

from http_source.config.findings import did_you_mean, doubt, shown, some
from http_source.config.properties import NAMES
from http_source.config.refused import refusal_of
from http_source.errors import Finding

MOST_UNKNOWN = 50


def judge_unknown(unknown: Mapping[str, object], given: Mapping[str, object]) -> Iterator[Finding]:
    """Refused and unknown properties of all that are given; of very many only the first, since finding near names takes time."""
    names = list(unknown)
    said_once: dict[str, list[str]] = {}
    for name in names[:MOST_UNKNOWN]:
        if (refusal := refusal_of(name)) and refusal.once:
            said_once.setdefault(refusal.reason, []).append(name)
    for name in names[:MOST_UNKNOWN]:
        yield from _judge(name, unknown[name], given, said_once)
    if beyond := names[MOST_UNKNOWN:]:
        yield Finding(shown(beyond[0]), f"This and {len(beyond) - 1} more unknown properties were not checked; fix those above.")


def answered(unknown: Mapping[str, object]) -> Collection[str]:
    """The properties that are named in the answer to one that is not known: that they are missing is said there."""
    refusals = [refusal for name in list(unknown)[:MOST_UNKNOWN] if (refusal := refusal_of(name))]
    whole = ("url", "topic.name.pattern") if "http.api.base.url" in unknown else ()
    return {*whole, *(refusal.instead for refusal in refusals)}


def _judge(name: str, value: object, given: Mapping[str, object], said_once: Mapping[str, list[str]]) -> Iterator[Finding]:
    refusal = refusal_of(name)
    if refusal is None:
        yield Finding(shown(name), _unknown(name, value))
    elif refusal.once:
        if said_once[refusal.reason][0] == name:
            sentence = _for_all(refusal.reason, said_once[refusal.reason][1:])
            yield doubt(shown(name), sentence) if refusal.idle else Finding(shown(name), sentence)
    elif refusal.instead and value == given.get(refusal.instead):
        yield doubt(shown(name), f"This is another connector's name of {refusal.instead}, which has the same value; it is left out.")
    elif refusal.instead in given:
        yield Finding(shown(name), f"This is another connector's name of {refusal.instead}, which is set as well; remove one of them.")
    elif not refusal.accepts(value):
        yield Finding(shown(name), refusal.reason)


def _for_all(reason: str, others: list[str]) -> str:
    return f"{reason} The same holds for {some(others)}." if others else reason


def _unknown(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        return "This is an object, but properties are flat: write its members with dotted names."
    return f"Unknown property.{did_you_mean(name, NAMES)} Correct or remove it."
