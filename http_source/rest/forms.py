"""Connect's validation: each property with its value and its mistakes, from which forms are drawn."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response
from starlette.routing import Route

from http_source.config.findings import shown
from http_source.config.properties import NAMES, PROPERTIES
from http_source.config.refused import refusal_of
from http_source.config.types import LIST
from http_source.connect.transforms.catalog import PREDICATES, TRANSFORMS
from http_source.errors import Finding
from http_source.foreign.redactor import HIDDEN
from http_source.rest.answers import Refused, answer
from http_source.rest.calls import Call, endpoint
from http_source.rest.definitions import Key, connector_keys, plugin_keys, recommended, topic_group_keys, type_key, unknown_key
from http_source.rest.plugins import source_named, sources
from http_source.rest.references import clear_secrets, has_reference
from http_source.rest.validation import judge, texts_or_nulls

_CLASS = "connector.class"


def validate(call: Call) -> Response:
    """Each property with its value and what is wrong with it. Raises Refused (400) for a class that is not this connector."""
    plugin, given = call.path["plugin"], texts_or_nulls(call.body)
    texts = {name: value for name, value in given.items() if value is not None}
    _refuse_other_classes(plugin, texts.get(_CLASS))
    known = call.worker.connectors()
    found = known.get(texts.get("name", ""))
    judged = judge(texts, known, found.file if found else None)
    keys = {**connector_keys(), **_made_by_person(texts)}
    hidden = {finding.property for finding in clear_secrets(texts)}
    # Forms send null for a field that is empty.
    nulls = [Finding(shown(name), "It is null, but values are texts. Write one, or leave it out.") for name in given if name not in texts]
    placed: dict[str, list[Finding]] = {}
    for finding in (*judged.findings, *nulls):
        placed.setdefault(_place(finding, given, keys), []).append(finding)
    for name in given:
        if NAMES.get(name, name) not in keys:
            keys[name] = _beyond(name, placed.get(name, []))
    return answer({
        "name": texts.get(_CLASS) or plugin,
        "error_count": len(judged.mistakes) + len(nulls),
        "groups": list(dict.fromkeys(each["group"] for each in keys.values())),
        "configs": [_entry(each, _shown_value(each, given, hidden), placed.get(name, [])) for name, each in keys.items()],
    })


def _refuse_other_classes(plugin: str, included: str | None) -> None:
    own = source_named(plugin)
    if own and (not included or source_named(included.strip())):
        return
    if included and (own or included.rpartition(".")[2].removesuffix("Connector") != plugin.rpartition(".")[2].removesuffix("Connector")):
        raise Refused(400, f"Included connector type {shown(included)} does not match request type {shown(plugin)}")
    available = ", ".join(each.name for each in sources())
    raise Refused(400, "Failed to find any class that implements Connector and which name matches "
                       f"{shown(plugin)}, available connectors are: {available}")


def _made_by_person(texts: Mapping[str, str]) -> dict[str, Key]:
    """The properties whose names a person makes, of all aliases that are listed."""
    keys: dict[str, Key] = {}
    for listed, classes in (("transforms", TRANSFORMS), ("predicates", PREDICATES)):
        for alias in dict.fromkeys(filter(None, LIST.parse(texts.get(listed, "")))):
            own = type_key(alias, listed)
            keys[own["name"]] = own
            kind = classes.get(texts.get(own["name"], "").strip())
            keys |= plugin_keys(alias, kind, listed) if kind else {}
    for group in dict.fromkeys(filter(None, LIST.parse(texts.get("topic.creation.groups", "")))):
        keys |= topic_group_keys(group)
    return keys


def _place(finding: Finding, texts: Mapping[str, str | None], keys: Mapping[str, Key]) -> str:
    """The property where a finding is shown: its own, or the nearest."""
    given = next((name for name in texts if shown(name) == finding.property), finding.property)
    own = NAMES.get(given, given)
    if own in keys or own in texts:
        return own
    return next((listed for listed in ("transforms", "predicates") if own.startswith(f"{listed}.")), "topic.creation.groups"
                if own.startswith("topic.creation.") else _CLASS)


def _beyond(name: str, findings: Sequence[Finding]) -> Key:
    """A name that is not a property here: Connect would neither list nor count it."""
    known = refusal_of(name)
    reason = findings[0].message if findings else "It is accepted, since it asks for what happens anyway."
    return unknown_key(name, known.reason if known else reason)


def _entry(definition: Key, value: str | None, findings: Sequence[Finding]) -> dict[str, object]:
    return {"definition": definition, "value": {
        "name": definition["name"],
        "value": value,
        "recommended_values": recommended(PROPERTIES.get(definition["name"])),
        "errors": [finding.message for finding in findings if not finding.warning],
        "visible": True,
    }}


def _shown_value(definition: Key, texts: Mapping[str, str | None], hidden: set[str]) -> str | None:
    name: str = definition["name"]
    aliases = PROPERTIES[name].aliases if name in PROPERTIES else ()
    spelling = next((each for each in (name, *aliases) if each in texts), None)
    if spelling is None:
        default: str | None = definition["default_value"]
        return default
    if definition["type"] == "PASSWORD" or shown(spelling) in hidden:
        return HIDDEN
    value = texts[spelling]
    return value if value is not None and (has_reference(value) or _is_read(name, value)) else None


def _is_read(name: str, given: str) -> bool:
    try:
        return name not in PROPERTIES or PROPERTIES[name].type.parse(given) is not None
    except ValueError:
        return False


ROUTES = (Route("/connector-plugins/{plugin}/config/validate", endpoint(validate, takes_body=True), methods=["PUT"]),)
