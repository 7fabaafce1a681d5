"""`/openapi.json`: what is served, in OpenAPI 3.1, made from the routes themselves and what their handlers say of themselves."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from http_source.rest.access import HEALTH
from http_source.rest.answers import answer
from http_source.rest.health import VERSION

_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
_CHANGED = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}
_OFFSET = {
    "type": "object",
    "required": ["partition"],
    "properties": {"partition": {"type": "object"}, "offset": {"type": ["object", "null"]}},
}

_BODIES: Mapping[tuple[str, str], Mapping[str, object]] = {
    ("POST", "/connectors"): {
        "type": "object",
        "required": ["name", "config"],
        "properties": {
            "name": {"type": "string"},
            "config": _TEXTS,
            "initial_state": {"type": "string", "enum": ["RUNNING", "PAUSED", "STOPPED"]},
        },
    },
    ("PUT", "/connectors/{name}/config"): _TEXTS,
    ("PATCH", "/connectors/{name}/config"): _CHANGED,
    ("PATCH", "/connectors/{name}/offsets"): {
        "type": "object", "required": ["offsets"], "properties": {"offsets": {"type": "array", "items": _OFFSET}},
    },
    ("PUT", "/admin/loggers/{logger}"): {"type": "object", "required": ["level"], "properties": {"level": {"type": "string"}}},
}
"""What is sent, by method and path; of another path that takes a body it is any object."""

_CONFIGURATION = {
    "connector.class": "HttpSource",
    "url": "https://api.example.com/${entityName}?since=${offset}",
    "entity.names": "orders",
    "http.initial.offset": "0",
    "http.offset.mode": "SIMPLE_INCREMENTING",
    "http.response.data.json.pointer": "/items",
    "topic.name.pattern": "shop-${entityName}",
    "output.data.format": "JSON",
    "auth.type": "bearer",
    "bearer.token": "${env:SHOP_TOKEN}",
}
_EXAMPLES: Mapping[tuple[str, str], object] = {
    ("POST", "/connectors"): {"name": "shop", "config": _CONFIGURATION, "initial_state": "STOPPED"},
    ("PUT", "/connectors/{name}/config"): _CONFIGURATION,
    ("PATCH", "/connectors/{name}/config"): {"request.interval.ms": "5000", "http.offset.mode": None},
    ("PATCH", "/connectors/{name}/offsets"): {"offsets": [{"partition": {"entity": "orders"}, "offset": {"offset": 100}}]},
    ("PUT", "/admin/loggers/{logger}"): {"level": "DEBUG"},
    ("PUT", "/connector-plugins/{plugin}/config/validate"): {"name": "shop", **_CONFIGURATION},
}
"""What is accepted there, for each path that takes a body."""

_NAMES = {"name": "shop", "task": "0", "plugin": "HttpSource", "logger": "http_source"}
"""What the examples are about, by the parameters of paths."""

_NAME = {"type": "string", "minLength": 1}
_FLAG = {"type": "boolean"}
_QUERIES: Mapping[tuple[str, str], Mapping[str, Mapping[str, object]]] = {
    ("GET", "/connectors"): {"expand": {"type": "array", "items": {"type": "string", "enum": ["status", "info"]}}},
    ("GET", "/connector-plugins"): {"connectorsOnly": _FLAG},
    ("POST", "/connectors/{name}/restart"): {"includeTasks": _FLAG, "onlyFailed": _FLAG},
    ("PUT", "/admin/loggers/{logger}"): {"scope": {"type": "string", "enum": ["worker", "cluster"]}},
}

_ERROR = {
    "type": "object",
    "required": ["error_code", "message"],
    "properties": {"error_code": {"type": "integer"}, "message": {"type": "string"}},
}
_HEALTH = {
    "type": "object",
    "required": ["status", "message"],
    "properties": {"status": {"type": "string", "enum": ["healthy", "starting", "unhealthy"]}, "message": {"type": "string"}},
}
_JSON = "application/json"
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def description(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """All operations of these routes."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        if isinstance(route, Route) and route.include_in_schema:
            path = _PARAMETER.sub(r"{\1}", route.path)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                paths.setdefault(path, {})[method.lower()] = _operation(route, method, path)
    return {
        "openapi": "3.1.0",
        "info": {"title": "http-source", "version": VERSION, "summary": "Kafka Connect's REST interface, on Dagster."},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {"Error": _ERROR, "Health": _HEALTH},
            "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}, "token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"basic": []}, {"token": []}],
    }


def _operation(route: Route, method: str, path: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": f"{method.lower()} {path}",
        "summary": (getattr(route.endpoint, "__doc__", None) or "").strip().partition("\n")[0],
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": _NAME, "example": _NAMES[name]}
              for name in _PARAMETER.findall(route.path)),
            *({"name": name, "in": "query", "schema": schema} for name, schema in _QUERIES.get((method, path), {}).items()),
        ],
        "responses": {"2XX": {"description": "Done."}, "default": _failure(path)},
    }
    if getattr(route.endpoint, "takes_body", False):
        schema = _BODIES.get((method, path), {"type": "object"})
        said["requestBody"] = {"required": True, "content": {_JSON: {"schema": schema, "example": _EXAMPLES[method, path]}}}
    return said


def _failure(path: str) -> dict[str, Any]:
    """What is answered where something is wrong."""
    schema = "Health" if path == HEALTH else "Error"
    return {"description": "The message says why.", "content": {_JSON: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


async def openapi(request: Request) -> Response:
    """This description."""
    return answer(description(request.app.routes))


ROUTES = (Route("/openapi.json", openapi),)
