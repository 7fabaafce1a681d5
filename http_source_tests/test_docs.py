"""The printed documentation is current."""

import json
import re
from pathlib import Path

import pytest

from http_source.assembly.loading import load_config
from http_source.config.properties import PROPERTIES
from http_source.config.reference import describe, reference
from http_source.connect.transforms.reference import transforms_page
from http_source.errors import ConfigurationError

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
_VARIABLE = re.compile(r"\$\{env:(\w+)\}")


def test_the_page_of_properties_is_what_the_code_prints() -> None:
    """If not: `python -m http_source.config.reference > docs/properties.md`."""
    assert (ROOT / "docs" / "properties.md").read_text(encoding="utf-8") == reference()


def test_the_page_of_transforms_is_what_the_code_prints() -> None:
    """If not: `python -m http_source.connect.transforms.reference > docs/transforms.md`."""
    assert (ROOT / "docs" / "transforms.md").read_text(encoding="utf-8") == transforms_page()


def test_b166_no_page_recommends_to_edit_the_cursor() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "http_source" / "orchestration").glob("*.py")]
    said = {page.name: re.findall(r"(?i)[^.|\n]*(?:edit|change)[^.|\n]*cursor[^.|\n]*", page.read_text(encoding="utf-8")) for page in pages}
    assert [line for line in said["offsets.md"] if not line.strip().startswith(("Do not edit", "No"))] == []
    assert said["README.md"] == []


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_property_is_described(name: str) -> None:
    assert PROPERTIES[name].doc.endswith(".")
    assert f"| `{name}`" in reference()
    assert describe(name).startswith(f"{name}\n  {PROPERTIES[name].doc}\n")


def test_a_property_that_is_not_supported_is_described_by_what_to_do() -> None:
    assert "It would break what the connector promises" in describe("producer.override.acks")


def test_an_unknown_property_is_told_with_the_nearest_name() -> None:
    with pytest.raises(ConfigurationError, match=r"Did you mean tasks\.max\?"):
        describe("task.max")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_configuration_in_the_documentation_loads_without_a_doubt(page: Path) -> None:
    for block in re.findall(r"```json\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        assert load_config(json.loads(block), environment=dict.fromkeys(_VARIABLE.findall(block), "secret")).warnings == ()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_in_the_documentation_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
