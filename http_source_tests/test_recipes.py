"""The pages of `docs/recipes/` have one form, and tests compare what they show with what comes of their servers.

The comparison itself is beside the tests of those servers: `http_source_tests/real_servers/recipe_pages.py`.
"""

import re
from pathlib import Path

import pytest

from http_source_tests.real_servers import (
    couchdb,
    datasette,
    json_server,
    kinto,
    localstripe,
    odata,
    opensearch,
    recipe_pages,
    stripe_stateful_mock,
)
from http_source_tests.real_servers.recipe_pages import API, CONFIGURATION, FORM, SEEN, commands, exchanges, missing, sections
from http_source_tests.real_servers.recipes import RECIPES, printed

PAGES = sorted(page.stem for page in RECIPES.glob("*.md") if page.stem != "README")
TWO_WAYS = {"opensearch"}
LONGEST, LONGEST_OF_TWO_WAYS = 90, 115
VERSIONS = {
    "couchdb": couchdb.VERSION, "datasette": datasette.VERSION, "kinto": kinto.VERSION, "odata": odata.VERSION,
    "offset-limit": json_server.VERSION, "opensearch": opensearch.VERSION, "page-numbers": json_server.VERSION,
    "starting-after": localstripe.VERSION, "stripe": stripe_stateful_mock.VERSION, "time-windows": datasette.VERSION,
}
"""Of the servers that are not Debian's."""

in_each = pytest.mark.parametrize("page", PAGES)


@in_each
def test_a_page_has_the_form_and_a_sentence_that_says_what_it_is_for(page: str) -> None:
    (_, sentence), *_ = found = list(sections(page).items())
    assert tuple(name for name, _ in found[1:]) == FORM
    assert re.fullmatch(r"(?:[^.]|\.(?! ))+\.", " ".join(sentence.split()))
    assert len((RECIPES / f"{page}.md").read_text(encoding="utf-8").splitlines()) <= (LONGEST_OF_TWO_WAYS if page in TWO_WAYS else LONGEST)


@in_each
def test_a_page_has_one_configuration_unless_there_are_two_ways(page: str) -> None:
    assert len(printed(page)) == 1 + (page in TWO_WAYS)
    assert sections(page)[CONFIGURATION].count("```json\n") == len(printed(page))


@in_each
def test_a_page_shows_replies_of_its_api(page: str) -> None:
    assert sections(page)[API].count("```\n") == 2 * len(replies := [each.reply for each in exchanges(page)])
    assert replies
    assert all(re.match(r"\d{3} \w+\n.*\n", reply, re.DOTALL) for reply in replies)


@in_each
def test_a_page_validates_its_configurations_looks_at_pages_and_reads_the_topic(page: str) -> None:
    files = [f"connectors/{each['name']}.json" for each in printed(page)]
    checked, *previewed, consumed = (command for command, _ in commands(page))
    assert checked == " ".join(["validate", *files])
    assert [each.rpartition(" --pages ")[0] for each in previewed] == [f"preview {file}" for file in files]
    assert consumed.startswith("consume ")
    assert sections(page)[SEEN].count("```\n") == 2
    assert all(shown.strip("… \n") for _, shown in commands(page))


@in_each
def test_what_a_page_shows_is_compared_with_what_comes_of_its_server(page: str) -> None:
    tests = Path(recipe_pages.__file__).parent.glob("test_*.py")
    assert [file.name for file in tests if f'    compare("{page}", ' in file.read_text(encoding="utf-8")]


@pytest.mark.parametrize(("page", "version"), VERSIONS.items())
def test_a_page_names_the_version_that_its_tests_run(page: str, version: str) -> None:
    last = (RECIPES / f"{page}.md").read_text(encoding="utf-8").rstrip().rpartition("\n\n")[2]
    assert re.match(rf"Tested with .*\b{re.escape(version)}\b", last)


@in_each
def test_the_table_names_each_page_and_its_mode(page: str) -> None:
    (row,) = re.findall(rf"^\| .*\({page}\.md\).*", (RECIPES / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert all(str(each["http.offset.mode"]) in row for each in printed(page))


@pytest.mark.parametrize(
    ("shown", "came", "part"),
    [
        ("a b\nc", "ab c\n", ""),
        ("a", "a b", "a and no more"),
        ("…", "anything", ""),
        ("a…c", "a b c", ""),
        ("a…c", "a b", "c"),
        ("a…b…c", "a c b c", ""),
        ("a…b…c", "a c", "b"),
        ("a…b", "c a b", "a"),
        ("…b", "b a", "b"),
        ("aba…aba", "aba", "aba"),
    ],
)
def test_a_page_shows_what_came_except_for_white_space_and_what_is_left_out(shown: str, came: str, part: str) -> None:
    assert missing(shown, came) == part
