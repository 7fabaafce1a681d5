"""What an answer to `http-source init --from` shows, each as a sentence."""

from collections.abc import Iterator, Mapping

from http_source.config.findings import shown
from http_source.config.properties import ResponseFormat
from http_source.polling.evidence import Evidence
from http_source.polling.parameter_roles import Role
from http_source.polling.signpost import LINK, Sign
from http_source.polling.verdict import counted

_MOST_MEMBERS = 6
_MEANS: Mapping[Role, str] = {
    Role.SIZE: "says how many records a page holds",
    Role.PAGE: "counts pages",
    Role.COUNT: "counts records",
    Role.AFTER: "asks for what comes after a value",
    Role.TOKEN: "takes a token of an answer",
}


def sights(evidence: Evidence) -> Iterator[str]:
    """The records, the signs of a next page, and what parameters are for by their names."""
    yield f"{_records(evidence)}{_members(evidence)}."
    yield from map(_sign, evidence.signs)
    for parameter in evidence.url.parameters:
        if parameter.role in _MEANS and not parameter.variable:
            yield f"By its name the parameter `{shown(parameter.name)}` {_MEANS[parameter.role]}."


def _records(evidence: Evidence) -> str:
    records = evidence.records
    count = counted(len(records.values), "record")
    if evidence.format is ResponseFormat.NDJSON:
        return f"The answer has {count}, each on a line (NDJSON)"
    if not records.is_array:
        return "The answer has no array, so it is one record as a whole" if not records.pointer else f"One record is at {records.pointer}"
    return f"The answer has {count} at {shown(records.pointer)}" if records.pointer else f"The answer is an array of {count}"


def _members(evidence: Evidence) -> str:
    first = next(iter(evidence.records.objects), {})
    names = ", ".join(shown(name) for name in list(first)[:_MOST_MEMBERS])
    return names and f", with {names}{' and others' if len(first) > _MOST_MEMBERS else ''}"


def _sign(sign: Sign) -> str:
    if sign.place == LINK:
        return "The header `Link` leads to a next page."
    where = f"`{shown(sign.place)}`"
    return f"{where} looks like {'the URL' if sign.is_url else 'a token'} of a next page."
