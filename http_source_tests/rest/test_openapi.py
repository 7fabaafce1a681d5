"""The description of what is served is true."""

from typing import Any

import pytest
from starlette.routing import Route

from http_source.rest.application import application
from http_source.rest.openapi import _BODIES, _QUERIES, description
from http_source.rest.worker import Worker
from http_source_tests.rest.served import Served


def routes(served: Served) -> list[Route]:
    return [each for each in application(Worker(served.instance, "127.0.0.1:8083")).routes if isinstance(each, Route)]


def test_every_route_is_described_by_what_its_handler_says(served: Served) -> None:
    said = served.json("/openapi.json")
    assert said == description(routes(served))
    assert said["openapi"].startswith("3.1.")
    operations = {(method.upper(), path): each for path, methods in said["paths"].items() for method, each in methods.items()}
    assert {(method, route.path) for route in routes(served) for method in (route.methods or set()) - {"HEAD"}} == set(operations)
    assert [name for name, each in operations.items() if not each["summary"].endswith((".", "…"))] == []


def test_what_is_sent_is_described_for_what_takes_a_body_alone(served: Served) -> None:
    said: dict[str, Any] = served.json("/openapi.json")["paths"]
    bodies = {(method.upper(), path) for path, methods in said.items() for method, each in methods.items() if "requestBody" in each}
    assert ("PUT", "/admin/loggers/{logger}") in bodies
    assert ("GET", "/connectors") not in bodies
    assert {each for each in bodies if each not in _BODIES and not each[1].endswith("/config/validate")} == set()


def test_each_body_has_an_example_that_is_accepted(serve: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "of-nobody")
    paths: dict[str, Any] = serve.json("/openapi.json")["paths"]
    answers = {}
    operations = [(method, path, said) for path, methods in paths.items() for method, said in methods.items() if "requestBody" in said]
    # The only POST makes what the others are about.
    for method, path, said in sorted(operations, key=lambda each: each[0] != "post"):
        where = path.format(**{each["name"]: each["example"] for each in said["parameters"] if each["in"] == "path"})
        answers[method, path] = serve.ask(method.upper(), where, json=said["requestBody"]["content"]["application/json"]["example"])
    assert {name: each.text for name, each in answers.items() if not each.ok} == {}
    assert answers["put", "/connector-plugins/{plugin}/config/validate"].json()["error_count"] == 0
    assert serve.json("/connectors/shop/offsets")["offsets"][0]["offset"]["offset"] == 100


def test_parameters_are_described(served: Served) -> None:
    said = served.json("/openapi.json")["paths"]["/connectors"]["get"]
    assert [each["name"] for each in said["parameters"]] == ["expand"]
    assert ("GET", "/connectors") in _QUERIES


@pytest.mark.parametrize("path", ["/", "/health", "/connectors", "/admin/loggers", "/openapi.json"])
def test_what_is_read_without_a_name_is_there(served: Served, path: str) -> None:
    assert served.get(path).status_code in (200, 503)
