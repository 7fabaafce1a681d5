"""Parts of configurations and single messages that pages show are taken by the code, or come from it."""

import json
import re
from pathlib import Path

import pytest

from http_source.config.extras import EXTRAS
from http_source.config.properties import PROPERTIES
from http_source.rest.references import clear_secrets
from http_source_tests.config.samples import findings
from http_source_tests.config.test_extras import mistakes

DOCS = Path(__file__).parents[1] / "docs"
PARTS = [
    block for page in sorted(DOCS.rglob("*.md"))
    for block in re.findall(r'^```\n("[^`]+)^```$', page.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.partition(",")[0])
def test_a_part_of_a_configuration_has_properties_that_there_are_and_values_that_they_take(part: str) -> None:
    given = json.loads(f"{{{part}}}")
    assert given.keys() <= PROPERTIES.keys()
    # Others are about properties that a whole configuration would have besides.
    assert [finding for finding in findings(given) if "Invalid value" in finding.message] == []


def test_the_page_on_installing_shows_what_is_said_of_a_missing_extra() -> None:
    page = (DOCS / "installing.md").read_text(encoding="utf-8")
    lacking = EXTRAS["registry"].keys() - {"certifi"}  # which requests brings
    assert f"  {mistakes({'output.data.format': 'AVRO'}, *(EXTRAS['registry'][name] for name in lacking))[0]}\n" in page


def test_the_page_on_changes_shows_what_is_said_of_a_secret_in_clear_text() -> None:
    page = " ".join((DOCS / "rest-changes.md").read_text(encoding="utf-8").split())
    (finding,) = clear_secrets({"name": "orders", "connection.password": "a-password"})
    assert str(finding) in page
