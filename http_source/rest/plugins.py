"""What a connector can be made of, by the class names that configurations use; nothing is listed that does not work here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from http_source.config.extras import REGISTRY, TRANSFORMS, lacking
from http_source.config.options.output import CONVERTERS, JSON_CONVERTER, PLAIN_CONVERTERS, SIMPLE_HEADER_CONVERTER
from http_source.config.properties import PROPERTIES
from http_source.connect.transforms import catalog
from http_source.connect.transforms.confluent import PACKAGES
from http_source.rest.answers import Refused, answer
from http_source.rest.calls import Call, endpoint
from http_source.rest.definitions import Key, class_keys, connector_keys, converter_keys, recommended

_VERSION = version("http-source")


@dataclass(frozen=True, slots=True)
class Plugin:
    """One class.

    Attributes:
        name: as configurations have it.
        kind: Connect's word: source, transformation, predicate, converter or header_converter.
        made_by: what makes it; None for connectors and converters.
    """

    name: str
    kind: str
    made_by: type | None = field(default=None, repr=False)

    def is_called(self, name: str) -> bool:
        """Whether a path means it: by its class, or the last part of it, with or without `Connector`."""
        simple = self.name.rpartition(".")[2]
        return name in {self.name, simple, simple.removesuffix("Connector"), self.name.removesuffix("Connector")}

    @property
    def document(self) -> dict[str, str]:
        """What Connect calls a PluginInfo."""
        return {"class": self.name, "type": self.kind, "version": _VERSION}

    @property
    def keys(self) -> Sequence[Key]:
        """Its properties."""
        if self.kind == "source":
            return list(connector_keys().values())
        return class_keys(self.made_by) if self.made_by else converter_keys(self.name)


def sources() -> list[Plugin]:
    """The connector, by each of its names."""
    return [Plugin(name, "source") for name in recommended(PROPERTIES["connector.class"])]


def source_named(name: str) -> Plugin | None:
    """The connector that a path means."""
    return next((each for each in sources() if each.is_called(name)), None)


def plugins(call: Call) -> Response:
    """The connector, and with `connectorsOnly=false` all classes that its properties can name."""
    connectors_only = call.query.get("connectorsOnly", "true").lower() == "true"
    return answer([each.document for each in (sources() if connectors_only else _all())])


def plugin_config(call: Call) -> Response:
    """The properties of one. Raises Refused (404) for a class that is not there."""
    name = call.path["plugin"]
    found = next((each for each in _all() if each.is_called(name)), None)
    if found is None:
        raise Refused(404, f"Unknown plugin {name}.")
    return answer(found.keys)


def _all() -> list[Plugin]:
    return [*sources(), *_classes("transformation", catalog.TRANSFORMS), *_classes("predicate", catalog.PREDICATES), *_converters()]


def _classes(kind: str, classes: Any) -> Iterable[Plugin]:
    return (Plugin(name, kind, made_by) for name, made_by in classes.items() if _is_installed(TRANSFORMS, PACKAGES.get(made_by)))


def _converters() -> Iterable[Plugin]:
    with_schemas = [name for name in CONVERTERS.values() if name != JSON_CONVERTER]
    yield from (Plugin(name, "converter") for name in (*(with_schemas if _is_installed(REGISTRY, "") else ()), *PLAIN_CONVERTERS))
    yield from (Plugin(name, "header_converter") for name in (SIMPLE_HEADER_CONVERTER, *PLAIN_CONVERTERS))


def _is_installed(extra: str, package: str | None) -> bool:
    """Whether a package of an extra is there, or for an empty name all of them; None needs none."""
    return package is None or not any(lacking("", "", extra, *filter(None, [package])))


ROUTES = (
    Route("/connector-plugins", endpoint(plugins)),
    Route("/connector-plugins/{plugin}/config", endpoint(plugin_config)),
)
