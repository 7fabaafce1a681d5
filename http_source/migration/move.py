"""A configuration of another HTTP source connector → configurations of this one. Start here to read the room.

What has an equal is moved, also where it only means the same; what has none is named in a remark. Nothing is asked of an API.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from http_source.config.properties import PROPERTIES
from http_source.errors import ConfigurationError, Finding
from http_source.migration import castorm, confluent_connectors, generic, kafka_connect_rest
from http_source.migration.configuration_draft import ConfigurationDraft
from http_source.migration.hiding import Hiding
from http_source.migration.predecessor import Predecessor, predecessor_of

_BY: Mapping[Predecessor, Callable[[Mapping[str, str]], Iterable[ConfigurationDraft]]] = {
    Predecessor.V1: confluent_connectors.migrate, Predecessor.V2: generic.migrate, Predecessor.CASTORM: castorm.migrate,
    Predecessor.REST: kafka_connect_rest.migrate,
}
_ORDER = {name: place for place, name in enumerate(PROPERTIES)}


def migrate(properties: Mapping[str, str], name: str) -> tuple[Predecessor, Sequence[ConfigurationDraft]]:
    """The connector that it was for, and what becomes of it; `name` is for one that has none.

    Raises ConfigurationError for a configuration of a connector that is not known.
    """
    predecessor = predecessor_of(properties)
    if predecessor is None:
        known = ", ".join(Predecessor)
        raise ConfigurationError([Finding("connector.class", f"This is not a configuration that can be moved; those of {known} can.")])
    named = bool(properties.get("name", "").strip())
    drafts = tuple(_BY[predecessor]({**properties, **({} if named else {"name": name})}))
    if not drafts:
        raise ConfigurationError([Finding("apis.num", "There is no API (api1.http.api.path, …) to move.")])
    hiding = Hiding(properties["name"] if named else name, {})
    for draft in drafts:
        _finish(draft, hiding)
        if not named:
            draft.remark("name", "The old configuration has none, so the file's name is taken; name is what positions are stored by.")
    return predecessor, drafts


def _finish(draft: ConfigurationDraft, hiding: Hiding) -> None:
    draft.properties = {"connector.class": "HttpSource", **draft.properties}
    hiding.hide(draft)
    draft.properties = dict(sorted(draft.properties.items(), key=lambda item: _ORDER.get(item[0], len(_ORDER))))
