"""A file or a mapping → ConnectorConfig, or one error that lists every mistake.

Besides the file itself, only `providers.py` reads anything: what the file refers to is a part of the configuration.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from http_source.config.document import read_document, unwrap
from http_source.config.elsewhere import ELSEWHERE
from http_source.config.findings import invalid, missing, shown, with_hidden_value
from http_source.config.formats import take_format
from http_source.config.placeholders import WRITTEN, spell_out
from http_source.config.properties import GROUPS, LOOKED_AT, NAMES, PROPERTIES, ConnectorConfig, KnownConfig, Property, properties_of
from http_source.config.providers import Escape, ProviderError, Providers
from http_source.config.refused import REFUSED_VALUES
from http_source.config.rules import check
from http_source.config.rules.rule import Rule
from http_source.config.types import Secret
from http_source.config.unknown import answered, judge_unknown
from http_source.errors import ConfigurationError, Finding
from http_source.foreign.redactor import HIDDEN


@dataclass(frozen=True, slots=True)
class Judges:
    """What rooms above this one find in a configuration.

    Attributes:
        plugins: looks at the properties of transforms, predicates and topic creation.
        rules: look at the whole.
    """

    plugins: Callable[[Mapping[str, object]], Iterable[Finding]]
    rules: Sequence[Rule]


LISTED = {"transforms.": "transforms", "predicates.": "predicates", "topic.creation.": "topic.creation.groups"}
"""How the names of properties begin that a person makes → the property that lists them."""

PLUGINS = tuple(LISTED)

MOST_RULED = 200
_ORDER = {name: place for place, name in enumerate(PROPERTIES)}
_NAMES = re.compile("|".join(map(re.escape, sorted(PROPERTIES, key=len, reverse=True))))
_WORDS = re.compile(r"\b(client|connector|credentials|password|properties|property|request|requests|secret|secrets|server|tokens)\b")
"""What a provider's value may have in common with sentences that do not repeat it."""

_ARMOR = re.compile(r"-----(?:BEGIN|END) (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|PRIVATE|PUBLIC|KEY|X509|TRUSTED|CERTIFICATE|REQUEST) ?)+-----"
                    r"|\b(?:Proc-Type: ?\d,ENCRYPTED|DEK-Info: ?[A-Z0-9]+(?:-[A-Z0-9]+)*)")
"""The words around a key in PEM (RFC 7468, RFC 1421), which are nobody's secret and ours as well."""

_PIECE = 6
"""Letters in a row that a sentence and a provider's value do not have in common by chance."""


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """A configuration that may start, with doubts to show of which none keeps it from starting."""

    config: ConnectorConfig
    warnings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """The connector's name."""
        return self.config.name


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read.

    Attributes:
        groups: the fields of a configuration; what has no usable value is unset.
        findings: mistakes and warnings.
        unresolved: references that could be resolved somewhere else, a finding for each.
    """

    groups: Mapping[str, Any]
    findings: Sequence[Finding]
    unresolved: Sequence[Finding]

    def mistakes(self, *others: Finding) -> list[Finding]:
        """The mistakes, these included, in the order of the properties."""
        mistakes = [finding for finding in (*self.findings, *others) if not finding.warning]
        return sorted(mistakes, key=lambda finding: _ORDER.get(finding.property, -1))


def load_config(
    source: Path | Mapping[str, object], *, judges: Judges, environment: Mapping[str, str] | None = None
) -> LoadedConfig:
    """Read a JSON file, or a mapping of dotted names, by Kafka Connect's rules.

    Values may be texts, integers, booleans and lists of texts; null is the same as no value. The properties may stand in a
    `{"name": …, "config": {…}}` wrapper. Texts may refer to config providers; `environment` takes the place of the process's own. `judges`
    are asked as well.
    Raises ConfigurationError with all mistakes, and never anything else.
    """
    read = _read(source, environment, judges)
    mistakes = read.mistakes(*read.unresolved)
    if not mistakes:
        return LoadedConfig(ConnectorConfig(**read.groups), tuple(read.findings))
    # Some reports show the variables of each frame of a traceback: the frame that raises has no values.
    del source, environment, read
    raise ConfigurationError(mistakes)


def look_config(source: Path | Mapping[str, object], *, judges: Judges, environment: Mapping[str, str] | None = None) -> KnownConfig:
    """The same for looking only: references to what is not here leave their properties unknown, unless they are needed for that.

    A ConnectorConfig where everything is here.
    Raises ConfigurationError with all other mistakes, and never anything else.
    """
    read = _read(source, environment, judges)
    mistakes = read.mistakes(*(finding for finding in read.unresolved if finding.property in LOOKED_AT))
    if not mistakes:
        return KnownConfig(**read.groups, unknown=tuple(read.unresolved)) if read.unresolved else ConnectorConfig(**read.groups)
    del source, environment, read
    raise ConfigurationError(mistakes)


def _read(source: Path | Mapping[str, object], environment: Mapping[str, str] | None, judges: Judges) -> _Read:
    document, findings = read_document(source) if isinstance(source, Path) else (source, [])
    given = {str(name): value for name, value in unwrap(document).items() if value is not None}
    providers = Providers(environment)
    plugins = {
        name: value for name, value in given.items() if name in LISTED.values() or (name.startswith(PLUGINS) and name not in ELSEWHERE)
    }
    unknown = {name: value for name, value in given.items() if name not in NAMES and name not in plugins}
    findings += _rename_aliases(given)
    findings += judge_unknown(unknown, given)
    findings += take_format(given)
    unresolved: list[Finding] = []
    values = _values(given, providers, findings, unresolved, answered(unknown))
    plugins = _resolved(plugins, providers, findings, unresolved)
    told = {finding.property for finding in (*findings, *unresolved)}
    findings += [without_values(finding, providers.given) for finding in judges.plugins(plugins) if finding.property not in told]
    # A list of a million items may break a rule a million times.
    groups, complete = _groups(values), len(values) == len(PROPERTIES)
    ruled = islice(check(ConnectorConfig(**groups), *judges.rules, complete=complete), MOST_RULED)
    findings += [without_values(finding, providers.given) for finding in ruled]
    return _Read({**groups, "provided": providers.given, "plugins": plugins}, findings, unresolved)


def _rename_aliases(given: dict[str, object]) -> Iterator[Finding]:
    """Give each property its own name; one that is there under two is told."""
    for alias in [name for name in given if name not in PROPERTIES and name in NAMES]:
        value, name = given.pop(alias), NAMES[alias]
        if name in given:
            yield Finding(alias, f"This is another name of {name}, which is set as well; remove one of them.")
        given.setdefault(name, value)


def _values(
    given: Mapping[str, object], providers: Providers, findings: list[Finding], unresolved: list[Finding], said: Collection[str]
) -> dict[str, Any]:
    """The value of each property that has a usable one; the others are reported in `findings` or `unresolved`, or were `said` before."""
    values = {name: known.default for name, known in PROPERTIES.items() if not known.required}
    findings += [missing(name) for name, known in PROPERTIES.items() if known.required and name not in given and name not in said]
    read_into(values, given, providers, findings, unresolved, written=WRITTEN)
    findings += spell_out(values)
    return values


def read_into(  # noqa: PLR0913 - the last one is for files only
    values: dict[str, Any],
    given: Mapping[str, object],
    providers: Providers,
    findings: list[Finding],
    unresolved: list[Finding],
    *,
    written: Mapping[str, Escape] = MappingProxyType({}),
) -> None:
    """Put what is given for properties in the place of their values; one that cannot be used is told, and then has no value.

    `unresolved` may be the findings, where no other place could resolve what this one cannot; `written` says of the properties in whose
    texts `$${` writes `${` how what a provider gives is put in.
    """
    for name, known in ((name, known) for name, known in PROPERTIES.items() if name in given):
        try:
            value = providers.resolve(given[name], written.get(name))
            values[name] = _parse(known, value)
        except ProviderError as error:
            values.pop(name, None)
            _note(name, error, findings, unresolved)
        except ValueError as error:
            values.pop(name, None)
            mistake = invalid(name, value if value == given[name] else HIDDEN, str(error))
            findings += [without_values(mistake, providers.given)]


def _note(name: str, error: ProviderError, findings: list[Finding], unresolved: list[Finding]) -> None:
    (findings if error.malformed else unresolved).extend(Finding(name, reason) for reason in error.reasons)


def _resolved(
    plugins: Mapping[str, object], providers: Providers, findings: list[Finding], unresolved: list[Finding]
) -> dict[str, object]:
    """The plugins' properties with what config providers give; those without are told as in `_values`, unless that has."""
    resolved = {}
    for name, value in plugins.items():
        try:
            resolved[name] = providers.resolve(value)
        except ProviderError as error:
            if name not in PROPERTIES:
                _note(shown(name), error, findings, unresolved)
    return resolved


def _parse(known: Property, value: object) -> Any:
    texts = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
    if texts and (reason := REFUSED_VALUES.get((known.name, texts[0].strip().lower()))):
        raise ValueError(reason)
    return known.type.parse(value)


def build(values: Mapping[str, Any]) -> ConnectorConfig:
    """A configuration of the usable values; one that is not complete must not be polled."""
    return ConnectorConfig(**_groups(values))


def _groups(values: Mapping[str, Any]) -> dict[str, Any]:
    """The groups filled with the usable values; a field without one stays unset, which no ConnectorConfig has that leaves this module."""
    groups: dict[str, Any] = {}
    for field, group in GROUPS.items():
        groups[field] = object.__new__(group)
        for attribute, known in properties_of(group).items():
            if known.name in values:
                object.__setattr__(groups[field], attribute, values[known.name])
    return groups


def without_values(finding: Finding, given: Sequence[Secret]) -> Finding:
    """The finding, or when its sentence repeats what a provider gave, one that says how to read it."""
    # An alias that a provider gave is a part of the property's name.
    values = [_ARMOR.sub(" ", secret.reveal()).lower() for secret in given]
    if any(_repeats(finding.property.lower(), value) for value in values) and finding.property.startswith(PLUGINS):
        finding = replace(finding, property=next(known for begin, known in LISTED.items() if finding.property.startswith(begin)))
    for each in (finding, with_hidden_value(finding)):
        if not any(_repeats(_own_words_out(each).lower(), value) for value in values):
            return each
    return replace(finding, message="The mistake is not shown, since that would show a value of a config provider. "
                                    "To see it, replace the `${…}` by a made-up value of the same kind.")


def _own_words_out(finding: Finding) -> str:
    """The sentence without the names of properties, and its reason without words that every other sentence has."""
    value, mark, reason = finding.message.rpartition(" for configuration ")
    return value + mark + _WORDS.sub(" ", _NAMES.sub(" ", reason)) if mark else _WORDS.sub(" ", _NAMES.sub(" ", finding.message))


def _repeats(sentence: str, value: str) -> bool:
    """Whether a piece of the value is in the sentence; what is shorter than a piece counts as a whole word."""
    pieces = (sentence[start : start + _PIECE] for start in range(len(sentence) - _PIECE + 1))
    words = {word.strip() for word in value.split(",") if len(word.strip()) < _PIECE} - {""}
    there = (word for word in words if word in sentence)
    return any(piece in value for piece in pieces) or any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", sentence) for word in there)
