"""Where Dagster's UI takes Markdown, the words of others are shown as they are: nothing is loaded, linked, or swallowed from them."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import dagster as dg
import pytest
from markdown_it import MarkdownIt

from http_source.orchestration.build import load_connectors
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.stand import Stand

Make = Callable[..., Stand]
ADDRESS = re.compile(r"https?://|www\.|@d")
BODIES = [
    "![x](http://localhost:9103/pixel.svg) [Click](http://localhost:9103/phish) **ALL GOOD**",
    '<img src="http://localhost:9103/pixel.svg"><b>bold</b><a href="javascript:alert(1)">js</a><script>x</script>',
    "` ![x](http://localhost:9103/pixel.svg) ` <http://a.example> http://b.example/?a=`b`&amp;c=~~d~~ www.c.example me@d.example",
    "[x]: http://localhost:9103/phish \\[x] _all_ __good__ my_own_name \\` `http://e.example` <!-- gone -->",
]


class Rendered(HTMLParser):
    """What a browser makes of it: elements and text."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.elements, self.text, self.plain, self.inner = set[str](), "", "", ""
        self.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the parent's
        self.elements.add(tag)
        self.inner = tag

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parent's
        self.inner = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        # The UI's renderer makes links of addresses in everything but code.
        self.plain += "" if self.inner == "code" else data


@pytest.mark.parametrize("body", BODIES)
def test_the_words_of_an_api_are_shown_as_they_are_by_the_check(make: Make, api: Api, body: str) -> None:
    api.answer = lambda *_: (500, "text/plain", body.encode())
    stand = make(entity_names="a", auto_restart_on_user_error="false")
    stand.poll()
    stand.tick()
    (told,) = [each for each in stand.said.asset_events if isinstance(each, dg.AssetCheckEvaluation)]
    text = Rendered(told.description or "")
    assert text.elements <= {"p", "code"}
    assert not ADDRESS.search(text.plain)
    assert body[:100] in text.text


@pytest.mark.parametrize("value", BODIES)
def test_the_words_of_a_file_are_shown_as_they_are_by_its_asset(tmp_path: Path, value: str) -> None:
    (tmp_path / "bad.json").write_text(json.dumps({"name": "bad", "url": "http://a.example", "http.offset.mode": value[:70]}))
    (spec,) = load_connectors(tmp_path).resolve_all_asset_specs()
    for markdown in (spec.description or "", spec.metadata["http_source/mistakes"].value):
        text = Rendered(markdown)
        assert text.elements <= {"p", "ul", "li", "code"}
        assert not ADDRESS.search(text.plain)
        assert value[:40] in text.text
