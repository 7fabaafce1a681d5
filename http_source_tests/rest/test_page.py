"""`docs/rest.md` names what is served."""

from pathlib import Path

import pytest
from starlette.routing import Route

from http_source.rest import connectors, lifecycle, offsets, tasks, topics

PAGE = (Path(__file__).parents[2] / "docs" / "rest.md").read_text(encoding="utf-8")
ROUTES = [*connectors.ROUTES, *lifecycle.ROUTES, *offsets.ROUTES, *tasks.ROUTES, *topics.ROUTES]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{min(route.methods)} {route.path}")
def test_each_request_has_a_line(route: Route) -> None:
    path = route.path.replace("{name}", "N").replace("{task}", "I")
    lines = [line.partition("|")[2].partition("|")[0] for line in PAGE.splitlines() if line.startswith("| ")]
    named = [line for line in lines if f"`{path}`" in line or f"`/{path.rpartition('/')[2]}`" in line]
    assert any(method in line for line in named for method in (route.methods or set()) - {"HEAD"})
