"""`http-source preview` shows any page of any connector: never a traceback, never a registration, and what a run then does."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from http_source.assembly.conversions import build_conversion, registry_at
from http_source.assembly.loading import load_config
from http_source.assembly.redaction import redactor
from http_source.cli import main
from http_source.edges.registry.address import RegistryAddress
from http_source.errors import RequestFailed
from http_source.foreign.redactor import Redactor
from http_source.model import Page, Position
from http_source_tests.commands.any_pages import RECORDS, properties_of
from http_source_tests.commands.registered import REGISTERED
from http_source_tests.conversion.chains import CHAINS
from http_source_tests.examples import examples
from http_source_tests.registry import Stand
from http_source_tests.servers import api

EXAMPLES = examples(12)
LAW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
TYPES = {"JSON_SR": "JSON"}


@dataclass
class Connectors:
    """Connectors of one format in a folder, each with a topic of its own, of an API that serves whatever is put into `served`."""

    folder: Path
    url: str
    format_: str
    stand: Stand
    served: list[Any]
    numbers: Iterator[int] = field(default_factory=count)

    def write(self, records: list[Any], properties: dict[str, Any], text: str | None) -> str:
        """A connector's file; `text` is registered for its topic."""
        self.served[:], topic = records, f"any{next(self.numbers)}"
        if text is not None:
            body = json.dumps({"schema": text, "schemaType": TYPES.get(self.format_, self.format_)}).encode()
            self.stand.server.answer("POST", f"/subjects/{topic}-value/versions", body)
        fixed = {"name": "any", "url": self.url, "http.initial.offset": "0", "http.request.parameters": "start=${offset}"}
        file = self.folder / "any.json"
        file.write_text(json.dumps({**fixed, "topic.name.pattern": topic, "output.data.format": self.format_, **properties}))
        return str(file)

    def run(self, file: str, topic: str) -> tuple[int | None, str]:
        """What a run makes of the page: how many records it leaves out, or what it fails with."""
        config = load_config(Path(file)).config
        convert = build_conversion(config, registry_at(RegistryAddress(url=self.stand.url), Redactor()), redactor(config), lambda: 0)
        if convert is None:
            return None, ""
        page = Page([msgspec.Raw(json.dumps(each).encode()) for each in self.served], Position(0), progressed=True)
        try:
            return convert(topic, page).skipped, ""
        except RequestFailed as failure:
            return None, str(failure)
        finally:
            convert.close()

    def newest(self, schema: dict[str, Any]) -> str | None:
        """The text of the subject that a preview showed, as it is now."""
        found = self.stand.open(schema["format"]).newest(schema["subject"])
        return None if found is None else found.text


@pytest.fixture(params=["AVRO", "JSON_SR", "PROTOBUF", "JSON"])
def connectors(request: pytest.FixtureRequest, tmp_path: Path, stand: Stand) -> Iterator[Connectors]:
    served: list[Any] = []
    with api(lambda _: json.dumps(served).encode()) as server:
        yield Connectors(tmp_path, server.url, request.param, stand, served)


def any_connector(format_: str) -> st.SearchStrategy[tuple[list[Any], dict[str, Any], str | None]]:
    """Records, properties, and what is registered."""
    properties = st.tuples(st.sampled_from(sorted(CHAINS)), properties_of(format_)).map(lambda both: {**CHAINS[both[0]], **both[1]})
    return st.tuples(RECORDS, properties, st.sampled_from([None, *REGISTERED[format_]]))


def test_any_page_of_any_connector_is_shown_in_narrow_lines_and_nothing_of_it_is_registered(
    connectors: Connectors, capsys: pytest.CaptureFixture[str]
) -> None:
    @LAW
    @given(any_connector(connectors.format_))
    def law(given: tuple[list[Any], dict[str, Any], str | None]) -> None:
        file = connectors.write(*given)
        before = list(connectors.stand.server.store.subjects)
        codes, people = [main(["preview", file])], capsys.readouterr().out
        codes.append(main(["preview", "--json", file]))
        document = json.loads(capsys.readouterr().out)
        assume("findings" not in document)
        assert codes == [int("error" in document)] * 2
        assert all(line.isprintable() and len(line) <= 140 for line in people.split("\n"))
        assert all(each["refused"]["reason"] for each in document.get("page", {}).get("refused", ()))
        assert list(connectors.stand.server.store.subjects) == before

    law()


def test_a_run_does_with_any_page_what_its_preview_shows(connectors: Connectors, capsys: pytest.CaptureFixture[str]) -> None:
    @LAW
    @given(any_connector(connectors.format_))
    def law(given: tuple[list[Any], dict[str, Any], str | None]) -> None:
        file = connectors.write(*given)
        main(["preview", "--json", file])
        document = json.loads(capsys.readouterr().out)
        assume("findings" not in document)
        skipped, failure = connectors.run(file, document["topic"])
        assert bool(failure) is ("error" in document)
        if failure:
            # A registry words a refusal otherwise than the answer to whether it would take a schema.
            assert failure.partition(":")[0] == document["error"].partition(":")[0]
        else:
            assert skipped == document["page"].get("skipped")
            shown = [each for each in document["schemas"] if each["subject"] is not None]
            assert [connectors.newest(each) for each in shown] == [each["schema"] for each in shown]

    law()
