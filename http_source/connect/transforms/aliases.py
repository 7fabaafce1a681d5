"""Aliases: the lists `transforms` and `predicates`, and the properties that belong to each name in them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from http_source.config.extras import TRANSFORMS, lacking
from http_source.config.findings import did_you_mean, missing, shown, some
from http_source.config.types import LIST, STRING
from http_source.connect.transforms.catalog import beside_properties, class_named
from http_source.connect.transforms.confluent import PACKAGES
from http_source.connect.transforms.record_timestamps import Clock
from http_source.connect.transforms.settings import invalid, make
from http_source.errors import Finding


@dataclass(frozen=True, slots=True)
class Plugin:
    """A transform or predicate as a configuration has it.

    Attributes:
        prefix: what its properties begin with.
        given: its properties, without the prefix.
    """

    alias: str
    prefix: str
    given: Mapping[str, object]

    def make(self, classes: Mapping[str, type], clock: Clock, findings: list[Finding], *implicit: str) -> Any:
        """The transform or predicate itself, or None and why in `findings`; the implicit properties are not its own."""
        name = f"{self.prefix}type"
        if "type" not in self.given:
            findings.append(missing(shown(name)))
            return None
        try:
            text = STRING.parse(self.given["type"])
            kind = class_named(text, classes)
        except ValueError as error:
            findings.append(invalid(name, self.given["type"], str(error)))
            return None
        if kind in PACKAGES and (absent := [*lacking(shown(name), text, TRANSFORMS, PACKAGES[kind])]):
            findings += absent
            return None
        own = {name: value for name, value in self.given.items() if name not in ("type", *implicit)}
        made, mistakes = make(kind, self.prefix, own, beside_properties(text, kind, clock))
        findings += mistakes
        return made


def plugins(kind: str, given: Mapping[str, object], findings: list[Finding]) -> list[Plugin]:
    """What `transforms` or `predicates` lists, in order, each with its properties; mistakes in the list are told in `findings`."""
    aliases = _aliases(kind, given.get(kind), findings)
    belongs: dict[str, dict[str, object]] = {alias: {} for alias in aliases}
    strangers: dict[str, str] = {}
    for name, value in given.items():
        if not name.startswith(f"{kind}.") or value is None:
            continue
        # An alias may have dots: of several that fit it is the longest.
        alias = max((each for each in aliases if name.startswith(f"{kind}.{each}.")), key=len, default=None)
        if alias is None:
            strangers.setdefault(name.split(".")[1], name)
        else:
            belongs[alias][name[len(kind) + len(alias) + 2 :]] = value
    findings += [_stranger(kind, alias, name, aliases) for alias, name in strangers.items()]
    return [Plugin(alias, f"{kind}.{alias}.", own) for alias, own in belongs.items()]


def _aliases(kind: str, value: object, findings: list[Finding]) -> list[str]:
    try:
        aliases = () if value is None else LIST.parse(value)
    except ValueError as error:
        findings.append(invalid(kind, value, str(error)))
        return []
    if "" in aliases:
        findings.append(invalid(kind, value, "An alias is empty; remove the extra comma"))
    if twice := [alias for alias, count in Counter(aliases).items() if count > 1 and alias]:
        findings.append(invalid(kind, value, f"Duplicate alias provided: {some(twice)}; each needs a name of its own"))
    return [alias for alias in dict.fromkeys(aliases) if alias]


def _stranger(kind: str, alias: str, name: str, aliases: list[str]) -> Finding:
    question = did_you_mean(alias, aliases)
    return Finding(shown(name), f"`{kind}` does not list {shown(alias)}.{question} Add it there, or remove the properties that "
                                "begin with it.")
