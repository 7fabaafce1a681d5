"""A connector's transforms, in order, each with the predicate that says which records it is for."""

from collections.abc import Mapping
from dataclasses import dataclass

from http_source.config.findings import did_you_mean, doubt, shown
from http_source.config.types import BOOLEAN, STRING
from http_source.connect.record import Record
from http_source.connect.transforms.aliases import Plugin, plugins
from http_source.connect.transforms.catalog import PREDICATES, TRANSFORMS
from http_source.connect.transforms.predicates import Predicate
from http_source.connect.transforms.record_timestamps import Clock
from http_source.connect.transforms.settings import invalid
from http_source.connect.transforms.transform import Transform, TransformRefused
from http_source.errors import Finding, PageRefused


class TransformFailed(PageRefused):
    """A record that a transform of the chain cannot change; nothing of its page is produced.

    Attributes:
        alias: the transform's name in the configuration.
        cause: why.
        path: the field it is about, as a JSON Pointer from the key or value; empty for the whole.
    """

    def __init__(self, alias: str, cause: TransformRefused) -> None:
        self.alias = alias
        self.cause = cause
        self.path = cause.path
        place = f" at {repr(cause.path)[1:-1]}" if cause.path else ""
        super().__init__(f"The transform {alias} refused a record{place}: {cause}", retriable=False)


@dataclass(frozen=True, slots=True)
class TransformStage:
    """One transform of a chain, under its alias; without a predicate it is for all records."""

    alias: str
    transform: Transform
    predicate: Predicate | None = None
    negate: bool = False

    def __call__(self, record: Record) -> Record | None:
        """The record changed, as it was when it is none of this transform's, or None to drop it. Raises TransformFailed."""
        try:
            if self.predicate is not None and self.predicate(record) is self.negate:
                return record
            return self.transform(record)
        except TransformRefused as error:
            raise TransformFailed(self.alias, error) from error


@dataclass(frozen=True, slots=True)
class Chain:
    """Transforms, one after the other; there is at least one."""

    stages: tuple[TransformStage, ...]

    def __call__(self, record: Record) -> Record | None:
        """The record changed, the very same one where nothing changed it, or None when it is dropped. Raises TransformFailed."""
        for stage in self.stages:
            changed = stage(record)
            if changed is None:
                return None
            record = changed
        return record


def _no_clock() -> int:
    raise TransformRefused("It needs the present time, but its chain was read without a clock.")


def read_chain(given: Mapping[str, object], clock: Clock = _no_clock) -> tuple[Chain | None, list[Finding]]:
    """The chain that a connector's properties describe, None when it has no transforms or a mistake in them, and what is to be told.

    Reads `transforms`, `transforms.<alias>.*`, `predicates` and `predicates.<alias>.*`; other properties are left alone.
    The clock gives the present time to the transforms that ask for it; to judge a configuration none is needed.
    """
    findings: list[Finding] = []
    predicates = plugins("predicates", given, findings)
    transforms = plugins("transforms", given, findings)
    made = {each.alias: predicate for each in predicates if (predicate := each.make(PREDICATES, clock, findings)) is not None}
    used: set[str] = set()
    known = {each.alias for each in predicates}
    stages = []
    for each in transforms:
        alias, negate = _predicate(each, known, findings), _negate(each, findings)
        used |= {alias} if alias else set()
        transform = each.make(TRANSFORMS, clock, findings, "predicate", "negate")
        stages.append(TransformStage(each.alias, transform, made.get(alias or ""), negate))
    findings += [_unused(each) for each in predicates if each.alias not in used]
    if not stages or any(not finding.warning for finding in findings):
        return None, findings
    return Chain(tuple(stages)), findings


def _predicate(plugin: Plugin, known: set[str], findings: list[Finding]) -> str | None:
    """The alias of the transform's predicate, if it has one that is known."""
    if "predicate" not in plugin.given:
        return None
    name, value = f"{plugin.prefix}predicate", plugin.given["predicate"]
    try:
        alias = STRING.parse(value)
    except ValueError as error:
        findings.append(invalid(name, value, str(error)))
        return None
    if alias not in known:
        findings.append(invalid(name, value, f"`predicates` lists no such alias.{did_you_mean(alias, known)}"))
    return alias


def _negate(plugin: Plugin, findings: list[Finding]) -> bool:
    name = f"{plugin.prefix}negate"
    if "negate" not in plugin.given:
        return False
    if "predicate" not in plugin.given:
        findings.append(Finding(shown(name), f"There is no {shown(plugin.prefix)}predicate to negate; set it, or remove this property."))
    try:
        return BOOLEAN.parse(plugin.given["negate"])
    except ValueError as error:
        findings.append(invalid(name, plugin.given["negate"], str(error)))
        return False


def _unused(plugin: Plugin) -> Finding:
    return doubt("predicates", f"No transform uses the predicate {shown(plugin.alias)}; name it in a transform's predicate, or remove it.")
